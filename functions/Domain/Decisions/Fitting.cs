using System.Collections.Immutable;
using CdAutomation.Domain.Policies;
using CdAutomation.Domain.Releases;
using CdAutomation.Domain.Rollouts;

namespace CdAutomation.Domain.Decisions;

/// <summary>Fits what is remembered to the policy in force: what is known of another service or another repository says nothing here.</summary>
public static class Fitting
{
    /// <summary>The state without what the policy no longer speaks of. A stage whose targets changed is one nobody has looked at.</summary>
    /// <param name="state">What is remembered.</param>
    /// <param name="policy">The policy in force.</param>
    /// <param name="commit">Its commit: what was answered and approved under another one does not count under this.</param>
    public static PipelineState Fit(PipelineState state, PipelinePolicy policy, string commit)
    {
        var shadow = policy.Mode == PolicyMode.Shadow;
        var anew = state.Commit != commit;
        var stages = policy.Stages.ToImmutableSortedDictionary(
            stage => stage.Name, stage => Fit(state.StageNamed(stage.Name), stage, shadow, anew));
        var candidates = state.Candidates.Values
            .Where(candidate => policy.Images.TryGetValue(candidate.Image, out var repository) && repository == candidate.Repository)
            .ToImmutableSortedDictionary(candidate => candidate.Key, candidate => candidate);
        // What belongs to a rollout that is no more, of a stage that is gone or begins anew, is owed no longer.
        bool HasRollout(Effect effect) => stages.Any(stage => stage.Value.Rollout is not null && effect.IsOf(stage.Key));

        return state with
        {
            Stages = stages,
            Candidates = candidates,
            Looks = state.Looks.Where(look => policy.Images.ContainsKey(look.Value.Image)).ToImmutableSortedDictionary(),
            Owed = state.Owed.RemoveAll(effect => effect switch
            {
                Effect.Announce => false,
                Effect.Ask => anew,
                _ => shadow || !HasRollout(effect),
            }),
        };
    }

    private static StageState Fit(StageState state, StagePolicy policy, bool shadow, bool anew)
    {
        // What happened on paper says nothing of what runs, and the other way round.
        var same = (state.Targets.IsDefaultOrEmpty || state.Targets.SequenceEqual(policy.Targets)) && (state.Serving is null || state.Shadow == shadow);
        var fitted = (same ? state : StageState.New with { Hold = state.Hold, Pin = state.Pin }) with { Targets = policy.Targets, Shadow = shadow };
        return anew
            ? fitted with { Answers = fitted.Answers.Clear(), Approvals = fitted.Approvals.Clear() }
            : fitted;
    }
}
