using System.Collections.Immutable;
using CdAutomation.Domain.Policies;
using CdAutomation.Domain.Releases;

namespace CdAutomation.Domain.Decisions;

/// <summary>
/// The standings of one decision. Working them out is most of the work of deciding, and they are asked for several times: here each is worked out
/// once, as long as nothing has changed that they look at.
/// </summary>
internal sealed class StandingsOnce(Situation at)
{
    private readonly Dictionary<string, (PipelineState Seen, ImmutableArray<Standing> All)> _last = new(StringComparer.Ordinal);

    /// <summary>As <see cref="Standings.Of"/>.</summary>
    public ImmutableArray<Standing> Of(PipelineState state, StagePolicy policy)
    {
        if (!_last.TryGetValue(policy.Name, out var last) || !AreSame(last.Seen, state))
            _last[policy.Name] = last = (state, Standings.Of(at, state, policy));
        return last.All;
    }

    /// <summary>Whether two states differ at most in what no standing depends on. What is new in a state counts until it is named here.</summary>
    private static bool AreSame(PipelineState one, PipelineState other) => ReferenceEquals(one, other) || (AreSame(one.Stages, other.Stages) && other == one with
    {
        Commit = other.Commit,
        Stages = other.Stages,
        Owed = other.Owed,
        Looks = other.Looks,
        SurveyedTo = other.SurveyedTo,
        SurveyAt = other.SurveyAt,
        WakeAt = other.WakeAt,
        LostEventsHealed = other.LostEventsHealed,
        Heeded = other.Heeded,
    });

    private static bool AreSame(ImmutableSortedDictionary<string, StageState> one, ImmutableSortedDictionary<string, StageState> other) =>
        ReferenceEquals(one, other) || (one.Count == other.Count && one.All(each =>
            other.TryGetValue(each.Key, out var stage) && stage == each.Value with { Told = stage.Told }));
}
