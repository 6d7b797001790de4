using Google.Cloud.Run.V2;
using Google.LongRunning;
using Grpc.Core;
using Task = System.Threading.Tasks.Task;

namespace CdAutomation.LocalCloud.Run;

/// <summary>google.cloud.run.v2.Executions.</summary>
internal sealed class ExecutionsApi(
    RunStore store, ExecutionBook executions, OperationBook operations, JobReconciler reconciler, ExecutionRuns runs, WriteStamps stamps,
    Faults faults) : Executions.ExecutionsBase
{
    public override Task<Execution> GetExecution(GetExecutionRequest request, ServerCallContext context)
    {
        var name = JobPaths.Execution(request.Name, "name");
        return Task.FromResult(store.Read(tables => tables.Find<Execution>(name))?.Body ?? throw Refusal.Missing(name));
    }

    public override Task<ListExecutionsResponse> ListExecutions(ListExecutionsRequest request, ServerCallContext context)
    {
        var parent = JobPaths.JobOrAll(request.Parent, "parent");
        var size = PageTokens.Size(request.PageSize);
        var before = PageTokens.Before(request.PageToken, parent);
        var found = store.Read(tables => tables.List<Execution>("executions", parent, before, size + 1));
        var (page, next) = PageTokens.Cut(found, size, parent, it => it.Created);
        var response = new ListExecutionsResponse { NextPageToken = next };
        response.Executions.Add(page.Select(it => it.Body));
        return Task.FromResult(response);
    }

    public override Task<Operation> CancelExecution(CancelExecutionRequest request, ServerCallContext context) =>
        Ask(request.Name, request.Etag, request.ValidateOnly, OperationKind.CancelExecution);

    /// <summary>What runs is cancelled first.</summary>
    public override Task<Operation> DeleteExecution(DeleteExecutionRequest request, ServerCallContext context) =>
        Ask(request.Name, request.Etag, request.ValidateOnly, OperationKind.DeleteExecution);

    private Task<Operation> Ask(string text, string etag, bool validateOnly, OperationKind kind)
    {
        faults.BeforeWrite();
        var name = JobPaths.Execution(text, "name");
        var operation = store.Write(tables => Ask(tables, name, etag, validateOnly, kind));
        if (!operation.Done)
        {
            runs.Cancel(name);
            reconciler.Wake(name[..name.LastIndexOf("/executions/", StringComparison.Ordinal)]);
        }

        faults.AfterCommit();
        return Task.FromResult(operation);
    }

    private Operation Ask(RunTables tables, string name, string etag, bool validateOnly, OperationKind kind)
    {
        var stored = tables.Find<Execution>(name) ?? throw Refusal.Missing(name);
        var id = RevisionPath.ShortName(name);
        Etag.Check(etag, stored.Body.Etag, id);
        var isOver = stored.Body.CompletionTime is not null;
        if (stored.Body.DeleteTime is not null) throw Refusal.FailedPrecondition($"Resource '{id}' is being deleted.");
        if (kind == OperationKind.CancelExecution && isOver)
            throw Refusal.FailedPrecondition($"Execution '{id}' cannot be cancelled: it has already completed.");
        if (validateOnly) return OperationBook.Preview(name, stored.Body);
        if (!isOver) executions.AskToCancel(tables, stored);
        if (kind == OperationKind.DeleteExecution)
        {
            stored.Body.DeleteTime = stamps.Now();
            executions.Save(tables, stored, open: !isOver);
        }

        return operations.Open(tables, kind, stored.Body.Job, stored.Body, name);
    }
}
