using System.Collections.Immutable;
using System.Globalization;
using CdAutomation.Domain.Decisions;
using CdAutomation.Domain.Images;
using CdAutomation.Domain.Releases;
using CdAutomation.Domain.Rollouts;
using CdAutomation.Domain.Targets;
using YamlDotNet.RepresentationModel;

namespace CdAutomation.Stories;

/// <summary>What the words of a story do. Each is one thing that happens outside, or one look at what came of it.</summary>
internal sealed class Telling(Stage stage)
{
    /// <summary>The events of people's words and wishes, by what was said.</summary>
    private readonly Dictionary<string, string> _said = new(StringComparer.Ordinal);

    private int _read;

    public void Tell(string word, YamlNode about)
    {
        switch (word)
        {
            case "runs": Runs(about); break;
            case "push": Push(about.ToString()); break;
            case "build": Build((YamlMappingNode)about); break;
            case "wait": Wait(about.ToString()); break;
            case "pay": Pay(about.ToString()); break;
            case "settle": Settle(); break;
            case "fails": Fails((YamlMappingNode)about); break;
            case "changed by hand": ChangedByHand((YamlMappingNode)about); break;
            case "drifts": Drifts((YamlMappingNode)about); break;
            case "metrics": stage.IsHealthy = about.ToString() switch { "good" => true, "bad" => false, _ => null }; break;
            case "commit": stage.Commit(about.ToString()); stage.Sees(); break;
            case "deploy": Heard(about, Deploy((YamlMappingNode)about)); break;
            case "says": Heard(about, Says((YamlMappingNode)about)); break;
            case "again": Again((YamlMappingNode)about); break;
            case "expect": new Expectation(stage).Check((YamlMappingNode)about, TakeNew()); break;
            default: throw new InvalidDataException($"line {about.Start.Line}: no story knows the word '{word}'");
        }
    }

    private ImmutableArray<DecisionRecord> TakeNew()
    {
        var all = stage.Journal.Skip(_read).ToImmutableArray();
        _read = stage.Journal.Count;
        return all;
    }

    /// <summary><c>runs: v1.0.0</c> for every target, <c>runs: { production: v1.0.0 }</c> for those of a stage.</summary>
    private void Runs(YamlNode about)
    {
        foreach (var policy in stage.Policy.Stages)
        {
            var tag = about is YamlMappingNode each ? each.Children.TryGetValue(policy.Name, out var own) ? own.ToString() : null : about.ToString();
            foreach (var target in policy.Targets)
                stage.Sees(new Observation.TargetSeen(policy.Name, target, Running(target, tag)));
        }

        stage.Sees(new Observation.Surveyed(null, ImmutableSortedDictionary<string, string>.Empty));
        TakeNew();
    }

    private TargetView.Running Running(Target target, string? tag) => tag is null or "nothing"
        ? new(null, null, null)
        : new(new ImageReference(stage.Policy.Images[target.Image], tag, Stage.DigestOf($"{target.Image} {tag}")), tag,
            target.Kind == TargetKind.Job ? null : $"{target.Name}-{tag}");

    /// <summary>
    /// <c>push: v1.1.0</c> for every image of the pipeline, <c>push: web v1.1.0</c> for one, <c>push: web v1.2.0 of v1.1.0</c> for another tag of
    /// what that tag was pushed with.
    /// </summary>
    private void Push(string text)
    {
        var words = text.Split(' ');
        var (image, tag) = words is [var one, var named, ..] ? (one, named) : (null, text);
        foreach (var (name, repository) in stage.Policy.Images.Where(each => image is null || each.Key == image))
        {
            var digest = Stage.DigestOf($"{name} {(words is [_, _, "of", var first] ? first : tag)}");
            stage.Sees(new Observation.TagSeen(name, repository, tag, digest, stage.Now, new TagLookup.Found(digest), Named: true));
        }
    }

    /// <summary><c>build: { id: b1, images: [web v1.0.0, batch v1.0.0], commit: abc, author: ann@acme.example }</c></summary>
    private void Build(YamlMappingNode about)
    {
        var images = ((YamlSequenceNode)about["images"]).Select(image => image.ToString().Split(' '))
            .Select(image => new BuiltImage(stage.Policy.Images[image[0]], Stage.DigestOf($"{image[0]} {image[1]}"))).ToImmutableArray();
        var repositories = images.Select(image => image.Repository).ToImmutableArray();
        stage.Sees(new Observation.BuildSeen(new(
            about["id"].ToString(), "acme", "SUCCESS", images, repositories, "id", "release", "release/1", Text(about, "commit"), "acme/app", stage.Now, null)
        {
            Author = Text(about, "author"),
        }));
    }

