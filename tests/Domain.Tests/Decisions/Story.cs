using System.Collections.Immutable;
using System.Globalization;
using CdAutomation.Domain.Decisions;
using CdAutomation.Domain.Gates;
using CdAutomation.Domain.Images;
using CdAutomation.Domain.Policies;
using CdAutomation.Domain.Releases;
using CdAutomation.Domain.Rollouts;
using CdAutomation.Domain.Targets;

namespace CdAutomation.Domain.Tests.Decisions;

/// <summary>A pipeline in a small honest world: what the registry has, what runs, and what was decided. Reads as the sentences it is made of.</summary>
internal sealed class Story
{
    public static readonly DateTimeOffset Start = new(2026, 11, 23, 10, 0, 0, TimeSpan.Zero);
    public static readonly Repository Web = Repo("asia-northeast1-docker.pkg.dev/acme/app/web");

    private PipelinePolicy _policy;
    private string _commit = new('c', 40);
    private ImmutableArray<Freeze> _freezes = [];
    private int _events;
    private readonly Dictionary<string, Answer> _answers = [];

    public Story(TagRule? rule = null, params ImmutableArray<Gate> gates)
    {
        rule ??= Range(">=1.0.0 <2.0.0");
        Assert.That(TagSpec.Create([], [], null, rule).TryGetValue(out var tags));
        _policy = new(
            "shop",
            ImmutableSortedDictionary<string, Repository>.Empty.Add("web", Web),
            tags!,
            [new StagePolicy("production", [new Target("acme", "asia-northeast1", "web", "web", null)], gates)]);
    }

    /// <summary>A pipeline of staging and, when that has proved a release for some time, production.</summary>
    public static Story OfTwoStages(TimeSpan soakTime, params ImmutableArray<Gate> gates)
    {
        var story = new Story(gates: gates);
        var production = story._policy.Stages[0] with { After = new("staging", soakTime) };
        var staging = new StagePolicy("staging", [production.Targets[0] with { Project = "acme-stg" }], []);
        story._policy = story._policy with { Stages = [staging, production] };
        return story.Running(stage: "staging").Running();
    }

    public PipelineState State { get; private set; } = PipelineState.New;

    public DateTimeOffset Now { get; private set; } = Start;

    public List<DecisionRecord> Journal { get; } = [];

    public StageState Stage => State.StageNamed("production");

    public string? Serves => Stage.Serving?.Image?.Tag;

    public DecisionRecord Last => Journal[^1];

    public ImmutableArray<Effect.Apply> Orders => [.. State.Owed.OfType<Effect.Apply>()];

    public ImmutableArray<Effect.Ask> Questions => [.. State.Owed.OfType<Effect.Ask>()];

    /// <summary>Every question that was answered, in order.</summary>
    public List<Effect.Ask> Asked { get; } = [];

    public PipelinePolicy Policy => _policy;

