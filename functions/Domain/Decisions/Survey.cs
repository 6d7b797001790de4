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

    /// <summary>
    /// The tags to look up, the most telling first: the best, which may have moved without an event; those that are not known and that somebody
    /// wishes for, or that rank above what some stage runs; those that are gone. What room is left goes to the others in turn, so that each of them is looked at again in a while.
    /// </summary>
    /// <param name="policy">The policy in force.</param>
    /// <param name="state">What is remembered.</param>
    /// <param name="image">The image's name in the policy.</param>
    /// <param name="listed">Every tag of its repository.</param>
    /// <param name="now">The instant.</param>
    public static ImmutableArray<string> TagsToLookUp(PipelinePolicy policy, PipelineState state, string image, ImmutableArray<string> listed, DateTimeOffset now)
    {
        var known = state.Candidates.Values.Where(candidate => candidate.Image == image).SelectMany(candidate => candidate.SeenTags).ToImmutableDictionary(seen => seen.Tag);
        var accepted = policy.Tags.Select([.. listed.Select(tag => known.GetValueOrDefault(tag, new SeenTag(tag, now)))], null).Accepted;

        var running = state.Stages.Values.Select(stage => stage.Serving?.Image?.Tag is { } tag ? accepted.IndexOf(tag) : -1).DefaultIfEmpty(-1).Max();
        var above = accepted.Take(running + 1).Concat(accepted.TakeWhile(tag => !known.ContainsKey(tag))).Where(tag => !known.ContainsKey(tag));
        var gone = known.Keys.Except(listed).Order(StringComparer.Ordinal);
        var wished = Wished(policy, state).Where(tag => !known.ContainsKey(tag) && listed.Contains(tag));
        ImmutableArray<string> urgent = [.. accepted.Take(1).Concat(wished).Concat(above).Concat(gone).Distinct(StringComparer.Ordinal).Take(LooksAtMost)];
        return [.. urgent.Concat(InTurn(accepted, state.SurveyedTo.GetValueOrDefault(image, "")).Except(urgent)).Take(LooksAtMost)];
    }

    /// <summary>Where the next survey goes on with the tags that are not urgent: after the last of those that were looked up now.</summary>
    public static string GoesOnAt(ImmutableArray<string> lookedUp) => lookedUp is [.., var last] ? last : "";

    /// <summary>What somebody asked for bears a tag that the rules need not accept, and the images that belong with it bear the same.</summary>
    private static IEnumerable<string> Wished(PipelinePolicy policy, PipelineState state) => policy is { Match: ReleaseMatch.Tag, Images.Count: > 1 }
        ? state.Stages.Values.SelectMany(stage => new[] { stage.Pin?.Candidate, stage.Request?.Candidate }).OfType<string>()
            .SelectMany(key => state.Candidates.TryGetValue(key, out var candidate) ? candidate.Tags : [])
        : [];

    private static IEnumerable<string> InTurn(ImmutableArray<string> tags, string after)
    {
        var ordered = tags.Order(StringComparer.Ordinal).ToImmutableArray();
        return ordered.Where(tag => string.CompareOrdinal(tag, after) > 0).Concat(ordered.Where(tag => string.CompareOrdinal(tag, after) <= 0));
    }
}
