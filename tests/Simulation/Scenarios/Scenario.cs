using System.Collections.Immutable;
using CdAutomation.Domain.Images;
using CdAutomation.Domain.Policies;
using CdAutomation.Domain.Targets;

namespace CdAutomation.Simulation.Scenarios;

/// <summary>All that is going to be asked of the system in one run: policies, pushes, wishes, edits by hand. What goes wrong meanwhile is weather.</summary>
internal sealed record Scenario(
    ImmutableArray<(TimeSpan After, PolicySet Policies)> Policies,
    ImmutableArray<Push> Pushes,
    ImmutableArray<Wish> Wishes,
    ImmutableArray<HandEdit> Edits,
    ImmutableHashSet<Digest> Broken,
    ImmutableHashSet<Digest> Sick,
    ImmutableHashSet<Digest> Leaky,
    ImmutableArray<Word> Words,
    int Workers)
{
    /// <summary>What ends badly where a job runs it.</summary>
    public ImmutableHashSet<Digest> Faulty { get; init; } = [];

    /// <summary>Builds that make several images.</summary>
    public ImmutableArray<JointBuild> Builds { get; init; } = [];

    /// <summary>What people say for and against images.</summary>
    public ImmutableArray<Voice> Voices { get; init; } = [];

    /// <summary>Who breaks the glass, and for what.</summary>
    public ImmutableArray<Glass> Glasses { get; init; } = [];

    /// <summary>A Monday morning, in the middle of a minute.</summary>
    public static DateTimeOffset Start { get; } = new(2026, 11, 23, 10, 0, 17, TimeSpan.Zero);

    /// <summary>The version that every service runs in the beginning, where it runs one of ours.</summary>
    public const string FirstTag = "v1.0.0";

    public PolicySet LastPolicies => Policies[^1].Policies;

    /// <summary>When nothing more is going to be asked.</summary>
    public TimeSpan End => Policies.Select(each => each.After)
        .Concat(Pushes.Select(each => each.After)).Concat(Wishes.Select(each => each.After)).Concat(Edits.Select(each => each.After)).Concat(Words.Select(each => each.After))
        .Concat(Builds.Select(each => each.After)).Concat(Voices.Select(each => each.After)).Concat(Glasses.Select(each => each.After)).Max();

    public IEnumerable<Target> Targets => Policies
        .SelectMany(each => each.Policies.Pipelines.Values).SelectMany(pipeline => pipeline.Stages).SelectMany(stage => stage.Targets).Distinct();
}
