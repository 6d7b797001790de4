using System.Collections.Immutable;
using CdAutomation.Domain.Policies;
using CdAutomation.Domain.Releases;
using CdAutomation.Domain.Rollouts;

namespace CdAutomation.Domain.Decisions;

/// <summary>Fits what is remembered to the policy in force: what is known of another service or another repository says nothing here.</summary>
public static class Fitting
{
    /// <summary>The state without what the policy no longer speaks of. A stage whose target changed is one nobody has looked at.</summary>
    public static PipelineState Fit(PipelineState state, PipelinePolicy policy)
    {
        var stages = policy.Stages
            .Where(stage => state.Stages.ContainsKey(stage.Name))
            .ToImmutableSortedDictionary(stage => stage.Name, stage => Fit(state.Stages[stage.Name], stage));
        var candidates = state.Candidates.Values
            .Where(candidate => policy.Images.TryGetValue(candidate.Image, out var repository) && repository == candidate.Repository)
            .ToImmutableSortedDictionary(candidate => candidate.Key, candidate => candidate);

        return state with
        {
            Stages = stages,
            Candidates = candidates,
            Looks = state.Looks.Where(look => policy.Images.ContainsKey(look.Value.Image)).ToImmutableSortedDictionary(),
            Owed = state.Owed.RemoveAll(effect => effect is Effect.Apply apply && !policy.Stages.Any(stage => stage.Name == apply.Stage && stage.Targets.Contains(apply.Target))),
        };
    }

    private static StageState Fit(StageState state, StagePolicy policy) => state.Target is null || state.Target == policy.Targets[0]
        ? state with { Target = policy.Targets[0] }
        : StageState.New with { Target = policy.Targets[0] };
}
