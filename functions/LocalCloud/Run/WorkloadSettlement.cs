using Google.Cloud.Run.V2;
using Grpc.Core;
using RpcStatus = Google.Rpc.Status;

namespace CdAutomation.LocalCloud.Run;

/// <summary>
/// Writes the end of a reconciliation: the service or worker pool, its revisions' idleness and its operations in one transaction.
/// </summary>
internal sealed class WorkloadSettlement(RunStore store, OperationBook operations, RoutingTable routes, WriteStamps stamps, Uri proxy)
{
    /// <returns>The revisions that nothing reaches any more; null when a newer write came in between and nothing was written.</returns>
    public IReadOnlyList<string>? Settle(string name, long generation)
    {
        var ended = new List<string>();
        var retired = store.Write(tables =>
        {
            var stored = tables.FindWorkload(name);
            if (stored is null || stored.Body.Generation != generation || stored.Body.DeleteTime is not null) return null;
            var revisions = tables.RevisionsOf(name);
            var open = tables.OpenOperations(name).Where(it => operations.HeldUntil(it.Body.Name) != DateTimeOffset.MaxValue).ToList();
            RpcStatus? error = null;
            if (stored.Body.Reconciling || open.Any(it => it.Kind == OperationKind.Reconcile))
                error = WorkloadOutcome.Apply(stored.Body, revisions, stamps);
            tables.Save(stored);
            foreach (var operation in open) End(tables, operation, stored.Body, error, ended);
            routes.Forget(name);
            return Retire(tables, stored.Body, revisions);
        });
        operations.Announce(ended);
        return retired;
    }

    /// <summary>Ends a deletion: the service or worker pool, its revisions and every operation on it.</summary>
    public void Remove(string name)
    {
        var ended = new List<string>();
        store.Write(tables =>
        {
            if (tables.FindWorkload(name) is not { } stored) return 0;
            tables.DeleteWorkload(name);
            stored.Body.Reconciling = false;
            var gone = new RpcStatus { Code = (int)StatusCode.Aborted, Message = $"Resource '{name}' was deleted." };
            foreach (var operation in tables.OpenOperations(name))
                End(tables, operation, stored.Body, operation.Kind == OperationKind.Reconcile ? gone : null, ended);
            routes.Forget(name);
            return 0;
        });
        operations.Announce(ended);
    }

    private void End(RunTables tables, StoredOperation operation, Workload workload, RpcStatus? error, List<string> ended)
    {
        ended.Add(operation.Body.Name);
        if (operation.Kind == OperationKind.DeleteRevision)
            OperationBook.End(tables, operation, operation.Body.Metadata.Unpack<Revision>(), null);
        else OperationBook.End(tables, operation, workload.Shown(proxy), error);
    }

    private List<string> Retire(RunTables tables, Workload workload, IReadOnlyList<StoredRevision> revisions)
    {
        var retired = new List<string>();
        foreach (var revision in revisions)
        {
            var active = WorkloadOutcome.IsAddressable(workload, revision.Body.Name);
            if (!active) retired.Add(revision.Body.Name);
            if (RevisionOutcome.SetActive(revision, active, stamps)) tables.Save(revision);
        }

        return retired;
    }
}
