using CdAutomation.Delivery;
using CdAutomation.Domain.Rollouts;
using CdAutomation.Domain.Targets;

namespace CdAutomation.Simulation.Planted;

/// <summary>Hands every order on, for bugs to change one of them.</summary>
internal abstract class TargetsInFront(ITargets inner) : ITargets
{
    protected ITargets Inner => inner;

    public Task<TargetView> ReadAsync(Target target, CancellationToken cancellation) => inner.ReadAsync(target, cancellation);

    public virtual Task<StepResult> ApplyAsync(Effect.Apply order, Func<CancellationToken, ValueTask<bool>> stillWanted, CancellationToken cancellation) =>
        inner.ApplyAsync(order, stillWanted, cancellation);

    public virtual Task<StepResult> TakeBackAsync(Effect.TakeBack order, Func<CancellationToken, ValueTask<bool>> stillWanted, CancellationToken cancellation) =>
        inner.TakeBackAsync(order, stillWanted, cancellation);

    public virtual Task<StepResult> RunOnceAsync(Effect.RunOnce order, Func<CancellationToken, ValueTask<bool>> stillWanted, CancellationToken cancellation) =>
        inner.RunOnceAsync(order, stillWanted, cancellation);
}

internal sealed class GivesMoreThanItsShare : Bug
{
    public override string Mistake => "a new revision gets twice the share that its step names";

    public override ITargets Targets(ITargets targets) => new Decorated(targets);

    private sealed class Decorated(ITargets inner) : TargetsInFront(inner)
    {
        public override Task<StepResult> ApplyAsync(Effect.Apply order, Func<CancellationToken, ValueTask<bool>> stillWanted, CancellationToken cancellation) =>
            base.ApplyAsync(order with { Percent = Math.Min(100, order.Percent * 2) }, stillWanted, cancellation);
    }
}

internal sealed class TakesBackNothing : Bug
{
    public override string Mistake => "what is to be taken back is called so, and left where it is";

    public override ITargets Targets(ITargets targets) => new Decorated(targets);

    private sealed class Decorated(ITargets inner) : TargetsInFront(inner)
    {
        public override Task<StepResult> TakeBackAsync(Effect.TakeBack order, Func<CancellationToken, ValueTask<bool>> stillWanted, CancellationToken cancellation) =>
            Task.FromResult<StepResult>(new StepResult.Done(order.Before.Revision));
    }
}

internal sealed class TakesBackOnlyServices : Bug
{
    public override string Mistake => "jobs and worker pools of a release that failed are left with it";

    public override ITargets Targets(ITargets targets) => new Decorated(targets);

    private sealed class Decorated(ITargets inner) : TargetsInFront(inner)
    {
        public override Task<StepResult> TakeBackAsync(Effect.TakeBack order, Func<CancellationToken, ValueTask<bool>> stillWanted, CancellationToken cancellation) =>
            order.Target.Kind == TargetKind.Service
                ? base.TakeBackAsync(order, stillWanted, cancellation)
                : Task.FromResult<StepResult>(new StepResult.Done(order.Before.Revision));
    }
}

internal sealed class ForgetsTheOtherTargets : Bug
{
    public override string Mistake => "of several targets only the first is changed";

    public override ITargets Targets(ITargets targets) => new Decorated(targets);

    private sealed class Decorated(ITargets inner) : TargetsInFront(inner)
    {
        public override Task<StepResult> ApplyAsync(Effect.Apply order, Func<CancellationToken, ValueTask<bool>> stillWanted, CancellationToken cancellation) =>
            order.Id.EndsWith("/0", StringComparison.Ordinal)
                ? base.ApplyAsync(order, stillWanted, cancellation)
                : Task.FromResult<StepResult>(new StepResult.Done(order.Before?.Revision) { Before = order.Before ?? new Footing(null, null) });
    }
}

internal sealed class CallsWrongAnswersRight : Bug
{
    public override string Mistake => "a new revision that answers wrongly passes verification";

    public override IVerify Verify(IVerify verify) => new Decorated(verify);

    private sealed class Decorated(IVerify inner) : IVerify
    {
        public async Task<StepResult> VerifyAsync(Effect.Verify order, CancellationToken cancellation) =>
            await inner.VerifyAsync(order, cancellation) is var result and not StepResult.Failed ? result : new StepResult.Done(null);
    }
}
