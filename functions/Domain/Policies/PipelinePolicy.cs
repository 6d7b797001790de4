using System.Collections.Immutable;
using CdAutomation.Domain.Gates;
using CdAutomation.Domain.Images;
using CdAutomation.Domain.Targets;

namespace CdAutomation.Domain.Policies;

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
    /// <summary>The name under which the policy knows a repository, or null where it is none of its images.</summary>
    public string? ImageNamed(Repository repository) =>
        Images.Where(image => image.Value == repository).Select(image => image.Key).FirstOrDefault();
}

/// <summary>An environment: what is deployed there, and what must be true before.</summary>
/// <param name="Name">Unique in its pipeline.</param>
/// <param name="Targets">What takes the images; never empty.</param>
/// <param name="Gates">All of them must pass.</param>
public sealed record StagePolicy(string Name, ImmutableArray<Target> Targets, ImmutableArray<Gate> Gates);

/// <summary>The policies in force: all of one commit, or none of it.</summary>
/// <param name="Commit">The git commit they were read from, 40 hexadecimal digits, or <c>none</c> before there is one.</param>
/// <param name="Pipelines">By name.</param>
public sealed record PolicySet(string Commit, ImmutableSortedDictionary<string, PipelinePolicy> Pipelines)
{
    /// <summary>Nothing is in force yet, so nothing is deployed.</summary>
    public static PolicySet Empty { get; } = new("none", ImmutableSortedDictionary<string, PipelinePolicy>.Empty);

    /// <summary>The pipelines that a push to this repository concerns.</summary>
    public IEnumerable<PipelinePolicy> Watching(Repository repository) =>
        Pipelines.Values.Where(pipeline => pipeline.ImageNamed(repository) is not null);
}
