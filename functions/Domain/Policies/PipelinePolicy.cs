using System.Collections.Immutable;
using CdAutomation.Domain.Images;

namespace CdAutomation.Domain.Policies;

/// <summary>What the decisions of a pipeline are for.</summary>
public enum PolicyMode
{
    /// <summary>They are carried out.</summary>
    Enforce,

    /// <summary>They are recorded beside those of others, and change nothing outside.</summary>
    Shadow,

    /// <summary>None are made.</summary>
    Off,
}

/// <summary>What makes images of different repositories one release.</summary>
public enum ReleaseMatch
{
    /// <summary>They bear the same tag.</summary>
    Tag,

    /// <summary>One build made them.</summary>
    Build,

    /// <summary>They were made from one commit.</summary>
    Commit,
}

/// <summary>What git says of one pipeline: which images make a release and the stages it goes through. One that exists is valid.</summary>
/// <param name="Name">Unique among the policies; lower-case letters, digits and hyphens.</param>
/// <param name="Images">By the name the policy gives them.</param>
/// <param name="Tags">Which tags of those repositories are candidates, and which of two is newer.</param>
/// <param name="Stages">In order; the first takes candidates, a later one what an earlier one has proved.</param>
public sealed record PipelinePolicy(
    string Name,
    ImmutableSortedDictionary<string, Repository> Images,
    TagSpec Tags,
    ImmutableArray<StagePolicy> Stages)
{
    /// <summary>What its decisions are for.</summary>
    public PolicyMode Mode { get; init; }

    /// <summary>What makes images one release; null where the pipeline has only one.</summary>
    public ReleaseMatch? Match { get; init; }

    /// <summary>The platform an image must have, e.g. <c>linux/amd64</c>; null asks for none.</summary>
    public string? Platform { get; init; }

    /// <summary>How long an image must have been in the registry; null asks for nothing.</summary>
    public TimeSpan? MinimumReleaseAge { get; init; }

    /// <summary>The name under which the policy knows a repository, or null where it is none of its images.</summary>
    public string? ImageNamed(Repository repository) =>
        Images.Where(image => image.Value == repository).Select(image => image.Key).FirstOrDefault();

    /// <summary>The stage of that name, or null where there is none.</summary>
    public StagePolicy? StageNamed(string name) => Stages.FirstOrDefault(stage => stage.Name == name);
}
