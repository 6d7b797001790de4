using System.Collections.Immutable;
using CdAutomation.Domain.Releases;

namespace CdAutomation.Domain.Decisions;

/// <summary>Keeps a state from growing with the years: what can no longer matter is forgotten.</summary>
internal static class Memory
{
    /// <summary>So many candidates are remembered.</summary>
    public const int CandidatesKept = 250;

    public static PipelineState Trim(PipelineState state)
    {
        var stages = state.Stages;
        if (state.Candidates.Count <= CandidatesKept)
            return state;

        // The longest seen go first; never one that a stage runs, takes or was asked for, nor one that must not be tried again.
        var needed = stages.Values.SelectMany(Needs).Concat(state.Quarantined.Keys).ToImmutableHashSet(StringComparer.Ordinal);
        var forgotten = state.Candidates.Values
            .Where(candidate => !needed.Contains(candidate.Key))
            .OrderBy(candidate => candidate.FirstSeen).ThenBy(candidate => candidate.Key, StringComparer.Ordinal)
            .Take(state.Candidates.Count - CandidatesKept)
            .Select(candidate => candidate.Key)
            .ToImmutableArray();

        return state with
        {
            Candidates = state.Candidates.RemoveRange(forgotten),
            Stages = stages.SetItems(stages.Select(each => KeyValuePair.Create(each.Key, Without(each.Value, forgotten)))),
        };
    }

    private static StageState Without(StageState stage, ImmutableArray<string> forgotten) => stage with
    {
        Told = stage.Told.RemoveRange(forgotten),
        Proved = Latest(stage.Proved.RemoveRange(forgotten), since => since),
        Approvals = Latest(stage.Approvals.RemoveRange(forgotten), round => round.Since),
        Predeployed = stage.Predeployed.Except(forgotten),
        Answers = stage.Answers.RemoveRange(stage.Answers.Keys.Where(key => forgotten.Any(each => key.EndsWith($"|{each}", StringComparison.Ordinal)))),
    };

    /// <summary>A release of several images is no candidate that could be forgotten with it.</summary>
    private static ImmutableSortedDictionary<string, T> Latest<T>(ImmutableSortedDictionary<string, T> all, Func<T, DateTimeOffset> at) => all.Count <= CandidatesKept
        ? all
        : all.OrderByDescending(each => at(each.Value)).Take(CandidatesKept).ToImmutableSortedDictionary();

    private static IEnumerable<string> Needs(StageState stage)
    {
        foreach (var key in stage.Failed.Keys)
            yield return key;
        if (stage.Request is { } request)
            yield return request.Candidate;
        if (stage.Pin is { } pin)
            yield return pin.Candidate;
        foreach (var release in new[] { stage.Rollout?.Release, stage.Serving?.Release, stage.Mark }.OfType<Release>().Concat(stage.Serving?.Beside ?? []))
        {
            foreach (var (name, image) in release.Images)
                yield return Candidate.KeyOf(name, image.Digest);
        }
    }
}
