using System.Collections.Immutable;
using CdAutomation.Domain.Policies;
using CdAutomation.Domain.Releases;
using CdAutomation.Domain.Rollouts;
using CdAutomation.Domain.Targets;

namespace CdAutomation.Domain.Decisions;

/// <summary>
/// Takes a rollout from step to step: owes what the present step needs, and goes on when all of it is done and the time has come. It owes; it
/// does nothing, so it goes on from wherever a crash has left it.
/// </summary>
internal static class Stepping
{
    /// <summary>Drives a stage's rollout as far as it goes now.</summary>
    public static Taken Drive(Taken taken, StagePolicy policy)
    {
        while (taken.State.StageNamed(policy.Name).Rollout is { } rollout)
        {
            if (rollout.Trouble is { } trouble)
                return TakeBack(taken, policy, rollout, trouble);
            if (rollout.Step is not { } step)
                return Ends.Serves(taken, policy, rollout);

            var (owing, isDone) = step.Match(
                predeploy => Predeploy(taken, policy, rollout, predeploy.Job),
                _ => All(taken, policy, rollout, policy.Targets, target => Apply(taken, policy, rollout, target, 0)),
                verify => Verify(taken, policy, rollout, verify.Wanted),
                shift => InTurn(taken, policy, rollout, shift.Percent),
                pause => Pause(taken, policy, rollout, pause.Duration),
                _ => All(taken, policy, rollout, policy.Targets, target => Back(taken, policy, rollout, target)));
            if (!isDone)
                return owing;
            if (rollout.Stuck is { } stuck)
                return Ends.IsStuck(owing, policy, rollout, stuck);

            taken = owing.WithRollout(policy.Name, now => now with { At = now.At + 1, DoneHere = [], Until = null, MeasureAt = null, GoesOnUnproved = false });
        }

        return taken;
    }

    /// <summary>The instants at which time alone takes a stage's rollout further.</summary>
    public static IEnumerable<DateTimeOffset?> NextLooks(StageState stage) => stage.Rollout is { Trouble: null } rollout
        ? [rollout.MeasureAt ?? rollout.Until, rollout.Until is { } until && rollout.MeasureAt > until ? until : null]
        : [];

    /// <summary>The beginning of the ids of all that a rollout owes.</summary>
    public static string IdOf(string stage, Rollout rollout) => $"{stage}/{rollout.Release.Id}/{rollout.StartedAt.ToUnixTimeMilliseconds()}";

    /// <summary>The job that runs before anything is changed.</summary>
    public static Target JobOf(StagePolicy policy, Predeploy job) =>
        new(policy.Targets[0].Project, policy.Targets[0].Region, job.Job, job.Image, null, TargetKind.Job);

    private static (Taken, bool) Predeploy(Taken taken, StagePolicy policy, Rollout rollout, Predeploy job)
    {
        var target = JobOf(policy, job);
        if (taken.State.StageNamed(policy.Name).Predeployed.Contains(rollout.Release.Key) || rollout.DoneHere.Contains(target.ResourceName))
            return (taken, true);
        if (!rollout.Release.Images.TryGetValue(job.Image, out var image) && !Whole(taken, rollout).TryGetValue(job.Image, out image))
            return (Ends.Fails(taken, policy, rollout, new("predeploy.noImage", $"the release has no image {job.Image}, which {job.Job} is to run")), false);

        return (taken.Owing(new Effect.RunOnce(
            Id(policy, rollout, 0), DueAt(taken), 0, policy.Name, target, image!, job.Args, RunAs(rollout), taken.At.Now + job.Timeout)), false);
    }

    private static (Taken, bool) Verify(Taken taken, StagePolicy policy, Rollout rollout, Verification wanted)
    {
        var services = policy.Targets.Where(target => target.Kind == TargetKind.Service).ToImmutableArray();
        var lost = services.FirstOrDefault(target => rollout.Of(target) is not { Address: not null, Revision: not null });
        if (lost is not null)
            return (Ends.Fails(taken, policy, rollout, new(
                "verify.noAddress",
                $"the new revision of {lost.Name} has no address of its own, so it cannot be verified without traffic; a shorter service name leaves room for one")), false);

        return All(taken, policy, rollout, services, target => new Effect.Verify(
            Id(policy, rollout, policy.Targets.IndexOf(target)), DueAt(taken), 0, policy.Name, target, rollout.Of(target).Revision!, rollout.Of(target).Address!, wanted));
    }

    /// <summary>Owes one effect to each of the targets; done when all of them are.</summary>
    private static (Taken, bool) All(Taken taken, StagePolicy policy, Rollout rollout, ImmutableArray<Target> targets, Func<Target, Effect> owed)
    {
        foreach (var target in targets.Where(target => !rollout.DoneHere.Contains(target.ResourceName)))
            taken = Owing(taken, policy, target, owed(target));
        return (taken, targets.All(target => rollout.DoneHere.Contains(target.ResourceName)));
    }

    /// <summary>
    /// Owes the next of the targets its share, in the order of the policy; jobs have none, and are changed at the end, when everything else is
    /// where it is to be: what a job has run cannot be taken back.
    /// </summary>
    private static (Taken, bool) InTurn(Taken taken, StagePolicy policy, Rollout rollout, int percent)
    {
        var next = policy.Targets.OrderBy(target => target.Kind == TargetKind.Job).FirstOrDefault(target =>
            !rollout.DoneHere.Contains(target.ResourceName) && (target.Kind != TargetKind.Job || percent == 100));
        return next is null ? (taken, true) : (Owing(taken, policy, next, Apply(taken, policy, rollout, next, percent)), false);
    }

