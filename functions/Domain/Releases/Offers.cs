using System.Collections.Immutable;
using CdAutomation.Domain.Policies;

namespace CdAutomation.Domain.Releases;

/// <summary>Makes releases of candidates: those that bear one tag, that one build made, or that were made from one commit.</summary>
internal sealed class Offers(PipelinePolicy policy, PipelineState state)
{
    private readonly Dictionary<string, ImmutableArray<Candidate>> _families = new(StringComparer.Ordinal);

    // Asked for tag after tag, or not at all.
    private ILookup<string, Candidate> Bearing => field ??= state.Candidates.Values
        .SelectMany(each => each.Tags, KeyValuePair.Create).ToLookup(each => each.Value, each => each.Key, StringComparer.Ordinal);

    /// <summary>Every release that could be, in the order of the tags, best first; each once.</summary>
    /// <param name="accepted">The tags that the rules accept, best first.</param>
    public ImmutableArray<Offer> By(ImmutableArray<string> accepted)
    {
        var offers = ImmutableArray.CreateBuilder<Offer>();
        var known = new HashSet<string>(StringComparer.Ordinal);
        var tags = accepted.ToHashSet(StringComparer.Ordinal);
        foreach (var tag in accepted.Distinct(StringComparer.Ordinal))
        {
            foreach (var candidate in Bearing[tag])
            {
                // A higher tag has spoken for these images already; and what no tag speaks for is no part of a release.
                if (Of(candidate, tag) is var offer && offer.Images.All(image => image.Tags.Any(tags.Contains))
                    && known.Add(string.Join('|', offer.Images.Select(each => each.Key))))
                    offers.Add(offer);
            }
        }

        return offers.ToImmutable();
    }

    /// <summary>The release that a candidate is part of: of its tags, the best accepted one by which that is whole, or else the first.</summary>
    public Offer Of(Candidate candidate)
    {
        var tag = candidate.Tags.FirstOrDefault();
        if (policy.Images.Count == 1 || candidate.Tags.Count < 2)
            return Of(candidate, tag);
        var accepted = policy.Tags.Select([.. candidate.SeenTags], null).Accepted;
        return accepted.Select(each => Of(candidate, each)).OrderBy(offer => offer.Missing.Length).FirstOrDefault() ?? Of(candidate, tag);
    }

    /// <summary>The release that a candidate is part of.</summary>
    /// <param name="candidate">Which.</param>
    /// <param name="tag">The tag it stands by, or null.</param>
    public Offer Of(Candidate candidate, string? tag)
    {
        if (policy.Images.Count == 1)
            return Offer.Of(candidate, tag);

        var together = policy.Match switch
        {
            ReleaseMatch.Build => MadeBy(candidate, build => build.Id),
            ReleaseMatch.Commit => MadeBy(candidate, build => build.Commit is { } commit ? $"{build.Source}@{commit}" : build.Id),
            _ => tag is null ? [] : [.. Bearing[tag]],
        };

        // One candidate an image: itself, and of others the latest.
        var images = policy.Images.Keys
            .Select(name => name == candidate.Image ? candidate : together.Where(each => each.Image == name).MaxBy(each => (each.FirstSeen, each.Key)))
            .OfType<Candidate>()
            .ToImmutableArray();
        return new(tag, images, [.. policy.Images.Keys.Except(images.Select(each => each.Image), StringComparer.Ordinal)]);
    }

    private ImmutableArray<Candidate> MadeBy(Candidate candidate, Func<Build, string> family)
    {
        var own = state.BuildsOf(candidate.Repository, candidate.Digest).FirstOrDefault();
        if (own is null)
            return [];

        // Asked for each candidate in turn, and the answer is the same for all of a family.
        var name = family(own);
        if (_families.TryGetValue(name, out var known))
            return known;
        var builds = state.Builds.Values.Where(build => family(build) == name).ToImmutableArray();
        return _families[name] = [.. state.Candidates.Values.Where(each => builds.Any(build => build.Made(each.Repository, each.Digest)))];
    }
}
