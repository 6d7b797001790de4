using System.Collections.Immutable;
using CdAutomation.Domain.Images;

namespace CdAutomation.Domain.Releases;

/// <summary>A Cloud Build build that has ended.</summary>
/// <param name="Id">The build's id, unique.</param>
/// <param name="Project">Project id it ran in.</param>
/// <param name="Status">Terminal status as Cloud Build spells it, e.g. <c>SUCCESS</c> (cloudbuild.proto, Build.Status).</param>
/// <param name="Images">What it pushed, by digest; empty unless it succeeded with <c>images:</c>.</param>
/// <param name="Repositories">What it was asked to push; known for failed builds too.</param>
/// <param name="TriggerId">Set by Cloud Build, so it can be trusted; null for a build started by hand.</param>
/// <param name="TriggerName">From the substitutions: to be believed only beside a <paramref name="TriggerId"/>.</param>
/// <param name="Branch">From the substitutions: to be believed only beside a <paramref name="TriggerId"/>.</param>
/// <param name="Commit">Source commit, where known.</param>
/// <param name="Source">Source repository, <c>owner/name</c>, where known.</param>
/// <param name="FinishedAt">When it ended, by Cloud Build's clock.</param>
/// <param name="LogUrl">Where its log can be read.</param>
public sealed record Build(
    string Id,
    string Project,
    string Status,
    ImmutableArray<BuiltImage> Images,
    ImmutableArray<Repository> Repositories,
    string? TriggerId,
    string? TriggerName,
    string? Branch,
    string? Commit,
    string? Source,
    DateTimeOffset FinishedAt,
    string? LogUrl)
{
    /// <summary>Address of the source's git repository, without a user, where Cloud Build tells it whole.</summary>
    public string? Address { get; init; }

    /// <summary>Email of the service account that it ran, and pushed, as; null where the message does not say.</summary>
    public string? ServiceAccount { get; init; }

    /// <summary>
    /// E-mail address of whoever pushed the commit to git, by the substitution that the installation has its triggers set to it; null where none is
    /// named, or no trigger started the build.
    /// </summary>
    public string? Author { get; init; }

    /// <summary>Whether this build says that it pushed the image.</summary>
    public bool Made(Repository repository, Digest digest) => Images.Any(image => image.Digest == digest && image.Repository == repository);

    /// <summary>Whether it pushed, or was asked to push, to the repository.</summary>
    public bool Concerns(Repository repository) =>
        Repositories.Contains(repository) || Images.Any(image => image.Repository == repository);
}

/// <summary>One image that a build pushed.</summary>
public sealed record BuiltImage(Repository Repository, Digest Digest);
