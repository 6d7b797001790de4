using System.Collections.Immutable;
using CdAutomation.Domain.Policies;
using CdAutomation.Domain.Releases;

namespace CdAutomation.Domain.Decisions;

/// <summary>Compares the registry's own list of tags with what events told: events make it fast, the list makes it true.</summary>
public static class Survey
{
    /// <summary>At most so many tags are looked up for one list.</summary>
    public const int LooksAtMost = 20;

    /// <summary>The tags that the rules accept, whatever runs, the best first.</summary>
    public static ImmutableArray<string> TagsThatCount(PipelinePolicy policy, ImmutableArray<string> listed, DateTimeOffset now) =>
        [.. policy.Tags.Select([.. listed.Select(tag => new SeenTag(tag, now))], null).Accepted.Take(LooksAtMost)];

    /// <summary>The tags to look up, the most telling first.</summary>
    /// <param name="policy">The policy in force.</param>
    /// <param name="state">What is remembered.</param>
    /// <param name="image">The image's name in the policy.</param>
    /// <param name="listed">Every tag of its repository.</param>
    /// <param name="now">The instant.</param>
    public static ImmutableArray<string> TagsToLookUp(PipelinePolicy policy, PipelineState state, string image, ImmutableArray<string> listed, DateTimeOffset now)
    {
        var known = state.Candidates.Values.Where(candidate => candidate.Image == image).SelectMany(candidate => candidate.SeenTags).ToImmutableDictionary(seen => seen.Tag);
        var accepted = policy.Tags.Select([.. listed.Select(tag => known.GetValueOrDefault(tag, new SeenTag(tag, now)))], null).Accepted;

        // The best may have moved without an event; one that is not known may be new, or may be what runs.
        var gone = known.Keys.Except(listed).Order(StringComparer.Ordinal);
        return [.. accepted.Take(1).Concat(accepted.Skip(1).Where(tag => !known.ContainsKey(tag))).Concat(gone).Take(LooksAtMost)];
    }
}
