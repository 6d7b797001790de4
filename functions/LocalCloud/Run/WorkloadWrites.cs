using Google.LongRunning;
using Google.Protobuf.WellKnownTypes;

namespace CdAutomation.LocalCloud.Run;

/// <summary>How an update is meant.</summary>
/// <param name="Mask">Null or empty: a full replacement.</param>
/// <param name="AllowsMissing">What is not there is created.</param>
/// <param name="ValidatesOnly">Nothing is written.</param>
/// <param name="ForcesRevision">A revision is made though the template has not changed; worker pools alone can ask for it.</param>
internal sealed record WorkloadUpdate(FieldMask? Mask, bool AllowsMissing, bool ValidatesOnly, bool ForcesRevision);

/// <summary>
/// Creates, updates and deletes services and worker pools: checks, one transaction, an operation. What has to happen after it is the
/// <see cref="Reconciler"/>'s work.
/// </summary>
internal sealed class WorkloadWrites(RunStore store, WorkloadPlanner planner, WriteStamps stamps, OperationBook operations, Uri proxy)
{
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT, ALREADY_EXISTS.</exception>
    public Operation Create(string name, Workload sent, bool validateOnly, string actor) =>
        Run(validateOnly, name, tables => PlanNew(tables, name, sent, actor));

    /// <param name="checkId">Refuses an id under which nothing new may be made.</param>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT, NOT_FOUND, ABORTED, ALREADY_EXISTS, FAILED_PRECONDITION.</exception>
    public Operation Update(string name, Workload sent, WorkloadUpdate update, Action checkId, string actor) =>
        Run(update.ValidatesOnly, name, tables =>
        {
            if (tables.FindWorkload(name) is not { } stored)
            {
                if (!update.AllowsMissing) throw Refusal.Missing(name);
                checkId();
                return PlanNew(tables, name, sent, actor);
            }

            CheckWritable(stored, sent.Etag);
            var next = Next(update.Mask, sent, stored.Body);
            next.CheckAndFill(name);
            return planner.Plan(tables, name, stored, next, update.ForcesRevision, actor);
        });

    /// <exception cref="Grpc.Core.RpcException">NOT_FOUND, ABORTED, FAILED_PRECONDITION.</exception>
    public Operation Delete(string name, string etag, bool validateOnly) => store.Write(tables =>
    {
        var stored = tables.FindWorkload(name) ?? throw Refusal.Missing(name);
        CheckWritable(stored, etag);
        stored.Body.DeleteTime = WriteStamps.ToTimestamp(stamps.Next());
        if (validateOnly) return OperationBook.Preview(name, stored.Body.Shown(proxy));
        stored.Body.Reconciling = true;
        tables.Save(stored);
        return operations.Open(tables, OperationKind.DeleteWorkload, name, stored.Body.Shown(proxy));
    });

    private Operation Run(bool validateOnly, string name, Func<RunTables, WorkloadChange> plan) =>
        validateOnly
            ? store.Read(tables => OperationBook.Preview(name, plan(tables).Workload.Body.Shown(proxy)))
            : store.Write(tables =>
            {
                var change = plan(tables);
                change.Save(tables);
                return operations.Open(tables, OperationKind.Reconcile, name, change.Workload.Body.Shown(proxy));
            });

    private WorkloadChange PlanNew(RunTables tables, string name, Workload next, string actor)
    {
        // Also while its deletion is still going on: the name is free only when that is over.
        if (tables.FindWorkload(name) is not null)
            throw Refusal.AlreadyExists($"Resource '{RevisionPath.ShortName(name)}' already exists.");
        MessageFields.TakeServerFields(next.Message, null);
        next.CheckAndFill(name);
        return planner.Plan(tables, name, null, next, force: false, actor);
    }

    private static Workload Next(FieldMask? mask, Workload sent, Workload stored)
    {
        if (mask is null || mask.Paths.Count == 0 || mask.Paths is ["*"])
        {
            MessageFields.TakeServerFields(sent.Message, stored.Clone().Message);
            return sent;
        }

        var next = stored.Clone();
        MessageFields.Merge(mask, sent.Message, next.Message);
        return next;
    }

    private static void CheckWritable(StoredWorkload stored, string etag)
    {
        var id = RevisionPath.ShortName(stored.Body.Name);
        Etag.Check(etag, stored.Body.Etag, id);
        if (stored.Body.DeleteTime is not null) throw Refusal.FailedPrecondition($"Resource '{id}' is being deleted.");
    }
}
