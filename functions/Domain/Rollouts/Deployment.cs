using System.Text.Json.Serialization;

namespace CdAutomation.Domain.Rollouts;

/// <summary>What a deployment was to its target.</summary>
public enum Change
{
    /// <summary>The first release of the pipeline there.</summary>
    [JsonStringEnumMemberName("deployed")]
    Deployed,

    /// <summary>Another release ran there before.</summary>
    [JsonStringEnumMemberName("upgraded")]
    Upgraded,

    /// <summary>What ran before runs again.</summary>
    [JsonStringEnumMemberName("rolledBack")]
    RolledBack,
}

/// <summary>A change of what a target runs, as those who count deployments want it: an outcome that left everything as it was is none.</summary>
/// <param name="Id">Unique within the pipeline; stable: told twice it is the same.</param>
/// <param name="Change">What it was to the target.</param>
/// <param name="Pipeline">Name of the pipeline.</param>
/// <param name="Stage">Name of the stage.</param>
/// <param name="Target">The target's resource name.</param>
/// <param name="Service">The target's id, without its path.</param>
/// <param name="Image">What it runs now: <c>repository@digest</c>.</param>
/// <param name="Tag">How that was found, or null.</param>
/// <param name="Version">What tells the release from others there: the tag, or the digest's beginning where there is none, or one that moves.</param>
/// <param name="StartedAt">When it was decided, or when going back began.</param>
/// <param name="FinishedAt">When the target ran it; of a release that was taken back, when it last got a share of the traffic.</param>
public sealed record Deployment(
    string Id,
    Change Change,
    string Pipeline,
    string Stage,
    string Target,
    string Service,
    string Image,
    string? Tag,
    string Version,
    DateTimeOffset StartedAt,
    DateTimeOffset FinishedAt)
{
    /// <summary>Where the image was built from; null where nobody told.</summary>
    public GitSource? Source { get; init; }
}

/// <summary>The source of a build.</summary>
/// <param name="Repository">Address of the git repository, without a user.</param>
/// <param name="Commit">The commit.</param>
public sealed record GitSource(string Repository, string Commit);
