using System.Collections.Immutable;

namespace CdAutomation.Domain.Releases;

/// <summary>A release that could be, as far as its images are there.</summary>
/// <param name="tag">The tag it stands by, or null.</param>
/// <param name="images">One candidate for each image that is there, by the name of the image; never empty.</param>
/// <param name="missing">The names of the images that are not there yet.</param>
internal sealed class Offer(string? tag, ImmutableArray<Candidate> images, ImmutableArray<string> missing)
{
    /// <summary>The tag it stands by, or null.</summary>
    public string? Tag { get; } = tag;

    /// <summary>One candidate for each image that is there, by the name of the image; never empty.</summary>
    public ImmutableArray<Candidate> Images { get; } = images;

    /// <summary>The names of the images that are not there yet.</summary>
    public ImmutableArray<string> Missing { get; } = missing;

    /// <summary>The candidate that speaks for all of them where only one can.</summary>
    public Candidate Lead => Images[0];

    /// <summary>What would be released; of most that could be, nobody asks.</summary>
    public Release Release => field ??= Release.Of(Images.ToImmutableSortedDictionary(candidate => candidate.Image, As));

    /// <summary>Its key in the state.</summary>
    public string Key => field ??= Images.Length == 1 ? Lead.Key : Release.Key;

    /// <summary>When the last of its images came.</summary>
    public DateTimeOffset FirstSeen => Images.Max(candidate => candidate.FirstSeen);

    /// <summary>For people: how it is called here.</summary>
    public string Label => Images.Length == 1 && Missing.IsEmpty
        ? Tag is null ? Lead.Label : $"{Tag} ({Lead.Digest.Short})"
        : $"{Tag ?? Lead.Label} ({string.Join(", ", Images.Select(candidate => $"{candidate.Image} {candidate.Digest.Short}"))})";

    public static Offer Of(Candidate candidate, string? tag) => new(tag, [candidate], []);

    public bool Has(string candidate) => Images.Any(each => each.Key == candidate);

    private ReleaseImage As(Candidate candidate) => candidate.As(Tag is { } tag && candidate.Tags.Contains(tag) ? tag : candidate.Tags.FirstOrDefault());
}