    public static Digest DigestOf(string name) =>
        Digest.Parse("sha256:" + Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(name))));

    public static TagRule Range(string text)
    {
        Assert.That(TagRule.SemverRange.Parse(text).TryGetValue(out var rule), text);
        return rule!;
    }

    public Story Running(string? tag = null, string? image = null, string stage = "production") => Sees(
    [
        .. _policy.Stages.First(each => each.Name == stage).Targets.Select(target => new Observation.TargetSeen(stage, target, new TargetView.Running(
            tag is null ? null : new ImageReference(_policy.Images[target.Image], null, DigestOf(image ?? tag)), tag, tag is null ? null : $"{target.Name}-00001-abc"))),
    ]);

    /// <summary>A target of the last stage is looked at.</summary>
    public Story Views(TargetView view, int target = 0) => Sees(new Observation.TargetSeen(_policy.Stages[^1].Name, _policy.Stages[^1].Targets[target], view));

    /// <summary>A push is announced and the registry confirms it.</summary>
    public Story Pushed(string tag, string? image = null, DateTimeOffset? at = null) => Sees(new Observation.TagSeen(
        "web", Web, tag, DigestOf(image ?? tag), at ?? Now, new TagLookup.Found(DigestOf(image ?? tag)), Named: true));

    public Story Built(string image, string status = "SUCCESS", string? trigger = "web-release", string branch = "release/1") =>
        Sees(new Observation.BuildSeen(BuildOf(image, status, trigger, branch)));

    public static Build BuildOf(string image, string status = "SUCCESS", string? trigger = "web-release", string branch = "release/1") => new(
        $"build-{image}-{status}-{trigger}-{branch}", "acme", status, [new(Web, DigestOf(image))], [Web],
        trigger is null ? null : "id-of-" + trigger, trigger, branch, null, "acme/app", Start, null);

    /// <summary>Everything owed is paid and goes well.</summary>
    public Story Settles()
    {
        while (State.Owed.FirstOrDefault() is { } effect)
            Pays(effect);
        return this;
    }

    /// <summary>One thing that is owed is paid and goes well.</summary>
    public Story Pays(Effect effect) => Sees(effect switch
    {
        Effect.Ask ask => Answered(ask),
        Effect.Measure measure => new Observation.Measured(measure.Id, Metrics(measure)),
        Effect.Apply apply => new Observation.Paid(apply.Id, new StepResult.Done(apply.Target.Kind == TargetKind.Job ? null : $"{apply.Target.Name}-{apply.Image.Digest.Short}")
        {
            Before = apply.Before,
            Address = apply.Percent == 0 ? $"https://cd---{apply.Target.Name}.example" : null,
        }),
        _ => new Observation.Paid(effect.Id, new StepResult.Done(null)),
    });

    /// <summary>What metrics say; without a word, that all is well.</summary>
    public Func<Effect.Measure, Judged> Metrics { get; set; } = measure => new(true, new("analysis.healthy", $"{measure.Revision} does well"), DateTimeOffset.MaxValue);

    /// <summary>Everything that is asked elsewhere is answered, and nothing else is paid.</summary>
    public Story IsAnswered()
    {
        while (Questions.FirstOrDefault() is { } ask)
            Sees(Answered(ask));
        return this;
    }

    /// <summary>What is answered from now on to a gate; before, it says yes.</summary>
    public Story Answers(string gate, Finding finding, TimeSpan? retryAfter = null)
    {
        _answers[gate] = new(finding, new($"{gate}.told", $"{gate} says {finding}"), retryAfter);
        return this;
    }

    /// <summary>Another commit of the same policies comes into force, changed perhaps.</summary>
    public Story Committed(char commit, Func<PipelinePolicy, PipelinePolicy>? change = null)
    {
        (_commit, _policy) = (new(commit, 40), change?.Invoke(_policy) ?? _policy);
        return this;
    }

    public Story Frozen(params ImmutableArray<Freeze> freezes)
    {
        _freezes = freezes;
        return this;
    }

    private Observation.Answered Answered(Effect.Ask ask)
    {
        Asked.Add(ask);
        return new(ask.Id, _answers.GetValueOrDefault(ask.Gate, new(Finding.Pass, new($"{ask.Gate}.ok", $"{ask.Gate} says yes"))));
    }

    public Story Fails(string why = "the container exited with 1") =>
        Sees(new Observation.Paid(Orders.First().Id, new StepResult.Failed(new("run.didNotStart", why)))).IsTakenBack();

    /// <summary>What was changed goes back, and nothing else is paid.</summary>
    public Story IsTakenBack()
    {
        while (State.Owed.OfType<Effect.TakeBack>().FirstOrDefault() is { } back)
            Pays(back);
        return this;
    }

    public Story After(TimeSpan span)
    {
        Now += span;
        return this;
    }

    public Story Sees(params ImmutableArray<Observation> seen)
    {
        var cause = string.Create(CultureInfo.InvariantCulture, $"gcr/{++_events}");
        var decision = Decider.Decide(new(_policy, _commit, State, seen, cause, Now, Patience.Default) { Freezes = _freezes });
        State = decision.Next;
        Journal.AddRange(decision.Records);
        return this;
    }

    /// <summary>The policy of git sends the image to another service from now on.</summary>
    public Story Retargeted(string service)
    {
        var stage = _policy.Stages[0];
        _policy = _policy with { Stages = [stage with { Targets = [stage.Targets[0] with { Name = service }] }] };
        return this;
    }

    public Story Ticks() => Sees([]);

    private static Repository Repo(string text) => Repository.TryParse(text, out var repository) ? repository : throw new ArgumentException(text);
}
