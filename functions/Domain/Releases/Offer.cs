using System.Collections.Immutable;

namespace CdAutomation.Domain.Releases;

/// <summary>A release that could be, as far as its images are there.</summary>
/// <param name="Tag">The tag it stands by, or null.</param>
/// <param name="Images">One candidate for each image that is there, by the name of the image; never empty.</param>
/// <param name="Missing">The names of the images that are not there yet.</param>
internal sealed record Offer(string? Tag, ImmutableArray<Candidate> Images, ImmutableArray<string> Missing)
{
    public static Offer Of(Candidate candidate, string? tag) => new(tag, [candidate], []);

    /// <summary>The candidate that speaks for all of them where only one can.</summary>
    public Candidate Lead => Images[0];

    /// <summary>What would be released.</summary>
    public Release Release { get; } = Release.Of(Images.ToImmutableSortedDictionary(
        candidate => candidate.Image, candidate => candidate.As(Tag is { } tag && candidate.Tags.Contains(tag) ? tag : candidate.Tags.FirstOrDefault())));

    /// <summary>Its key in the state.</summary>
    public string Key => Release.Key;

    /// <summary>When the last of its images came.</summary>
    public DateTimeOffset FirstSeen => Images.Max(candidate => candidate.FirstSeen);

    /// <summary>For people: how it is called here.</summary>
    public string Label => Images.Length == 1 && Missing.IsEmpty
        ? Tag is null ? Lead.Label : $"{Tag} ({Lead.Digest.Short})"
        : $"{Tag ?? Lead.Label} ({string.Join(", ", Images.Select(candidate => $"{candidate.Image} {candidate.Digest.Short}"))})";

    public bool Has(string candidate) => Images.Any(each => each.Key == candidate);
}
