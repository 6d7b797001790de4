using System.Collections.Immutable;
using CdAutomation.Domain.Rollouts;
using CdAutomation.Domain.Targets;

namespace CdAutomation.Domain.Releases;

/// <summary>A time at which nothing moves.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Actor">Who said so, verified; null where automation did.</param>
/// <param name="Since">Since when.</param>
/// <param name="Until">When it ends by itself; null where somebody must end it.</param>
public sealed record Standstill(string Reason, string? Actor, DateTimeOffset Since, DateTimeOffset? Until)
{
    /// <summary>Whether it still counts.</summary>
    public bool Holds(DateTimeOffset now) => Until is not { } until || now < until;
}

/// <summary>A stage stays on one release.</summary>
/// <param name="Candidate">The key of a candidate of that release.</param>
/// <param name="Label">For people: which.</param>
/// <param name="Why">Who said so, why, since when and until when.</param>
public sealed record Pin(string Candidate, string Label, Standstill Why);

/// <summary>A release that served all of a stage.</summary>
/// <param name="Release">Which.</param>
/// <param name="At">Since when.</param>
/// <param name="Footings">What each target ran, by resource name.</param>
public sealed record Served(Release Release, DateTimeOffset At, ImmutableSortedDictionary<string, Footing> Footings)
{
    /// <summary>What its images were built from, by the image's name, where that was known: builds are not remembered as long.</summary>
    public ImmutableSortedDictionary<string, GitSource> Sources { get; init => field = value ?? field; } =
        ImmutableSortedDictionary<string, GitSource>.Empty;
}
