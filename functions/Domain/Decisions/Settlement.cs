using CdAutomation.Domain.Images;
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
            announce => Told(taken, announce, announce.Announcement.Stage, announce.Announcement.Image, announce.Announcement.Tag, paid.Result),
            track => Told(taken, track, track.Deployment.Stage, track.Deployment.Image, track.Deployment.Tag, paid.Result),
            // A question is answered, never paid.
            ask => taken);
    }

    private static Taken Step(Taken taken, Effect effect, string stage, Target target, StepResult result)
    {
        if (taken.At.Policy.StageNamed(stage) is not { } policy || taken.State.StageNamed(stage).Rollout is not { } rollout)
            return taken.Without(effect);

        return result.Match(
            done => Done(taken.Without(effect), effect, policy, rollout, target, done),
            failed => effect is Effect.TakeBack
                ? taken.Without(effect).WithRollout(policy.Name, _ => rollout.WithoutWayBack(target, failed.Reason))
                : Ends.Fails(taken, policy, rollout, failed.Reason),
            unfinished => NotYet(taken, effect, policy, rollout, unfinished.Reason),
            // Its worker saw it taken back, yet here it is owed: whoever owes it now pays it.
            _ => Later(taken, effect, effect.Attempts),
            drifted => effect is Effect.TakeBack
                ? Left(taken.Without(effect), policy, rollout, target, drifted.Reason)
                : Drifted(taken.Without(effect), policy, rollout, target, drifted.Reason));
    }

    /// <summary>Whoever does not answer is told again; whoever does not want to know is told no more, and the journal says so.</summary>
    private static Taken Told(Taken taken, Effect effect, string stage, string image, string? tag, StepResult result)
    {
        if (result is StepResult.Unfinished)
            return Later(taken, effect, effect.Attempts + 1);
        taken = taken.Without(effect);
        if (result is not StepResult.Failed { Reason: var why })
            return taken;
        var named = ImageReference.TryParse(image, out var reference) ? reference : null;
        return taken.Tell(Outcome.Untold, named?.Repository, tag, named?.Digest, why, stage: stage, story: $"{why.Code}@{effect.Id}");
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
                rollout = rollout.Exposed(target, taken.At.Now);
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
                Rollout = rollout.TurnedBack(reason, taken.At.Now),
            });
        return taken.TellAll(policy.Name, rollout.Release, Outcome.Held, reason with { Code = "target.drifted" }, "target.drifted", actor: rollout.Actor, cause: rollout.Cause);
    }

    /// <summary>Somebody else changed what was to go back: it is left as it is; a rollback that somebody asked for has not happened then.</summary>
    private static Taken Left(Taken taken, StagePolicy policy, Rollout rollout, Target target, Reason reason)
    {
        var stage = taken.State.StageNamed(policy.Name);
        return taken.WithStage(policy.Name, stage.Drifted(target, reason, taken.At.Now) with
        {
            Rollout = rollout.IsRollback ? rollout.WithoutWayBack(target, reason) : rollout with { DoneHere = rollout.DoneHere.Add(target.ResourceName) },
        });
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

    private static Taken Without(this Taken taken, Effect effect) => taken.Forgetting(each => each.Id == effect.Id);

    private static Taken Later(Taken taken, Effect effect, int attempts)
    {
        var later = effect with { Attempts = attempts, DueAt = taken.At.Now + taken.At.Patience.After(Math.Max(attempts, 1)) };
        return taken with { State = taken.State with { Owed = taken.State.Owed.Replace(effect, later) } };
    }
}
