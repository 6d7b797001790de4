using CdAutomation.Delivery;
using CdAutomation.Domain.Policies;
using CdAutomation.Domain.Rollouts;

namespace CdAutomation.Simulation.Planted;

internal sealed class StartsAnExecutionAnAttempt : Bug
{
    public override string Mistake => "each attempt at a job starts an execution of its own";

    public override ITargets Targets(ITargets targets) => new Decorated(targets);

    private sealed class Decorated(ITargets inner) : TargetsInFront(inner)
    {
        private int _attempts;

        public override Task<StepResult> RunOnceAsync(Effect.RunOnce order, Func<CancellationToken, ValueTask<bool>> stillWanted, CancellationToken cancellation) =>
            base.RunOnceAsync(order with { RunAs = $"{order.RunAs}-{++_attempts}" }, stillWanted, cancellation);
    }
}

internal sealed class CallsAJobDoneWhenItRuns : Bug
{
    public override string Mistake => "a job that has been started counts as one that has succeeded";

    public override ITargets Targets(ITargets targets) => new Decorated(targets);

    private sealed class Decorated(ITargets inner) : TargetsInFront(inner)
    {
        public override async Task<StepResult> RunOnceAsync(Effect.RunOnce order, Func<CancellationToken, ValueTask<bool>> stillWanted, CancellationToken cancellation) =>
            await base.RunOnceAsync(order, stillWanted, cancellation) is var result and not StepResult.Unfinished ? result : new StepResult.Done(null);
    }
}

internal sealed class CallsAFailedJobDone : Bug
{
    public override string Mistake => "how a job ends is not looked at, only that it ends";

    public override ITargets Targets(ITargets targets) => new Decorated(targets);

    private sealed class Decorated(ITargets inner) : TargetsInFront(inner)
    {
        public override async Task<StepResult> RunOnceAsync(Effect.RunOnce order, Func<CancellationToken, ValueTask<bool>> stillWanted, CancellationToken cancellation) =>
            await base.RunOnceAsync(order, stillWanted, cancellation) is var result and not StepResult.Failed ? result : new StepResult.Done(null);
    }
}

internal sealed class SkipsTheJobBefore : PolicyBug
{
    public override string Mistake => "the job before a rollout is left out";

    protected override StagePolicy Misread(StagePolicy stage) => stage with { Strategy = stage.Strategy with { Predeploy = null } };
}

internal sealed class RunsNoJobOnDeploy : PolicyBug
{
    public override string Mistake => "a job that is to run on each deploy gets its image, and is not started";

    protected override StagePolicy Misread(StagePolicy stage) => stage with { Targets = [.. stage.Targets.Select(target => target with { RunOnDeploy = false })] };
}
