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
    private readonly string _commit = new('c', 40);
    private int _events;

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

    public PipelineState State { get; private set; } = PipelineState.New;

    public DateTimeOffset Now { get; private set; } = Start;

    public List<DecisionRecord> Journal { get; } = [];

    public StageState Stage => State.StageNamed("production");

    public string? Serves => Stage.Serving?.Image?.Tag;

    public DecisionRecord Last => Journal[^1];

    public ImmutableArray<Effect.Apply> Orders => [.. State.Owed.OfType<Effect.Apply>()];

    public PipelinePolicy Policy => _policy;

    public static Digest DigestOf(string name) =>
        Digest.Parse("sha256:" + Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(name))));

    public static TagRule Range(string text)
    {
        Assert.That(TagRule.SemverRange.Parse(text).TryGetValue(out var rule), text);
        return rule!;
    }

    public Story Running(string? tag = null, string? image = null) => Sees(new Observation.TargetSeen("production", new TargetView.Running(
        tag is null ? null : new ImageReference(Web, null, DigestOf(image ?? tag)), tag, tag is null ? null : "web-00001-abc")));

    /// <summary>A push is announced and the registry confirms it.</summary>
    public Story Pushed(string tag, string? image = null, DateTimeOffset? at = null) => Sees(new Observation.TagSeen(
        "web", Web, tag, DigestOf(image ?? tag), at ?? Now, new TagLookup.Found(DigestOf(image ?? tag)), Named: true));

    public Story Built(string image, string status = "SUCCESS", string? trigger = "web-release", string branch = "release/1") =>
        Sees(new Observation.BuildSeen(BuildOf(image, status, trigger, branch)));

    public static Build BuildOf(string image, string status = "SUCCESS", string? trigger = "web-release", string branch = "release/1") => new(
        $"build-{image}-{status}-{trigger}-{branch}", "acme", status, [new(Web, DigestOf(image))], [Web], trigger is null ? null : "id-of-" + trigger, trigger, branch, null, "acme/app", Start, null);

    /// <summary>Everything owed is paid and goes well.</summary>
    public Story Settles()
    {
        while (State.Owed.FirstOrDefault() is { } effect)
            Sees(new Observation.Paid(effect.Id, new StepResult.Done(effect is Effect.Apply ? $"web-{++_events:00000}-xyz" : null)));
        return this;
    }

    public Story Fails(string why = "the container exited with 1") =>
        Sees(new Observation.Paid(Orders.Single().Id, new StepResult.Failed(new("run.didNotStart", why))));

    public Story After(TimeSpan span)
    {
        Now += span;
        return this;
    }

    public Story Sees(params ImmutableArray<Observation> seen)
    {
        var cause = string.Create(CultureInfo.InvariantCulture, $"gcr/{++_events}");
        var decision = Decider.Decide(new(_policy, _commit, State, seen, cause, Now, Patience.Default));
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
