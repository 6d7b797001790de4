using System.Collections.Immutable;
using CdAutomation.Domain.Policies;

namespace CdAutomation.Domain.Releases;

/// <summary>Makes releases of candidates: those that bear one tag, that one build made, or that were made from one commit.</summary>
internal sealed class Offers(PipelinePolicy policy, PipelineState state)
{
    /// <summary>Every release that could be, in the order of the tags, best first; each once.</summary>
    /// <param name="accepted">The tags that the rules accept, best first.</param>
    public ImmutableArray<Offer> By(ImmutableArray<string> accepted)
    {
        var offers = ImmutableArray.CreateBuilder<Offer>();
        var known = new HashSet<string>(StringComparer.Ordinal);
        foreach (var tag in accepted.Distinct(StringComparer.Ordinal))
        {
            foreach (var candidate in state.Candidates.Values.Where(each => each.Tags.Contains(tag)))
            {
                // A higher tag has spoken for these images already.
                if (Of(candidate, tag) is var offer && known.Add(string.Join('|', offer.Images.Select(each => each.Key))))
                    offers.Add(offer);
            }
        }

        return offers.ToImmutable();
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
            _ => tag is null ? [] : [.. state.Candidates.Values.Where(each => each.Tags.Contains(tag))],
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
        // The latest build of it that is known; an image may be made again, byte by byte the same.
        var own = state.Builds.Values.Where(build => build.Made(candidate.Repository, candidate.Digest)).MaxBy(build => (build.FinishedAt, build.Id));
        return own is null
            ? []
            : [.. state.Candidates.Values.Where(each => state.Builds.Values.Any(build => family(build) == family(own) && build.Made(each.Repository, each.Digest)))];
    }
}
