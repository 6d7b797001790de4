using CdAutomation.Domain.Releases;

namespace CdAutomation.Domain.Rollouts;

/// <summary>A release on its way into a stage.</summary>
/// <param name="Release">What is being applied.</param>
/// <param name="StartedAt">When it was decided.</param>
/// <param name="Actor">Who asked for it; null when the policy did by itself.</param>
/// <param name="Cause">The event, or the tick, that led to it: its end is told as that event's end.</param>
public sealed record Rollout(Release Release, DateTimeOffset StartedAt, string? Actor, string Cause);
