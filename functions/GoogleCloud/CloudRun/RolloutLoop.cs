using CdAutomation.Domain.Images;
using CdAutomation.Domain.Rollouts;
using CdAutomation.Domain.Targets;
using CdAutomation.GoogleCloud.Calls;
using Google.LongRunning;
using Grpc.Core;
using Task = System.Threading.Tasks.Task;

namespace CdAutomation.GoogleCloud.CloudRun;

/// <summary>What an order is carried out with.</summary>
/// <param name="Region">Cloud Run.</param>
/// <param name="StillWanted">Whether the order is still to be carried out; asked between each read and the write that it leads to.</param>
/// <param name="Options">How often and how long.</param>
/// <param name="Clock">Measures the pauses.</param>
internal sealed record Means(
    RunRegion Region, Func<CancellationToken, ValueTask<bool>> StillWanted, CloudRunOptions Options, TimeProvider Clock);

/// <summary>
/// One order being carried out: read, judge, and write or wait, again and again until the target itself says that it is so. The end of
/// an operation only says when to look.
/// </summary>
internal abstract class RolloutLoop(Means means, Target target)
{
    private int _writes;
    private int _step;

    /// <summary>The generation below our last write that may have taken effect; null while there is none.</summary>
    private long? _writtenOver;

    /// <summary>Whether that write was answered, so that it did take effect.</summary>
    private bool _accepted;

    /// <summary>What the target was last seen to be doing, for whoever waits.</summary>
    public string LastSeen { get; private set; } = "it has not been read yet";

    protected Means Means { get; } = means;

    protected Target Target { get; } = target;

    /// <summary>Whether a write of this run may have taken effect.</summary>
    protected bool HasWritten => _writtenOver is not null;

    /// <summary>Of our last write, as far as it is known.</summary>
    protected Operation? Operation { get; private set; }

    public async Task<StepResult> RunAsync(CancellationToken cancellation)
    {
        while (true)
        {
            var read = await ReadAsync(cancellation);
            if (!read.TryGet(out var resource, out var error))
                return CloudRunFailure.OfCall(Target, error).Result;

            var result = IsStale(resource)
                ? await WaitForAcceptedAsync(cancellation)
                : await MoveAsync(resource, cancellation) switch
                {
                    Move.End it => it.Result,
                    Move.Write it => await WriteAsync(resource, it, cancellation),
                    Move.Wait it => await WaitAsync(it.What, cancellation),
                    _ => throw new System.Diagnostics.UnreachableException(),
                };
            if (result is not null)
                return result;
        }
    }

    protected abstract Task<Reply<RunResource>> ReadAsync(CancellationToken cancellation);

    /// <summary>What follows from the target as it was read. It may read more, and writes nothing.</summary>
    /// <exception cref="UnreadException">Something more could not be read.</exception>
    protected abstract Task<Move> JudgeAsync(RunResource read, CancellationToken cancellation);

    /// <summary>
    /// Cloud Run gave up. What may pass is tried once more by the next call, by <paramref name="anew"/>; nothing is tried twice in one.
    /// </summary>
    protected Move GiveUpOr(CloudRunFailure failure, Func<Move> anew) =>
        failure.Passing && !HasWritten ? anew() : new Move.End(failure.Result);

    protected static Move Ended(StepResult result) => new Move.End(result);

    private async Task<Move> MoveAsync(RunResource read, CancellationToken cancellation)
    {
        try
        {
            return await JudgeAsync(read, cancellation);
        }
        catch (UnreadException error)
        {
            return Ended(new StepResult.Unfinished(error.Reason));
        }
    }

    /// <summary>A read can be older than the write before it; nothing may be concluded from such a one.</summary>
    private bool IsStale(RunResource read) => _accepted && read.Generation <= _writtenOver;

    private async Task<StepResult?> WriteAsync(RunResource read, Move.Write write, CancellationToken cancellation)
    {
        // Somebody undid what we wrote. Writing over it would be a fight; whoever decides looks again first.
        if (write.Step <= _step && _writtenOver is { } below && read.Generation > below)
            return new StepResult.Unfinished(new("run.changedByOther",
                $"{Target} was changed during the rollout, to something else, by {Excerpt.Of(read.LastModifier)}"));
        if (_writes >= Means.Options.WritesMax)
            return new StepResult.Unfinished(new("run.contended", $"{Target} was written by others {_writes} times in a row"));
        if (!await Means.StillWanted(cancellation))
            return new StepResult.NotWanted();

        _writes++;
        var reply = await write.Next.ReplaceAsync(Means.Region, cancellation);
        if (reply.TryGet(out var operation, out var error))
        {
            (Operation, _writtenOver, _accepted, _step, _writes) = (operation, read.Generation, true, write.Step, 0);
            return null;
        }

        if (error.MayHaveHappened)
            (Operation, _writtenOver, _accepted, _step) = (null, read.Generation, false, write.Step);
        else if (error.Code is not StatusCode.Aborted)
            return CloudRunFailure.OfCall(Target, error).Result;

        return await WaitAsync($"a write was answered with {error.Code}: {error.Message}", cancellation);
    }

    private async Task<StepResult?> WaitForAcceptedAsync(CancellationToken cancellation) =>
        // Ended in an error before it ever became a generation: there is nothing to wait for.
        Operation is { Done: true, Error: { } error }
            ? CloudRunFailure.OfRollout(Target, [], error, null).Result
            : await WaitAsync("our write is accepted and not visible yet", cancellation);

    private async Task<StepResult?> WaitAsync(string what, CancellationToken cancellation)
    {
        LastSeen = what;
        if (Operation is { Done: false } running)
        {
            var reply = await Means.Region.WaitAsync(running.Name, cancellation);
            // Not being allowed to read operations, say, is no reason to fail: then the target is looked at now and then.
            Operation = reply.TryGet(out var now, out _) ? now : null;
            if (now is { Done: true })
                return null;
        }

        // Waited out, and looked at afterwards: a delay that is cancelled goes on in a pool of threads, and its order with everything else
        // could not be reproduced.
        await Task.Delay(Means.Options.PollEvery, Means.Clock, CancellationToken.None);
        cancellation.ThrowIfCancellationRequested();
        return null;
    }
}
