using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using CdAutomation.Domain.Images;

namespace CdAutomation.Domain.Releases;

/// <summary>An immutable set of digests, one an image of the pipeline.</summary>
/// <param name="Id">Short and stable: the same digests have the same id.</param>
/// <param name="Images">By the name the policy gives the image; never empty.</param>
public sealed record Release(string Id, ImmutableSortedDictionary<string, ReleaseImage> Images)
{
    private const int IdLength = 12;

    /// <summary>The release of a pipeline that has one image.</summary>
    public static Release Of(Candidate candidate, string? tag) =>
        Of(ImmutableSortedDictionary<string, ReleaseImage>.Empty.Add(candidate.Image, candidate.As(tag)));

    /// <summary>The release of these images.</summary>
    public static Release Of(ImmutableSortedDictionary<string, ReleaseImage> images) => new(IdOf(images), images);

    /// <summary>Its key in the state: that of its candidate where it has one image.</summary>
    [JsonIgnore]
    public string Key => Images.Count == 1 ? Candidate.KeyOf(Images.Keys.First(), Images.Values.First().Digest) : $"release@{Id}";

    /// <summary>The image that speaks for all of them where only one can.</summary>
    [JsonIgnore]
    public ReleaseImage Lead => Images.Values.First();

    /// <summary>For people: the tag and each digest.</summary>
    [JsonIgnore]
    public string Label => Images.Count == 1
        ? Lead.Label
        : $"{Lead.Tag ?? Id} ({string.Join(", ", Images.Select(image => $"{image.Key} {image.Value.Digest.Short}"))})";

    /// <summary>Whether the candidate is one of its images.</summary>
    public bool Has(string candidate) => Images.Any(image => Candidate.KeyOf(image.Key, image.Value.Digest) == candidate);

    /// <summary>Whether one of its images has the digest.</summary>
    public bool Has(Digest digest) => Images.Values.Any(image => image.Digest == digest);

    /// <summary>What of it somebody needs who uses only some of its images.</summary>
    /// <param name="names">The names of those images; at least one is in the release.</param>
    public Release Of(IReadOnlySet<string> names) =>
        Images.Keys.All(names.Contains) ? this : Of(Images.Where(image => names.Contains(image.Key)).ToImmutableSortedDictionary());

    private static string IdOf(ImmutableSortedDictionary<string, ReleaseImage> images)
    {
        if (images.Count == 1)
            return images.Values.First().Digest.Short;
        var text = string.Join('\n', images.Select(image => $"{image.Key}@{image.Value.Digest}"));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..IdLength];
    }
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
