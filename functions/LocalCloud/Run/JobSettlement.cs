using Google.Cloud.Run.V2;
using Grpc.Core;
using RpcStatus = Google.Rpc.Status;

namespace CdAutomation.LocalCloud.Run;

/// <summary>Ends what was asked of jobs: writes whether a job can run, and the ends of operations and deletions.</summary>
internal sealed class JobSettlement(
    RunStore store, OperationBook operations, ExecutionTokens tokens, WriteStamps stamps, LocalRunOptions options)
{
    /// <summary>Until when a fault keeps an operation open; null when none does any more.</summary>
    public DateTimeOffset? HeldUntil(string operation) =>
        operations.HeldUntil(operation) is { } until && until > options.Clock.GetUtcNow() ? until : null;

    /// <summary>Writes how the look at a job's images went, unless the job was written again meanwhile, and starts what its token names.</summary>
    /// <returns>False while there is nothing to do but to wait for an execution.</returns>
    public bool Settle(string name, long generation, StartResult.Failed? problem) => store.Write(tables =>
    {
        if (tables.Find<Job>(name) is not { } job || job.Body.Generation != generation || job.Body.DeleteTime is not null) return true;
        var (ready, begun) = problem is null
            ? tokens.Follow(tables, job)
            : (Conditions.Failed(Conditions.Ready, problem.Reason, problem.Text, stamps.Now()), false);
        if (ready is null) return begun;
        job.Body.Reconciling = false;
        job.Body.ObservedGeneration = generation;
        job.Body.TerminalCondition = Conditions.Following(job.Body.TerminalCondition, ready);
        Conditions.Set(
            job.Body.Conditions,
            problem is null ? Conditions.Succeeded(Conditions.ContainerReady, stamps.Now()) : ready.As(problem.ConditionType));
        tables.Save(name, job, open: true);
        return true;
    });

    /// <summary>Ends every operation that waits for nothing any more.</summary>
    /// <returns>Whether there was one.</returns>
    public bool End(string name)
    {
        var ended = new List<string>();
        store.Write(tables =>
        {
            if (tables.Find<Job>(name) is not { } job) return 0;
            // Read here: an execution that was asked for a moment ago must not look like one that has ended.
            var running = tables.Open<Execution>(name);
            foreach (var operation in tables.OpenOperations(name))
            {
                if (HeldUntil(operation.Body.Name) is not null || !IsDue(operation, job.Body, running)) continue;
                ended.Add(operation.Body.Name);
                if (operation.Kind == OperationKind.DeleteWorkload) Remove(tables, job.Body, operation, ended);
                else if (operation.Kind == OperationKind.Reconcile)
                    OperationBook.End(tables, operation, job.Body, ErrorOf(job.Body.TerminalCondition, options.Faults));
                else EndOfExecution(tables, operation);
                if (operation.Kind == OperationKind.DeleteWorkload) break;
            }

            return 0;
        });
        operations.Announce(ended);
        return ended.Count > 0;
    }

    private static bool IsDue(StoredOperation operation, Job job, IReadOnlyList<Kept<Execution>> running) => operation.Kind switch
    {
        OperationKind.DeleteWorkload => running.Count == 0,
        OperationKind.Reconcile => !job.Reconciling || job.DeleteTime is not null,
        _ => running.All(it => it.Body.Name != operation.Revision),
    };

    private void EndOfExecution(RunTables tables, StoredOperation operation)
    {
        // Deleted by another operation: what it was when this one began is all that there is.
        var execution = tables.Find<Execution>(operation.Revision)?.Body ?? operation.Body.Metadata.Unpack<Execution>();
        var error = operation.Kind == OperationKind.RunExecution ? ErrorOf(ExecutionBook.CompletedOf(execution), options.Faults) : null;
        OperationBook.End(tables, operation, execution, error);
        if (operation.Kind != OperationKind.DeleteExecution) return;
        tables.DeleteTree(execution.Name);
        if (tables.Find<Job>(execution.Job) is not { } job) return;
        job.Body.ExecutionCount = (int)tables.Count(execution.Job);
        tables.Save(job.Body.Name, job, open: true);
    }

    private static void Remove(RunTables tables, Job job, StoredOperation deletion, List<string> ended)
    {
        tables.DeleteTree(job.Name);
        job.Reconciling = false;
        OperationBook.End(tables, deletion, job, null);
        var gone = new RpcStatus { Code = (int)StatusCode.Aborted, Message = $"Resource '{job.Name}' was deleted." };
        foreach (var other in tables.OpenOperations(job.Name))
        {
            ended.Add(other.Body.Name);
            if (other.Kind == OperationKind.Reconcile) OperationBook.End(tables, other, job, gone);
            else OperationBook.End(tables, other, other.Body.Metadata.Unpack<Execution>(), gone);
        }
    }

    private static RpcStatus? ErrorOf(Condition? condition, Faults faults)
    {
        if (condition is not { State: Condition.Types.State.ConditionFailed }) return null;
        var code = condition switch
        {
            { ExecutionReason: Condition.Types.ExecutionReason.Cancelled } => StatusCode.Cancelled,
            { Reason: Condition.Types.CommonReason.ContainerMissing } => StatusCode.NotFound,
            { Reason: Condition.Types.CommonReason.ContainerPermissionDenied } => StatusCode.PermissionDenied,
            _ when faults.InternalInPlaceOfFailedPrecondition => StatusCode.Internal,
            _ => StatusCode.FailedPrecondition,
        };
        return new() { Code = (int)code, Message = condition.Message };
    }
}
