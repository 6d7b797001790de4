using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace CdAutomation.LocalCloud.Run;

/// <summary>
/// Brings each service to what is written of it, one loop a service. A loop keeps nothing: it asks what is next, does it, and asks
/// again, so a newer write supersedes an older one, and a kill at any moment is healed by the next start.
/// </summary>
internal sealed partial class Reconciler(
    RunStore store, RevisionStarts starts, ServiceSettlement settlement, IInstances instances, OperationBook operations,
    LocalRunOptions options, ILogger logger, CancellationToken stopping) : IAsyncDisposable
{
    private static readonly TimeSpan AfterFault = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, Lazy<Loop>> _loops = new();
    private readonly ConcurrentDictionary<Task, bool> _retirements = new();

    /// <summary>Something was written of a service.</summary>
    public void Wake(string service)
    {
        var loop = _loops.GetOrAdd(service, name => new(() => new Loop(signal => RunAsync(name, signal)))).Value;
        loop.Signal.Writer.TryWrite(true);
    }

    /// <summary>Goes on with whatever an earlier process left.</summary>
    public void WakeAll()
    {
        foreach (var service in store.Read(tables => tables.ServiceNames)) Wake(service);
    }

    /// <summary>Waits for the loops to notice that the host is stopping, which must have been said before.</summary>
    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll([.. _loops.Values.Select(it => it.Value.Running), .. _retirements.Keys]);
    }

    private async Task RunAsync(string service, ChannelReader<bool> signal)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await signal.ReadAsync(stopping);
                while (await StepAsync(service, signal)) { }
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception problem)
            {
                // The boundary of a background host: one service's fault must not silence its loop for ever, nor the others.
                Log.LoopFailed(logger, service, problem);
                await Task.Delay(AfterFault, options.Clock, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                Wake(service);
            }
        }
    }

    /// <summary>Does the next thing; false when there is nothing until the next signal.</summary>
    private async Task<bool> StepAsync(string service, ChannelReader<bool> signal)
    {
        var (step, others) = store.Read(tables => Look(tables, service));
        // Superseded revisions are finished as well: somebody may send traffic to them later. Nobody waits for them.
        foreach (var other in others) _ = WakeAfterAsync(starts.Ensure(other), service);
        switch (step)
        {
            case ReconcileStep.Start start:
                var going = start.Revisions.Select(starts.Ensure).ToList();
                await WaitAsync(going, Timeout.InfiniteTimeSpan, signal);
                foreach (var fault in going.Where(it => it.IsFaulted)) await fault;
                return true;
            case ReconcileStep.Remove remove:
                if (await IsHeldAsync(remove.NewestOperation, signal)) return true;
                foreach (var revision in remove.Revisions) await instances.StopAsync(revision, stopping);
                settlement.Remove(service);
                return false;
            case ReconcileStep.Settle settle:
                if (await IsHeldAsync(settle.NewestOperation, signal)) return true;
                if (settlement.Settle(service, settle.Generation) is { } retired) Retire(service, retired);
                return true;
            default:
                return false;
        }
    }

    private static (ReconcileStep Step, IReadOnlyList<StoredRevision> Others) Look(RunTables tables, string service)
    {
        var revisions = tables.RevisionsOf(service);
        var step = ReconcileStep.Next(tables.FindService(service), revisions, tables.OpenOperations(service));
        var awaited = step is ReconcileStep.Start start ? start.Revisions : [];
        return (step, [.. revisions.Where(it => it.Readiness == Readiness.Pending && !awaited.Contains(it))]);
    }

    /// <summary>Waits while a fault holds the operation back; true when that happened, and all may be different now.</summary>
    private async Task<bool> IsHeldAsync(string operation, ChannelReader<bool> signal)
    {
        if (operations.HeldUntil(operation) is not { } until || until <= options.Clock.GetUtcNow()) return false;
        var wait = until == DateTimeOffset.MaxValue ? Timeout.InfiniteTimeSpan : until - options.Clock.GetUtcNow();
        await WaitAsync([], wait, signal);
        return true;
    }

    /// <summary>Ends with the first of some tasks, the time, or a signal, which is then taken.</summary>
    private async Task WaitAsync(IEnumerable<Task> tasks, TimeSpan limit, ChannelReader<bool> signal)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        await Task.WhenAny([.. tasks, Task.Delay(limit, options.Clock, over.Token), signal.WaitToReadAsync(over.Token).AsTask()]);
        await over.CancelAsync();
        signal.TryRead(out _);
        stopping.ThrowIfCancellationRequested();
    }

    private async Task WakeAfterAsync(Task start, string service)
    {
        await start.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (start.IsCompletedSuccessfully) Wake(service);
    }

    /// <summary>Stops retired revisions after the grace, unless one of them is wanted again by then.</summary>
    private void Retire(string service, IReadOnlyList<string> revisions)
    {
        if (revisions.Count == 0) return;
        var retirement = RetireAsync(service, revisions);
        _retirements[retirement] = true;
        _ = retirement.ContinueWith(it => _retirements.TryRemove(it, out _), TaskScheduler.Default);
    }

    private async Task RetireAsync(string service, IReadOnlyList<string> revisions)
    {
        try
        {
            await Task.Delay(options.RetirementGrace, options.Clock, stopping);
            var still = store.Read(tables => tables.FindService(service)) is { } stored
                ? revisions.Where(it => !ServiceOutcome.IsAddressable(stored.Body, it))
                : revisions;
            foreach (var revision in still) await instances.StopAsync(revision, stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The host is going, and takes all instances with it.
        }
    }

    private sealed class Loop
    {
        public Loop(Func<ChannelReader<bool>, Task> run) => Running = Task.Run(() => run(Signal.Reader));

        public Channel<bool> Signal { get; } = Channel.CreateBounded<bool>(
            new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

        public Task Running { get; }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Reconciling {Service} failed; it is tried again")]
        public static partial void LoopFailed(ILogger logger, string service, Exception problem);
    }
}
