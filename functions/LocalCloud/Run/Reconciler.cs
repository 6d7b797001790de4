using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace CdAutomation.LocalCloud.Run;

/// <summary>Brings each service and worker pool to what is written of it.</summary>
internal sealed class Reconciler(
    RunStore store, RevisionStarts starts, WorkloadSettlement settlement, IInstances instances, OperationBook operations,
    LocalRunOptions options, ILogger logger, CancellationToken stopping)
    : ReconcileLoops(operations, options.Clock, logger, stopping)
{
    private readonly ConcurrentDictionary<Task, bool> _retirements = new();

    /// <summary>Goes on with whatever an earlier process left.</summary>
    public void WakeAll()
    {
        foreach (var service in store.Read(tables => tables.WorkloadNames)) Wake(service);
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await Task.WhenAll(_retirements.Keys);
    }

    protected override async Task<bool> StepAsync(string name, ChannelReader<bool> signal)
    {
        var (step, others) = store.Read(tables => Look(tables, name));
        // Superseded revisions are finished as well: somebody may send traffic to them later. Nobody waits for them.
        foreach (var other in others) _ = WakeAfterAsync(starts.Ensure(other), name);
        switch (step)
        {
            case ReconcileStep.Start start:
                var going = start.Revisions.Select(starts.Ensure).ToList();
                await WaitAsync(going, Timeout.InfiniteTimeSpan, signal);
                foreach (var fault in going.Where(it => it.IsFaulted)) await fault;
                return true;
            case ReconcileStep.Remove remove:
                if (await IsHeldAsync(remove.NewestOperation, signal)) return true;
                foreach (var revision in remove.Revisions) await instances.StopAsync(revision, Stopping);
                settlement.Remove(name);
                return false;
            case ReconcileStep.Settle settle:
                if (await IsHeldAsync(settle.NewestOperation, signal)) return true;
                if (settlement.Settle(name, settle.Generation) is { } retired) Retire(name, retired);
                return true;
            default:
                return false;
        }
    }

    private static (ReconcileStep Step, IReadOnlyList<StoredRevision> Others) Look(RunTables tables, string service)
    {
        var revisions = tables.RevisionsOf(service);
        var step = ReconcileStep.Next(tables.FindWorkload(service), revisions, tables.OpenOperations(service));
        var awaited = step is ReconcileStep.Start start ? start.Revisions : [];
        return (step, [.. revisions.Where(it => it.Readiness == Readiness.Pending && !awaited.Contains(it))]);
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
            await Task.Delay(options.RetirementGrace, options.Clock, Stopping);
            var still = store.Read(tables => tables.FindWorkload(service)) is { } stored
                ? revisions.Where(it => !WorkloadOutcome.IsAddressable(stored.Body, it))
                : revisions;
            foreach (var revision in still) await instances.StopAsync(revision, Stopping);
        }
        catch (OperationCanceledException) when (Stopping.IsCancellationRequested)
        {
            // The host is going, and takes all instances with it.
        }
    }
}
