using CdAutomation.Domain.Images;
using CdAutomation.Domain.Rollouts;
using Google.Cloud.Run.V2;
using Google.LongRunning;
using Grpc.Core;
using Task = System.Threading.Tasks.Task;

namespace CdAutomation.GoogleCloud.CloudRun;

/// <summary>
/// One order being carried out: read, judge, and write or wait, again and again until the service itself says that it is so. The end of
/// an operation only says when to look.
/// </summary>
internal sealed class ServiceRollout(
    RunRegion region,
    Effect.Apply order,
    Func<CancellationToken, ValueTask<bool>> stillWanted,
    CloudRunOptions options,
    TimeProvider clock)
{
    private int _writes;
    private Operation? _operation;

    /// <summary>The generation below our last write that may have taken effect; null while there is none.</summary>
    private long? _writtenOver;

    /// <summary>Whether that write was answered, so that it did take effect.</summary>
    private bool _accepted;

    /// <summary>What the service was last seen to be doing, for whoever waits.</summary>
    public string LastSeen { get; private set; } = "it has not been read yet";

    public async Task<StepResult> RunAsync(CancellationToken cancellation)
    {
        while (true)
        {
            var read = await region.GetServiceAsync(order.Target.ResourceName, cancellation);
            if (!read.TryGet(out var service, out var error))
                return CloudRunFailure.OfCall(order.Target, error).Result;

            var result = IsStale(service)
                ? await WaitForAcceptedAsync(cancellation)
                : Standing.Of(service, order) switch
                {
                    Standing.Misfit it => new StepResult.Failed(it.Reason),
                    Standing.Different it => await WriteAsync(service, it.Container, anew: false, cancellation),
                    Standing.Failing it => await GiveUpOrRetryAsync(service, it.Container, cancellation),
                    Standing.Converging it => await WaitAsync(it.What, cancellation),
                    Standing.Settled it => await ConfirmAsync(it.Revision, cancellation),
                    _ => throw new System.Diagnostics.UnreachableException(),
                };
            if (result is not null)
                return result;
        }
    }

    /// <summary>A read can be older than the write before it; nothing may be concluded from such a one.</summary>
    private bool IsStale(Service service) => _accepted && service.Generation <= _writtenOver;

    private async Task<StepResult?> WriteAsync(Service read, Container container, bool anew, CancellationToken cancellation)
    {
        // Somebody wrote after us. Writing over it would be a fight; whoever decides looks again first.
        if (_writtenOver is { } below && read.Generation > below)
            return new StepResult.Unfinished(new("run.changedByOther",
                $"{order.Target} was changed during the rollout, to something else, by {Excerpt.Of(read.LastModifier)}"));
        if (_writes >= options.WritesMax)
            return new StepResult.Unfinished(new("run.contended", $"{order.Target} was written by others {_writes} times in a row"));
        if (!await stillWanted(cancellation))
            return new StepResult.NotWanted();

        _writes++;
        var write = await region.ReplaceServiceAsync(ServiceUpdate.Of(read, container, order, anew), cancellation);
        if (write.TryGet(out var operation, out var error))
        {
            (_operation, _writtenOver, _accepted) = (operation, read.Generation, true);
            return null;
        }

        if (error.MayHaveHappened)
            (_operation, _writtenOver, _accepted) = (null, read.Generation, false);
        else if (error.Code is not StatusCode.Aborted)
            return CloudRunFailure.OfCall(order.Target, error).Result;

        return await WaitAsync($"a write was answered with {error.Code}: {error.Message}", cancellation);
    }

    private async Task<StepResult?> GiveUpOrRetryAsync(Service service, Container container, CancellationToken cancellation)
    {
        var failure = await ExplainAsync(service, cancellation);
        return failure.Passing && _writtenOver is null
            ? await WriteAsync(service, container, anew: true, cancellation)
            : failure.Result;
    }

    private async Task<CloudRunFailure> ExplainAsync(Service service, CancellationToken cancellation)
    {
        IEnumerable<Condition> conditions = [service.TerminalCondition, .. service.Conditions];
        if (service.LatestCreatedRevision.Length == 0)
            return CloudRunFailure.OfRollout(order.Target, conditions, _operation?.Error, null);

        // The revision knows best why it failed; without it, the service's own conditions must do.
        var read = await region.GetRevisionAsync(service.LatestCreatedRevision, cancellation);
        return read.TryGet(out var revision, out _)
            ? CloudRunFailure.OfRollout(order.Target, [.. revision.Conditions, .. conditions], _operation?.Error, revision.LogUri)
            : CloudRunFailure.OfRollout(order.Target, conditions, _operation?.Error, null);
    }

    private async Task<StepResult?> ConfirmAsync(string name, CancellationToken cancellation)
    {
        var read = await region.GetRevisionAsync(name, cancellation);
        if (!read.TryGet(out var revision, out var error))
            return new StepResult.Unfinished(new("run.revisionUnread", $"revision {name} could not be read: {error.Message}"));

        var runs = Containers.TryFind(revision.Containers, order.Target, out var container, out _)
            && Containers.Runs(container, order.Image.Reference);
        return runs
            ? new StepResult.Done(TrafficPlan.ShortName(name))
            : await WaitAsync($"its ready revision {TrafficPlan.ShortName(name)} runs another image", cancellation);
    }

    private async Task<StepResult?> WaitForAcceptedAsync(CancellationToken cancellation) =>
        // Ended in an error before it ever became a generation: there is nothing to wait for.
        _operation is { Done: true, Error: { } error }
            ? CloudRunFailure.OfRollout(order.Target, [], error, null).Result
            : await WaitAsync("our write is accepted and not visible yet", cancellation);

    private async Task<StepResult?> WaitAsync(string what, CancellationToken cancellation)
    {
        LastSeen = what;
        if (_operation is { Done: false } running)
        {
            var reply = await region.WaitAsync(running.Name, cancellation);
            // Not being allowed to read operations, say, is no reason to fail: then the service is looked at now and then.
            _operation = reply.TryGet(out var now, out _) ? now : null;
            if (now is { Done: true })
                return null;
        }

        // Waited out, and looked at afterwards: a delay that is cancelled goes on in a pool of threads, and its order with everything else
        // could not be reproduced.
        await Task.Delay(options.PollEvery, clock, CancellationToken.None);
        cancellation.ThrowIfCancellationRequested();
        return null;
    }
}
