using System.Collections.Immutable;

namespace CdAutomation.Domain.Releases;

/// <summary>What a stage runs.</summary>
/// <param name="Release">The release that runs, of the stage's images; null when one is not of this pipeline (a placeholder, say).</param>
/// <param name="Description">For people, whatever it is.</param>
/// <param name="Revision">Cloud Run's short revision name of the first target, where known.</param>
/// <param name="Since">When we saw or made it so.</param>
public sealed record Serving(Release? Release, string Description, string? Revision, DateTimeOffset Since)
{
    /// <summary>When somebody asked for it; null where the policy chose it, or nobody knows.</summary>
    public DateTimeOffset? WishedAt { get; init; }

    /// <summary>What single targets ran that is of this pipeline and not of <see cref="Release"/>, when the stage was looked at first; each a release of one image.</summary>
    public ImmutableArray<Release> Beside { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>The image that speaks for the release.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public ReleaseImage? Image => Release?.Lead;
}
