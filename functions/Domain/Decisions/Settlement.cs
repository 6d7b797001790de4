using CdAutomation.Domain.Releases;
using CdAutomation.Domain.Rollouts;

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
            apply => Take(taken, apply, paid.Result),
            announce => paid.Result.Match(
                _ => Without(taken, announce),
                failed => Without(taken, announce),
                _ => Later(taken, announce, announce.Attempts + 1),
                _ => Without(taken, announce)),
            // A question is answered, never paid.
            ask => taken);
    }

    private static Taken Take(Taken taken, Effect.Apply apply, StepResult result) => result.Match(
        done => Serves(Without(taken, apply), apply, done.Revision),
        failed => DidNotComeUp(Without(taken, apply), apply, failed.Reason),
        unfinished => NotYet(taken, apply, unfinished.Reason),
        // Its worker saw it taken back, yet here it is owed: whoever owes it now pays it.
        _ => Later(taken, apply, apply.Attempts));

    private static Taken Serves(Taken taken, Effect.Apply apply, string? revision)
    {
        var stage = taken.State.StageNamed(apply.Stage);
        var key = Candidate.KeyOf(apply.Target.Image, apply.Image.Digest);
        var took = stage.Rollout is { } rollout ? taken.At.Now - rollout.StartedAt : TimeSpan.Zero;
        var reason = new Reason("rollout.serving", $"{apply.Image.Label} serves all traffic of {apply.Target.Name} as {revision}, {Seconds(took)} after it was decided");

        return taken
            .WithStage(apply.Stage, stage with
            {
                Serving = new(apply.Image, apply.Image.Label, revision, taken.At.Now) { WishedAt = stage.Rollout?.Actor is null ? null : stage.Rollout.StartedAt },
                Mark = Standings.MarkedBy(taken.At.Policy, stage.Mark, apply.Image),
                Unseen = null,
                Rollout = null,
                Failed = stage.Failed.Remove(key),
                Proved = stage.Proved.SetItem(key, taken.At.Now),
                Told = stage.Told.SetItem(key, Codes.Serving),
            })
            .Tell(Outcome.Deployed, apply.Image.Repository, apply.Image.Tag, apply.Image.Digest, reason, stage: apply.Stage, actor: stage.Rollout?.Actor, cause: stage.Rollout?.Cause)
            .Announce("deployed", apply, revision, reason);
    }

    private static Taken DidNotComeUp(Taken taken, Effect.Apply apply, Reason reason)
    {
        var stage = taken.State.StageNamed(apply.Stage);
        var key = Candidate.KeyOf(apply.Target.Image, apply.Image.Digest);

        return taken
            .WithStage(apply.Stage, stage with
            {
                Rollout = null,
                Failed = stage.Failed.SetItem(key, reason),
                Told = stage.Told.SetItem(key, Codes.Failed),
            })
            .Tell(Outcome.Failed, apply.Image.Repository, apply.Image.Tag, apply.Image.Digest, reason, stage: apply.Stage, actor: stage.Rollout?.Actor, cause: stage.Rollout?.Cause)
            .Announce("failed", apply, null, reason);
    }

    private static Taken NotYet(Taken taken, Effect.Apply apply, Reason reason)
    {
        var stage = taken.State.StageNamed(apply.Stage);
        var key = Candidate.KeyOf(apply.Target.Image, apply.Image.Digest);
        var later = Later(taken, apply, apply.Attempts + 1);
        if (stage.Told.GetValueOrDefault(key) == reason.Code)
            return later;

        var next = later.State.Owed.First(effect => effect.Id == apply.Id).DueAt;
        return later
            .WithStage(apply.Stage, stage with { Told = stage.Told.SetItem(key, reason.Code) })
            .Tell(Outcome.Deploying, apply.Image.Repository, apply.Image.Tag, apply.Image.Digest, reason, next, apply.Stage, cause: stage.Rollout?.Cause);
    }

    private static Taken Without(Taken taken, Effect effect) =>
        taken with { State = taken.State with { Owed = taken.State.Owed.RemoveAll(each => each.Id == effect.Id) } };

    private static Taken Later(Taken taken, Effect effect, int attempts)
    {
        var later = effect with { Attempts = attempts, DueAt = taken.At.Now + taken.At.Patience.After(Math.Max(attempts, 1)) };
        return taken with { State = taken.State with { Owed = taken.State.Owed.Replace(effect, later) } };
    }

    private static Taken Announce(this Taken taken, string outcome, Effect.Apply apply, string? revision, Reason reason)
    {
        var id = $"{apply.Id}/{outcome}";
        var announcement = new Announcement(
            id, outcome, taken.At.Policy.Name, apply.Stage, apply.Target.ResourceName, apply.Image.Reference.ToString(), apply.Image.Tag, revision, taken.At.Commit, taken.At.Now, reason);
        return taken with { State = taken.State with { Owed = taken.State.Owed.Add(new Effect.Announce(id, taken.At.Now, 0, announcement)) } };
    }

    private static string Seconds(TimeSpan span) => $"{span.TotalSeconds:0.0} s";
}
