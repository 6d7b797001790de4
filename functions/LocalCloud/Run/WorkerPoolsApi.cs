using Google.Cloud.Run.V2;
using Google.LongRunning;
using Grpc.Core;
using Task = System.Threading.Tasks.Task;

namespace CdAutomation.LocalCloud.Run;

/// <summary>google.cloud.run.v2.WorkerPools. IAM policies are not kept here: those calls answer UNIMPLEMENTED.</summary>
internal sealed class WorkerPoolsApi(RunStore store, WorkloadWrites writes, Reconciler reconciler, Faults faults)
    : WorkerPools.WorkerPoolsBase
{
    public override Task<Operation> CreateWorkerPool(CreateWorkerPoolRequest request, ServerCallContext context)
    {
        faults.BeforeWrite();
        var location = LocationPath.Parse(request.Parent, "parent");
        WorkerPoolRules.CheckId(request.WorkerPoolId);
        var name = new WorkerPoolPath(location, request.WorkerPoolId).ToString();
        var operation = writes.Create(name, new WorkerPoolWorkload(Sent(request.WorkerPool)), request.ValidateOnly, Caller.Of(context));
        return Committed(operation, name);
    }

    public override Task<Operation> UpdateWorkerPool(UpdateWorkerPoolRequest request, ServerCallContext context)
    {
        faults.BeforeWrite();
        var sent = Sent(request.WorkerPool);
        var path = WorkerPoolPath.Parse(sent.Name, "worker_pool.name");
        var update = new WorkloadUpdate(request.UpdateMask, request.AllowMissing, request.ValidateOnly, request.ForceNewRevision);
        var operation = writes.Update(
            path.ToString(), new WorkerPoolWorkload(sent), update, () => WorkerPoolRules.CheckId(path.Id), Caller.Of(context));
        return Committed(operation, path.ToString());
    }

    public override Task<Operation> DeleteWorkerPool(DeleteWorkerPoolRequest request, ServerCallContext context)
    {
        faults.BeforeWrite();
        var name = WorkerPoolPath.Parse(request.Name, "name").ToString();
        return Committed(writes.Delete(name, request.Etag, request.ValidateOnly), name);
    }

    public override Task<WorkerPool> GetWorkerPool(GetWorkerPoolRequest request, ServerCallContext context)
    {
        var name = WorkerPoolPath.Parse(request.Name, "name").ToString();
        var stored = store.Read(tables => tables.FindWorkload(name)) ?? throw Refusal.Missing(name);
        return Task.FromResult(((WorkerPoolWorkload)stored.Body).Pool);
    }

    public override Task<ListWorkerPoolsResponse> ListWorkerPools(ListWorkerPoolsRequest request, ServerCallContext context)
    {
        var parent = LocationPath.Parse(request.Parent, "parent").ToString();
        // The list that a page token belongs to: the services of the same parent have tokens as well.
        var list = $"{parent}/workerPools";
        var size = PageTokens.Size(request.PageSize);
        var before = PageTokens.Before(request.PageToken, list);
        var found = store.Read(tables => tables.ListWorkloads(parent, "workerPools", before, size + 1));
        var (page, next) = PageTokens.Cut(found, size, list, it => it.Created);
        var response = new ListWorkerPoolsResponse { NextPageToken = next };
        response.WorkerPools.Add(page.Select(it => ((WorkerPoolWorkload)it.Body).Pool));
        return Task.FromResult(response);
    }

    private static WorkerPool Sent(WorkerPool? pool) => (pool ?? throw Refusal.InvalidArgument("worker_pool: is required.")).Clone();

    private Task<Operation> Committed(Operation operation, string name)
    {
        if (!operation.Done) reconciler.Wake(name);
        faults.AfterCommit();
        return Task.FromResult(operation);
    }
}