    private static (Taken, bool) Pause(Taken taken, StagePolicy policy, Rollout rollout, TimeSpan duration)
    {
        var now = taken.At.Now;
        var until = rollout.Until ?? now + duration;
        taken = taken.WithRollout(policy.Name, each => each with { Until = until });
        if (policy.Strategy.Analysis is not { } analysis || !rollout.IsExposed)
            return (taken, now >= until);

        var services = policy.Targets.Where(target => target.Kind == TargetKind.Service && rollout.Of(target).Revision is not null).ToImmutableArray();
        // At full traffic there is nothing to compare with, and no step to hold back: what is not bad by its time is let be.
        var isProved = analysis.ObserveOnly || rollout.GoesOnUnproved || rollout.At == rollout.Plan.Length - 1
            || services.All(target => rollout.Of(target).Judged is { Healthy: true });
        if (now >= until && isProved)
            return (taken, true);

        if (rollout.MeasureAt is { } due && now < due)
            return (taken, false);
        foreach (var target in services)
        {
            taken = taken.Owing(new Effect.Measure(
                $"{Id(policy, rollout, policy.Targets.IndexOf(target))}/measure", DueAt(taken), 0, policy.Name, target,
                rollout.Of(target).Revision!, rollout.Of(target).Before?.Revision, rollout.ExposedSince!.Value));
        }

        return (taken.WithRollout(policy.Name, each => each with { MeasureAt = now + taken.At.Patience.Measure }), false);
    }

    private static Taken TakeBack(Taken taken, StagePolicy policy, Rollout rollout, Reason trouble)
    {
        var touched = policy.Targets.Where(target => rollout.Of(target) is { IsTouched: true, Before: not null }).ToImmutableArray();
        var (owing, isDone) = All(taken, policy, rollout, touched, target => Back(taken, policy, rollout, target));
        return !isDone ? owing
            : rollout.Stuck is { } stuck ? Ends.IsStuck(owing, policy, rollout, stuck)
            : Ends.IsTakenBack(owing, policy, rollout, trouble);
    }

    private static Effect.Apply Apply(Taken taken, StagePolicy policy, Rollout rollout, Target target, int percent) => new(
        Id(policy, rollout, policy.Targets.IndexOf(target)), DueAt(taken), 0, policy.Name, target, rollout.Release.Images[target.Image], Note(taken, policy, rollout.Release))
    {
        Percent = percent,
        Before = rollout.Of(target).Before,
        RunAs = target is { Kind: TargetKind.Job, RunOnDeploy: true } && percent == 100 ? RunAs(rollout) : null,
    };

    private static Effect.TakeBack Back(Taken taken, StagePolicy policy, Rollout rollout, Target target)
    {
        // A rollback's release is the one that is gone back to; of a rollout that went wrong, it is what served all the while.
        var serving = taken.State.StageNamed(policy.Name).Serving?.Release;
        var (unwanted, wanted) = rollout.IsRollback ? (serving, rollout.Release) : (rollout.Trouble is null ? rollout.Instead : rollout.Release, serving);
        return new(
            $"{IdOf(policy.Name, rollout)}/back/{policy.Targets.IndexOf(target)}", DueAt(taken), 0, policy.Name, target,
            unwanted?.Images.GetValueOrDefault(target.Image) ?? rollout.Release.Images[target.Image],
            rollout.Of(target).Before!,
            wanted is null ? new(taken.At.Policy.Name, policy.Name, "", null, taken.At.Commit) : Note(taken, policy, wanted));
    }

    /// <summary>What a target may have been changed by is noted before anybody changes it.</summary>
    private static Taken Owing(Taken taken, StagePolicy policy, Target target, Effect effect) =>
        (effect is Effect.Apply apply ? taken.WithRollout(policy.Name, each => each.With(target, each.Of(target) with { Percent = apply.Percent })) : taken).Owing(effect);

    private static ApplyNote Note(Taken taken, StagePolicy policy, Release release) =>
        new(taken.At.Policy.Name, policy.Name, release.Id, release.Lead.Tag, taken.At.Commit);

    /// <summary>All images of the release, those included that this stage has no target for.</summary>
    private static ImmutableSortedDictionary<string, ReleaseImage> Whole(Taken taken, Rollout rollout)
    {
        var lead = Candidate.KeyOf(rollout.Release.Images.Keys.First(), rollout.Release.Lead.Digest);
        return taken.State.Candidates.TryGetValue(lead, out var candidate)
            ? new Offers(taken.At.Policy, taken.State).Of(candidate, rollout.Release.Lead.Tag).Release.Images
            : rollout.Release.Images;
    }

    private static string Id(StagePolicy policy, Rollout rollout, int target) => $"{IdOf(policy.Name, rollout)}/{rollout.At}/{target}";

    /// <summary>An execution's name is the same for the same rollout, so that it is started once.</summary>
    private static string RunAs(Rollout rollout) => $"cd-{rollout.Release.Id[..7]}-{rollout.StartedAt.ToUnixTimeSeconds():x}";

    private static DateTimeOffset DueAt(Taken taken) => taken.At.Now + taken.At.Patience.Payment;
}
