using System.Collections.Immutable;
using CdAutomation.Domain.Releases;
using CdAutomation.Domain.Targets;

namespace CdAutomation.Domain.Rollouts;

/// <summary>A release on its way into a stage: step by step, then done, or taken back.</summary>
/// <param name="Release">What is being applied.</param>
/// <param name="StartedAt">When it was decided.</param>
/// <param name="Actor">Who asked for it; null when the policy did by itself.</param>
/// <param name="Cause">The event, or the tick, that led to it: its end is told as that event's end.</param>
public sealed record Rollout(Release Release, DateTimeOffset StartedAt, string? Actor, string Cause)
{
    /// <summary>What is done, in order. It goes on by the strategy it began with, whatever git says meanwhile.</summary>
    public ImmutableArray<RolloutStep> Plan { get; init => field = value.IsDefaultOrEmpty ? [new RolloutStep.Shift(100)] : value; } = [new RolloutStep.Shift(100)];

    /// <summary>Where what began it is traced, so that hours later its steps are told there; null where nobody traces.</summary>
    public string? Origin { get; init; }

    /// <summary>The step it is at, an index of <see cref="Plan"/>; equal to its length at the end.</summary>
    public int At { get; init; }

    /// <summary>What is known of each target, by resource name.</summary>
    public ImmutableSortedDictionary<string, TargetProgress> Targets { get; init => field = value ?? field; } =
        ImmutableSortedDictionary<string, TargetProgress>.Empty;

    /// <summary>Which targets, or jobs, the present step, or the way back, is done with, by resource name.</summary>
    public ImmutableSortedSet<string> DoneHere { get; init => field = value ?? field; } = [];

    /// <summary>When the present pause ends; null in a step that is none.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Since when the new revisions have had their present share of the traffic; null before they had any.</summary>
    public DateTimeOffset? ExposedSince { get; init; }

    /// <summary>When metrics are looked at next; null while they are not.</summary>
    public DateTimeOffset? MeasureAt { get; init; }

    /// <summary>Why it is being taken back; null while it goes forward.</summary>
    public Reason? Trouble { get; init; }

    /// <summary>Since when it is being taken back; null while it goes forward.</summary>
    public DateTimeOffset? TurnedAt { get; init; }

    /// <summary>Why a target could not be gone back on; null while all can. The others are gone back on all the same.</summary>
    public Reason? Stuck { get; init; }

    /// <summary>Whether somebody asked for it to go back to what a stage ran before: there is nothing to take back then.</summary>
    public bool IsRollback { get; init; }

    /// <summary>The release whose place it took, where that one may have had some of the traffic; null where there was none.</summary>
    public Release? Instead { get; init; }

    /// <summary>Whether a person let it go on although the metrics said too little.</summary>
    public bool GoesOnUnproved { get; init; }

    /// <summary>The step it is at; null at the end.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public RolloutStep? Step => At < Plan.Length ? Plan[At] : null;

    /// <summary>Whether a new revision may have answered requests of users.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsExposed => ExposedSince is not null;

    /// <summary>
    /// What may answer users when another rollout takes its place; null for nothing. A share that is owed counts: whoever pays it may have
    /// given it already and not been able to say so yet.
    /// </summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public Release? Leaves => IsExposed || Targets.Values.Any(target => target.Percent > 0) ? Release : Step is RolloutStep.Return ? Instead : null;

    /// <summary>What is known of a target.</summary>
    public TargetProgress Of(Target target) => Of(target.ResourceName);

    /// <summary>What is known of a target, by its resource name.</summary>
    public TargetProgress Of(string target) => Targets.GetValueOrDefault(target, TargetProgress.None);

    /// <summary>On its way back, from the start: whatever it was at is left.</summary>
    /// <param name="why">What went wrong.</param>
    /// <param name="now">When that was found.</param>
    public Rollout TurnedBack(Reason why, DateTimeOffset now) => this with { Trouble = why, TurnedAt = now, DoneHere = [], Until = null, MeasureAt = null };

    /// <summary>A target's new revision has a new share of the traffic: what was judged of it before says nothing of that.</summary>
    /// <param name="target">The target.</param>
    /// <param name="now">Since when.</param>
    public Rollout Exposed(Target target, DateTimeOffset now) => With(target, Of(target) with { Judged = null }) with { ExposedSince = now };

    /// <summary>With a target that cannot be gone back on, which is no reason to leave the others where they are.</summary>
    /// <param name="target">The target.</param>
    /// <param name="why">What stands in the way.</param>
    public Rollout WithoutWayBack(Target target, Reason why) => this with { DoneHere = DoneHere.Add(target.ResourceName), Stuck = Stuck ?? why };

    /// <summary>With this known of a target.</summary>
    public Rollout With(Target target, TargetProgress progress) => this with { Targets = Targets.SetItem(target.ResourceName, progress) };
}

/// <summary>What is known of a target in a rollout.</summary>
/// <param name="Before">What it ran before; null while nobody has looked.</param>
/// <param name="Revision">The new revision's short name, once it is ready.</param>
/// <param name="Address">Where the new revision answers without traffic, or null.</param>
/// <param name="Percent">The share it was last told to have; null while nothing was owed to it.</param>
/// <param name="Judged">What the metrics said last of its present share; null before.</param>
public sealed record TargetProgress(Footing? Before, string? Revision, string? Address, int? Percent, Judged? Judged)
{
    /// <summary>Nothing is known.</summary>
    public static TargetProgress None { get; } = new(null, null, null, null, null);

    /// <summary>Whether it may have been changed.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsTouched => Percent is not null;
}

/// <summary>What metrics said of a target.</summary>
/// <param name="Healthy">Yes, no, or null for too little to tell.</param>
/// <param name="Reason">With the numbers.</param>
/// <param name="At">When.</param>
public sealed record Judged(bool? Healthy, Reason Reason, DateTimeOffset At);
