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
internal sealed partial class Story
{
    public static readonly DateTimeOffset Start = new(2026, 11, 23, 10, 0, 0, TimeSpan.Zero);
    public static readonly Repository Web = Repo("asia-northeast1-docker.pkg.dev/acme/app/web");

    private PipelinePolicy _policy;
    private string _commit = new('c', 40);
    private ImmutableArray<Freeze> _freezes = [];
    private int _events;
    private string? _origin;
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

    /// <summary>Who counts deployments; everything that was paid, in order, and what of it was news.</summary>
    public ImmutableArray<string> Trackers { get; init; } = [];
    public List<Effect> Paid { get; } = [];
    public ImmutableArray<Announcement> Announced => [.. Paid.OfType<Effect.Announce>().Select(told => told.Announcement)];
    public ImmutableArray<Deployment> Tracked => [.. Paid.OfType<Effect.Track>().Select(told => told.Deployment)];

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

    /// <summary>Another commit of the same policies comes into force, changed perhaps.</summary>
    public Story Committed(char commit, Func<PipelinePolicy, PipelinePolicy>? change = null)
    {
        (_commit, _policy) = (new(commit, 40), change?.Invoke(_policy) ?? _policy);
        return this;
    }

    /// <summary>Where what follows is traced.</summary>
    public Story From(string? origin)
    {
        _origin = origin;
        return this;
    }

    public Story Frozen(params ImmutableArray<Freeze> freezes)
    {
        _freezes = freezes;
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
        var at = new Situation(_policy, _commit, State, seen, cause, Now, Patience.Default) { Freezes = _freezes, Trackers = Trackers, Origin = _origin };
        var decision = Decider.Decide(at);
        State = decision.Next;
        // What a decision has worked out on its way holds at its end, or it would wake at the wrong time.
        Assert.That(Decider.Decide(at with { State = State, Seen = [] }).Next.WakeAt, Is.EqualTo(State.WakeAt));
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
