using CdAutomation.Delivery;
using CdAutomation.Domain.Rollouts;
using CdAutomation.Domain.Targets;

namespace CdAutomation.Simulation.Planted;

internal sealed class PaysWhatWasTakenBack : Bug
{
    public override string Mistake => "nobody asks whether an order is still wanted before it is carried out";

    public override ITargets Targets(ITargets targets) => new Decorated(targets);

    private sealed class Decorated(ITargets inner) : ITargets
    {
        public Task<TargetView> ReadAsync(Target target, CancellationToken cancellation) => inner.ReadAsync(target, cancellation);

        public Task<StepResult> ApplyAsync(Effect.Apply order, Func<CancellationToken, ValueTask<bool>> stillWanted, CancellationToken cancellation) =>
            inner.ApplyAsync(order, _ => ValueTask.FromResult(true), cancellation);

        public Task<StepResult> TakeBackAsync(Effect.TakeBack order, Func<CancellationToken, ValueTask<bool>> stillWanted, CancellationToken cancellation) =>
            inner.TakeBackAsync(order, stillWanted, cancellation);

        public Task<StepResult> RunOnceAsync(Effect.RunOnce order, Func<CancellationToken, ValueTask<bool>> stillWanted, CancellationToken cancellation) =>
            inner.RunOnceAsync(order, stillWanted, cancellation);
    }
}

internal sealed class CallsItDoneTooEarly : Bug
{
    public override string Mistake => "a rollout that is on its way counts as done";

    public override ITargets Targets(ITargets targets) => new Decorated(targets);

    private sealed class Decorated(ITargets inner) : ITargets
    {
        public Task<TargetView> ReadAsync(Target target, CancellationToken cancellation) => inner.ReadAsync(target, cancellation);

        public async Task<StepResult> ApplyAsync(
            Effect.Apply order, Func<CancellationToken, ValueTask<bool>> stillWanted, CancellationToken cancellation) =>
            await inner.ApplyAsync(order, stillWanted, cancellation) is var result and not StepResult.Unfinished ? result : new StepResult.Done(null);

        public Task<StepResult> TakeBackAsync(Effect.TakeBack order, Func<CancellationToken, ValueTask<bool>> stillWanted, CancellationToken cancellation) =>
            inner.TakeBackAsync(order, stillWanted, cancellation);

        public Task<StepResult> RunOnceAsync(Effect.RunOnce order, Func<CancellationToken, ValueTask<bool>> stillWanted, CancellationToken cancellation) =>
            inner.RunOnceAsync(order, stillWanted, cancellation);
    }
}
