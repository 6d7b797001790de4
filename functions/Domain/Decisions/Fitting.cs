using System.Collections.Immutable;
using CdAutomation.Domain.Policies;
using CdAutomation.Domain.Releases;
using CdAutomation.Domain.Rollouts;

namespace CdAutomation.Domain.Decisions;

/// <summary>Fits what is remembered to the policy in force: what is known of another service or another repository says nothing here.</summary>
public static class Fitting
{
    /// <summary>The state without what the policy no longer speaks of. A stage whose target changed is one nobody has looked at.</summary>
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

        return state with
        {
            Stages = stages,
            Candidates = candidates,
            Looks = state.Looks.Where(look => policy.Images.ContainsKey(look.Value.Image)).ToImmutableSortedDictionary(),
            Owed = state.Owed.RemoveAll(effect => effect switch
            {
                Effect.Apply apply => shadow || !policy.Stages.Any(stage => stage.Name == apply.Stage && stage.Targets.Contains(apply.Target)),
                Effect.Ask => anew,
                _ => false,
            }),
        };
    }

    private static StageState Fit(StageState state, StagePolicy policy, bool shadow, bool anew)
    {
        // What happened on paper says nothing of what runs, and the other way round.
        var same = (state.Target is null || state.Target == policy.Targets[0]) && (state.Serving is null || state.Shadow == shadow);
        var fitted = (same ? state : StageState.New) with { Target = policy.Targets[0], Shadow = shadow };
        return anew
            ? fitted with { Answers = fitted.Answers.Clear(), Approvals = fitted.Approvals.Clear() }
            : fitted;
    }
}
