using System.Collections.Immutable;
using CdAutomation.Domain.Images;

namespace CdAutomation.Domain.Releases;

/// <summary>An immutable set of digests, one an image of the pipeline.</summary>
/// <param name="Id">Short and stable: the same digests have the same id.</param>
/// <param name="Images">By the name the policy gives the image.</param>
public sealed record Release(string Id, ImmutableSortedDictionary<string, ReleaseImage> Images)
{
    /// <summary>The release of a pipeline that has one image.</summary>
    public static Release Of(Candidate candidate, string? tag) => new(
        candidate.Digest.Short,
        ImmutableSortedDictionary<string, ReleaseImage>.Empty.Add(
            candidate.Image, new ReleaseImage(candidate.Repository, candidate.Digest, tag, candidate.FirstSeen)));
}

/// <summary>One image of a release.</summary>
/// <param name="Repository">Where it is stored.</param>
/// <param name="Digest">What is deployed.</param>
/// <param name="Tag">How it was found; null when somebody named the digest.</param>
/// <param name="FirstSeen">When the registry first had it, as far as we know.</param>
public sealed record ReleaseImage(Repository Repository, Digest Digest, string? Tag, DateTimeOffset FirstSeen)
{
    /// <summary><c>repository@sha256:…</c>, the only form that is deployed.</summary>
    public ImageReference Reference => new(Repository, null, Digest);

    /// <summary>For people: tag and digest.</summary>
    public string Label => Tag is null ? $"{Digest.Short}" : $"{Tag} ({Digest.Short})";
}
