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
            stage => stage.Name, stage => Fit(state, stage, shadow, commit));
        var strangers = state.Candidates
            .Where(each => !policy.Images.TryGetValue(each.Value.Image, out var repository) || repository != each.Value.Repository)
            .Select(each => each.Key).ToArray();
        // What belongs to a rollout that is no more, of a stage that is gone or begins anew, is owed no longer.
        bool HasRollout(Effect effect) => stages.Any(stage => stage.Value.Rollout is not null && effect.IsOf(stage.Key));

        return state with
        {
            Stages = stages,
            Candidates = state.Candidates.RemoveRange(strangers),
            Looks = state.Looks.RemoveRange(state.Looks.Where(look => !policy.Images.ContainsKey(look.Value.Image)).Select(look => look.Key)),
            Owed = state.Owed.RemoveAll(effect => effect switch
            {
                Effect.Announce or Effect.Track => false,
                Effect.Ask => anew,
                _ => shadow || !HasRollout(effect),
            }),
        };
    }

    private static StageState Fit(PipelineState whole, StagePolicy policy, bool shadow, string commit)
    {
        var state = whole.StageNamed(policy.Name);
        // What happened on paper says nothing of what runs, and the other way round.
        var same = (state.Targets.IsDefaultOrEmpty || state.Targets.SequenceEqual(policy.Targets)) && (state.Serving is null || state.Shadow == shadow);
        var fitted = (same ? state : StageState.New with { Hold = state.Hold, Pin = state.Pin }) with { Targets = policy.Targets, Shadow = shadow };
        return whole.Commit == commit ? fitted : Anew(fitted, whole.Commit, commit);
    }

    private static StageState Anew(StageState stage, string before, string commit) => stage with
    {
        Answers = stage.Answers.Clear(),
        Approvals = stage.ApprovalsBefore is { } earlier && earlier.Commit == commit ? earlier.Rounds : stage.Approvals.Clear(),
        ApprovalsBefore = stage.Approvals.IsEmpty ? null : new(before, stage.Approvals),
    };
}
