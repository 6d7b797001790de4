using System.Collections.Immutable;
using CdAutomation.Domain.Policies;
using CdAutomation.Domain.Releases;
using CdAutomation.Domain.Rollouts;
using CdAutomation.Domain.Targets;

namespace CdAutomation.Domain.Decisions;

/// <summary>How a rollout ends: it serves, or it fails and is taken back.</summary>
internal static class Ends
{
    /// <summary>So many releases that served are remembered.</summary>
    private const int PastKept = 20;

    /// <summary>The whole stage serves the release.</summary>
    public static Taken Serves(Taken taken, StagePolicy policy, Rollout rollout)
    {
        var stage = taken.State.StageNamed(policy.Name);
        var (release, now) = (rollout.Release, taken.At.Now);
        var footings = rollout.IsRollback
            ? rollout.Targets.ToImmutableSortedDictionary(each => each.Key, each => each.Value.Before!)
            : policy.Targets.ToImmutableSortedDictionary(
                target => target.ResourceName, target => new Footing(release.Images[target.Image].Reference, rollout.Of(target).Revision));
        var revision = rollout.Of(policy.Targets[0]).Revision ?? footings[policy.Targets[0].ResourceName].Revision;
        var reason = Reason(policy, rollout, revision, now - rollout.StartedAt);
        var changes = Deployments.Serving(taken, policy, rollout);

        // A measurement may still be under way; it is of no use any more.
        taken = taken.Forgetting(effect => effect.IsOf(policy.Name)).WithStage(policy.Name, stage with
        {
            Serving = new(release, release.Label, revision, now) { WishedAt = rollout.IsRollback ? now : rollout.Actor is null ? null : rollout.StartedAt },
            Mark = rollout.IsRollback ? stage.Mark : Floors.MarkedBy(taken.At.Policy, stage.Mark, release),
            Footings = footings,
            Unseen = null,
            Rollout = null,
            Failed = stage.Failed.Remove(release.Key),
            Proved = rollout.IsRollback ? stage.Proved : stage.Proved.SetItem(release.Key, now),
            Past = Remembered(taken.State, stage, release, now, footings),
        });
        if (rollout.IsRollback && stage.Serving?.Release is { } left)
        {
            var gone = new Reason("rollback.done", $"{left.Label} runs no more: {reason.Sentence}");
            taken = taken
                .TellAll(policy.Name, left, Outcome.RolledBack, gone, Codes.Failed, actor: rollout.Actor, cause: rollout.Cause)
                .Announcing("rolledBack", policy, rollout with { Release = left, Targets = rollout.Targets.Clear() }, gone, changes);
        }

        return taken
            .TellAll(policy.Name, release, Outcome.Deployed, reason, Codes.Serving, actor: rollout.Actor, cause: rollout.Cause)
            // Of a rollback the news of what is left tells the change.
            .Announcing("deployed", policy, rollout, reason, rollout.IsRollback && stage.Serving?.Release is not null ? null : changes)
            .Tracking(changes.Values);
    }

    /// <summary>It goes no further: it is never tried again by itself, and what it changed is taken back.</summary>
    public static Taken Fails(Taken taken, StagePolicy policy, Rollout rollout, Reason why)
    {
        var stage = taken.State.StageNamed(policy.Name);
        var hold = policy.Strategy.AutoRollback is { Hold: true }
            ? new Standstill($"{rollout.Release.Label} went wrong: {why.Sentence}", null, taken.At.Now, null)
            : stage.Hold;
        return taken
            .Forgetting(effect => effect.IsOf(policy.Name))
            .WithStage(policy.Name, stage with
            {
                Rollout = rollout.TurnedBack(why, taken.At.Now),
                Failed = stage.Failed.SetItem(rollout.Release.Key, why),
                Hold = hold,
            })
            .TellAll(policy.Name, rollout.Release, Outcome.Failed, why, Codes.Failed, actor: rollout.Actor, cause: rollout.Cause)
            .Announcing("failed", policy, rollout, why);
    }

    /// <summary>Everything that a failed rollout had changed is as it was.</summary>
    public static Taken IsTakenBack(Taken taken, StagePolicy policy, Rollout rollout, Reason trouble)
    {
        var stage = taken.State.StageNamed(policy.Name);
        var (exposed, changes) = (Deployments.Exposed(taken, policy, rollout), Deployments.TakenBack(taken, policy, rollout));
        taken = taken.WithStage(policy.Name, stage with { Rollout = null });
        if (!rollout.IsExposed)
            return taken;

        var took = taken.At.Now - rollout.StartedAt;
        var reason = new Reason("rollout.takenBack", $"{rollout.Release.Label} was taken back and {stage.Serving?.Description} serves everything again, "
            + $"{Seconds(took)} after it was decided; it went wrong because {trouble.Sentence}");
        return taken
            .TellAll(policy.Name, rollout.Release, Outcome.RolledBack, reason, Codes.Failed, actor: rollout.Actor, cause: rollout.Cause)
            .Announcing("rolledBack", policy, rollout, reason, changes)
            .Tracking([.. exposed.Values, .. changes.Values]);
    }

    /// <summary>It could not even be taken back: nothing moves before somebody has looked.</summary>
    public static Taken IsStuck(Taken taken, StagePolicy policy, Rollout rollout, Reason why)
    {
        var stage = taken.State.StageNamed(policy.Name);
        var reason = why with { Code = "rollback.failed", Sentence = $"{rollout.Release.Label} could not be gone back {(rollout.IsRollback ? "to" : "from")}: {why.Sentence}" };
        // Of a rollback it is told of what somebody wanted to be rid of: what it was to go back to has done nothing wrong.
        var release = rollout.IsRollback && stage.Serving?.Release is { } unwanted ? unwanted : rollout.Release;
        return taken
            .Forgetting(effect => effect.IsOf(policy.Name))
            .WithStage(policy.Name, stage with
            {
                Rollout = null,
                // What runs now is anybody's guess: it is looked at anew.
                Serving = null,
                Footings = stage.Footings.Clear(),
                Hold = new(reason.Sentence, null, taken.At.Now, null),
            })
            .TellAll(policy.Name, release, Outcome.Failed, reason, Codes.Failed, actor: rollout.Actor, cause: rollout.Cause)
            .Announcing("failed", policy, rollout with { Release = release }, reason);
    }

    /// <summary>What served, with one more.</summary>
    public static ImmutableArray<Served> Remembered(
        PipelineState state, StageState stage, Release release, DateTimeOffset now, ImmutableSortedDictionary<string, Footing> footings)
    {
        var before = stage.Past.RemoveAll(each => each.Release.Key == release.Key);
        return [.. before.Skip(before.Length - PastKept + 1), new Served(release, now, footings) { Sources = Deployments.Sources(state, stage, release) }];
    }

    private static Reason Reason(StagePolicy policy, Rollout rollout, string? revision, TimeSpan took)
    {
        var where = string.Join(", ", policy.Targets.Select(target => target.Name));
        var what = policy.Targets is [{ Kind: TargetKind.Service }]
            ? $"serves all traffic of {where}{(revision is null ? "" : $" as {revision}")}"
            : $"runs in {where}";
        return rollout.IsRollback
            ? new("rollback.serving", $"{rollout.Release.Label} {what} again, {Seconds(took)} after {rollout.Actor} asked to go back to it")
            : new("rollout.serving", $"{rollout.Release.Label} {what}, {Seconds(took)} after it was decided");
    }

    private static string Seconds(TimeSpan span) => $"{span.TotalSeconds:0.0} s";
}