    private void Wait(string text)
    {
        stage.Now += Times.Span(text);
        stage.Sees();
    }

    /// <summary>The first thing that is owed and begins so is paid, and goes well.</summary>
    private void Pay(string text) => stage.Pays(Owed(text));

    private void Settle()
    {
        for (var paid = 0; stage.State.Owed.FirstOrDefault() is { } effect; paid++)
        {
            Assert.That(paid, Is.LessThan(200), "it never comes to rest");
            stage.Pays(effect);
        }
    }

    private void Fails(YamlMappingNode about) => stage.Sees(new Observation.Paid(
        Owed(about["what"].ToString()).Id, new StepResult.Failed(new(Text(about, "code") ?? "run.didNotStart", about["why"].ToString()))));

    private void Drifts(YamlMappingNode about) => stage.Sees(new Observation.Paid(
        Owed(about["what"].ToString()).Id, new StepResult.Drifted(new("target.drifted", about["why"].ToString()))));

    private void ChangedByHand(YamlMappingNode about)
    {
        var policy = stage.Policy.Stages.First(each => each.Name == about["stage"].ToString());
        var target = policy.Targets.First(each => each.Name == about["target"].ToString());
        stage.Sees(new Observation.TargetSeen(policy.Name, target, Running(target, about["runs"].ToString()) with { Modifier = Text(about, "by") }));
    }

    private void Heard(YamlNode about, Observation word)
    {
        stage.Sees(word);
        _said[Content(about)] = stage.Cause;
    }

    /// <summary><c>again: { says: { hold: production } }</c>: the event that said so comes once more.</summary>
    private void Again(YamlMappingNode about)
    {
        var (word, said) = (about.Children.Single().Key.ToString(), (YamlMappingNode)about.Children.Single().Value);
        stage.SeesAs(_said[Content(said)], word == "deploy" ? Deploy(said) : Says(said));
    }

    private static string Content(YamlNode about) => string.Join(", ", ((YamlMappingNode)about).Children.Select(each => $"{each.Key}: {each.Value}"));

    private Observation.DeployAsked Deploy(YamlMappingNode about)
    {
        var tag = about["tag"].ToString();
        var (name, repository) = stage.Policy.Images.First();
        return new(
            new ImageReference(repository, tag, null), name, new TagLookup.Found(Stage.DigestOf($"{name} {tag}")), Text(about, "by") ?? "ann@acme.example")
        {
            Stage = Text(about, "stage"),
            Skips = about.Children.TryGetValue("skips", out var skips) ? [.. ((YamlSequenceNode)skips).Select(gate => gate.ToString())] : [],
            Reason = Text(about, "reason"),
        };
    }

    /// <summary><c>says: { who: ann@acme.example, hold: production, reason: look first }</c></summary>
    private Observation.Said Says(YamlMappingNode about)
    {
        var actor = Text(about, "who") ?? "ann@acme.example";
        var groups = about.Children.TryGetValue("groups", out var of) ? ((YamlSequenceNode)of).Select(group => group.ToString()) : [];
        return new(Commands.Of(about, stage.Now), actor, [$"user:{actor}", .. groups]);
    }

    private Effect Owed(string text)
    {
        var all = stage.Owed.ToArray();
        var found = all.FirstOrDefault(owed => owed.Text.Contains(text, StringComparison.Ordinal));
        Assert.That(found.Effect, Is.Not.Null, $"'{text}' is not owed; owed is {string.Join(" | ", all.Select(owed => owed.Text))}");
        return found.Effect!;
    }

    internal static string? Text(YamlMappingNode about, string key) => about.Children.TryGetValue(key, out var value) ? value.ToString() : null;
}

/// <summary>Times as stories write them.</summary>
internal static class Times
{
    /// <summary><c>90s</c>, <c>10m</c>, <c>2h</c>, <c>1d</c>.</summary>
    public static TimeSpan Span(string text) => int.Parse(text[..^1], CultureInfo.InvariantCulture) * text[^1] switch
    {
        's' => TimeSpan.FromSeconds(1),
        'm' => TimeSpan.FromMinutes(1),
        'h' => TimeSpan.FromHours(1),
        'd' => TimeSpan.FromDays(1),
        _ => throw new InvalidDataException($"'{text}' is no span of time"),
    };
}
