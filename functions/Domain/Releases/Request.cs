using System.Collections.Immutable;

namespace CdAutomation.Domain.Releases;

/// <summary>Somebody's wish for one image, in place of what the tag rules would choose.</summary>
/// <param name="Candidate">The candidate's key.</param>
/// <param name="Actor">Who asked, verified.</param>
/// <param name="At">When.</param>
public sealed record Request(string Candidate, string Actor, DateTimeOffset At)
{
    /// <summary>The gates that are not asked, because somebody broke the glass; never those that look at the new revision itself.</summary>
    public ImmutableArray<string> Skips { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>Why, where somebody said so.</summary>
    public string? Reason { get; init; }

    /// <summary>Where it is traced that somebody asked; null where nobody traces.</summary>
    public string? Origin { get; init; }
}
