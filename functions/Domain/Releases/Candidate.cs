using System.Collections.Immutable;
using CdAutomation.Domain.Images;
using CdAutomation.Domain.Policies;

namespace CdAutomation.Domain.Releases;

/// <summary>How a candidate came to be known.</summary>
public enum Hearing
{
    /// <summary>By its event, so that its time is known.</summary>
    Heard,

    /// <summary>Before there was reason to expect an event: somebody named it, or it was there when the policy came. It may be older than we know.</summary>
    Found,

    /// <summary>The registry's own list has it, and no event has told of it.</summary>
    Unheard,

    /// <summary>As <see cref="Unheard"/>, and it is counted among the lost events that were healed.</summary>
    Healed,
}

/// <summary>A digest of one of the pipeline's repositories, with every tag that points to it now.</summary>
/// <param name="Image">The image's name in the policy.</param>
/// <param name="Repository">Where it is stored.</param>
/// <param name="Digest">What it is. One digest under several tags is one candidate.</param>
/// <param name="Tags">Ordinal order; a tag that moved away is no longer here.</param>
/// <param name="FirstSeen">The earliest instant at which it is known to have been in the registry.</param>
public sealed record Candidate(string Image, Repository Repository, Digest Digest, ImmutableSortedSet<string> Tags, DateTimeOffset FirstSeen)
{
    /// <summary>Whether its event has come.</summary>
    public Hearing Hearing { get; init; }

    /// <summary>Where it is traced what made it a candidate, or gave it the last of its tags; null where nobody traces.</summary>
    public string? Origin { get; init; }

    /// <summary>Its key in the state.</summary>
    public string Key => KeyOf(Image, Digest);

    /// <summary>The key that a digest of an image has.</summary>
    public static string KeyOf(string image, Digest digest) => $"{image}@{digest}";

    /// <summary>It as an image of a release.</summary>
    /// <param name="tag">The tag by which it was found, or null.</param>
    public ReleaseImage As(string? tag) => new(Repository, Digest, tag, FirstSeen);

    /// <summary>Its tags as the tag rules want them.</summary>
    public IEnumerable<SeenTag> SeenTags => Tags.Select(tag => new SeenTag(tag, FirstSeen));

    /// <summary>For people: the tag if there is one, else the short digest.</summary>
    public string Label => Tags is [var first, ..] ? $"{first} ({Digest.Short})" : Digest.Short;
}
