using CdAutomation.Domain.Policies;
using CdAutomation.Domain.Releases;
using CdAutomation.Domain.Rollouts;
using CdAutomation.Domain.Targets;

namespace CdAutomation.Domain.Decisions;

/// <summary>Takes in what came of paying an effect.</summary>
internal static class Settlement
{
    public static Taken Take(Taken taken, Observation.Paid paid)
    {
        // Another worker may have settled it, or a later decision taken it back: then there is nothing to do.
        if (taken.State.Owed.FirstOrDefault(effect => effect.Id == paid.Effect) is not { } effect)
            return taken;

        return effect.Match(
            apply => Step(taken, apply, apply.Stage, apply.Target, paid.Result),
            back => Step(taken, back, back.Stage, back.Target, paid.Result),
            once => Step(taken, once, once.Stage, once.Job, paid.Result),
            verify => Step(taken, verify, verify.Stage, verify.Target, paid.Result),
            measure => taken.Without(measure),
            announce => paid.Result is StepResult.Unfinished ? Later(taken, announce, announce.Attempts + 1) : taken.Without(announce),
            // A question is answered, never paid.
            ask => taken);
    }

    /// <summary>Takes in what metrics said; not being able to read them says nothing.</summary>
    public static Taken Take(Taken taken, Observation.Measured measured)
    {
        if (taken.State.Owed.OfType<Effect.Measure>().FirstOrDefault(effect => effect.Id == measured.Effect) is not { } effect)
            return taken;
        taken = taken.Without(effect);
        if (PolicyOf(taken, effect.Stage) is not { Strategy.Analysis: { } analysis } policy || taken.State.StageNamed(effect.Stage).Rollout is not { Trouble: null } rollout)
            return taken;

        var judged = measured.Judged;
        rollout = rollout.With(effect.Target, rollout.Of(effect.Target) with { Judged = judged });
        taken = taken.WithRollout(effect.Stage, _ => rollout);
        return judged is { Healthy: false } && !analysis.ObserveOnly ? Ends.Fails(taken, policy, rollout, judged.Reason) : taken;
    }

    private static Taken Step(Taken taken, Effect effect, string stage, Target target, StepResult result)
    {
        if (PolicyOf(taken, stage) is not { } policy || taken.State.StageNamed(stage).Rollout is not { } rollout)
            return taken.Without(effect);

        return result.Match(
            done => Done(taken.Without(effect), effect, policy, rollout, target, done),
            failed => effect is Effect.TakeBack ? Ends.IsStuck(taken, policy, rollout, failed.Reason) : Ends.Fails(taken, policy, rollout, failed.Reason),
            unfinished => NotYet(taken, effect, policy, rollout, unfinished.Reason),
            // Its worker saw it taken back, yet here it is owed: whoever owes it now pays it.
            _ => Later(taken, effect, effect.Attempts),
            drifted => effect is Effect.TakeBack
                ? Left(taken.Without(effect), policy, rollout, target, drifted.Reason)
                : Drifted(taken.Without(effect), policy, rollout, target, drifted.Reason));
    }

    private static Taken Done(Taken taken, Effect effect, StagePolicy policy, Rollout rollout, Target target, StepResult.Done done)
    {
        var progress = rollout.Of(target);
        if (effect is Effect.Apply apply)
        {
            rollout = rollout.With(target, progress with
            {
                Before = done.Before ?? progress.Before,
                Revision = done.Revision ?? progress.Revision,
                Address = done.Address ?? progress.Address,
            });
            if (apply.Percent > 0)
                rollout = rollout with { ExposedSince = taken.At.Now };
        }

        if (effect is Effect.RunOnce)
        {
            var stage = taken.State.StageNamed(policy.Name);
            taken = taken.WithStage(policy.Name, stage with { Predeployed = stage.Predeployed.Add(rollout.Release.Key) });
        }

        return taken.WithRollout(policy.Name, _ => rollout with { DoneHere = rollout.DoneHere.Add(target.ResourceName) });
    }

    /// <summary>Somebody else changed it: nobody fights over it, and the others go back with it.</summary>
    private static Taken Drifted(Taken taken, StagePolicy policy, Rollout rollout, Target target, Reason reason)
    {
        var stage = taken.State.StageNamed(policy.Name);
        taken = taken
            .Forgetting(effect => effect.IsOf(policy.Name))
            .WithStage(policy.Name, stage.Drifted(target, reason, taken.At.Now) with
            {
                Rollout = rollout.TurnedBack(reason),
            });
        return taken.TellAll(policy.Name, rollout.Release, Outcome.Held, reason with { Code = "target.drifted" }, "target.drifted", actor: rollout.Actor, cause: rollout.Cause);
    }

    /// <summary>Somebody else changed what was to go back: it is left as it is; a rollback that somebody asked for has not happened then.</summary>
    private static Taken Left(Taken taken, StagePolicy policy, Rollout rollout, Target target, Reason reason)
    {
        var stage = taken.State.StageNamed(policy.Name);
        taken = taken.WithStage(policy.Name, stage.Drifted(target, reason, taken.At.Now) with
        {
            Rollout = rollout with { DoneHere = rollout.DoneHere.Add(target.ResourceName) },
        });
        return rollout.IsRollback ? Ends.IsStuck(taken, policy, rollout, reason) : taken;
    }

    private static Taken NotYet(Taken taken, Effect effect, StagePolicy policy, Rollout rollout, Reason reason)
    {
        var later = Later(taken, effect, effect.Attempts + 1);
        var key = Candidate.KeyOf(rollout.Release.Images.Keys.First(), rollout.Release.Lead.Digest);
        if (taken.State.StageNamed(policy.Name).Told.GetValueOrDefault(key) == reason.Code)
            return later;

        var next = later.State.Owed.First(each => each.Id == effect.Id).DueAt;
        return later.TellAll(policy.Name, rollout.Release, Outcome.Deploying, reason, reason.Code, nextLook: next, cause: rollout.Cause);
    }

    private static StagePolicy? PolicyOf(Taken taken, string stage) => taken.At.Policy.Stages.FirstOrDefault(each => each.Name == stage);

    private static Taken Without(this Taken taken, Effect effect) => taken.Forgetting(each => each.Id == effect.Id);

    private static Taken Later(Taken taken, Effect effect, int attempts)
    {
        var later = effect with { Attempts = attempts, DueAt = taken.At.Now + taken.At.Patience.After(Math.Max(attempts, 1)) };
        return taken with { State = taken.State with { Owed = taken.State.Owed.Replace(effect, later) } };
    }
}
