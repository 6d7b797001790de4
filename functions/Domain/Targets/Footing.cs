using CdAutomation.Domain.Images;

namespace CdAutomation.Domain.Targets;

/// <summary>What a target ran before something was changed on it, and goes back to.</summary>
/// <param name="Image">What its template named for the target's container, or null where it is no reference we can read.</param>
/// <param name="Revision">Short name of the revision that served; null for a job, and where none did.</param>
public sealed record Footing(ImageReference? Image, string? Revision)
{
    /// <summary>What the template was told to run, where that is something else than what served; null where it is the same.</summary>
    public string? Told { get; init; }
}
