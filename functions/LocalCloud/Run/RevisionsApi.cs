using Google.Cloud.Run.V2;
using Google.LongRunning;
using Grpc.Core;
using Task = System.Threading.Tasks.Task;

namespace CdAutomation.LocalCloud.Run;

/// <summary>google.cloud.run.v2.Revisions, for revisions of services and of worker pools.</summary>
internal sealed class RevisionsApi(RunStore store, OperationBook operations, Reconciler reconciler, Faults faults)
    : Revisions.RevisionsBase
{
    public override Task<Revision> GetRevision(GetRevisionRequest request, ServerCallContext context)
    {
        var path = RevisionPath.Parse(request.Name, "name");
        var stored = store.Read(tables => tables.FindRevision(path.ToString())) ?? throw Refusal.Missing(path.ToString());
        return Task.FromResult(stored.Body);
    }

    public override Task<ListRevisionsResponse> ListRevisions(ListRevisionsRequest request, ServerCallContext context)
    {
        // revision.proto: "To list all Revisions across Services, use "-" instead of Service name."
        var collection = WorkerPoolPath.Collects(request.Parent) ? "workerPools" : "services";
        var wildcard = $"/{collection}/-";
        var all = request.Parent.EndsWith(wildcard, StringComparison.Ordinal);
        var owner = all ? null : RevisionPath.ParseOwner(request.Parent, "parent");
        var location = all ? LocationPath.Parse(request.Parent[..^wildcard.Length], "parent").ToString() : LocationPath.Of(owner!);
        var size = PageTokens.Size(request.PageSize);
        var before = PageTokens.Before(request.PageToken, request.Parent);
        var found = store.Read(tables =>
            owner is not null && tables.FindWorkload(owner) is null
                ? throw Refusal.Missing(owner)
                : tables.ListRevisions(location, collection, owner, before, size + 1));
        var (page, next) = PageTokens.Cut(found, size, request.Parent, it => it.Created);
        var response = new ListRevisionsResponse { NextPageToken = next };
        response.Revisions.Add(page.Select(it => it.Body));
        return Task.FromResult(response);
    }

    public override Task<Operation> DeleteRevision(DeleteRevisionRequest request, ServerCallContext context)
    {
        faults.BeforeWrite();
        var path = RevisionPath.Parse(request.Name, "name");
        var operation = store.Write(tables =>
        {
            var stored = tables.FindRevision(path.ToString()) ?? throw Refusal.Missing(path.ToString());
            Etag.Check(request.Etag, stored.Body.Etag, path.Id);
            CheckRetired(tables, path);
            if (request.ValidateOnly) return OperationBook.Preview(path.ToString(), stored.Body);
            tables.DeleteRevision(path.ToString());
            return operations.Open(
                tables, OperationKind.DeleteRevision, path.Owner, stored.Body, path.ToString());
        });
        if (!operation.Done) reconciler.Wake(path.Owner);
        faults.AfterCommit();
        return Task.FromResult(operation);
    }

    private static void CheckRetired(RunTables tables, RevisionPath path)
    {
        if (tables.FindWorkload(path.Owner)?.Body is not { } workload) return;
        if (WorkloadOutcome.IsAddressable(workload, path.ToString()))
            throw Refusal.FailedPrecondition(
                $"Revision '{path.Id}' cannot be deleted: it is the latest of its service or worker pool, or it has traffic, instances "
                + "or a traffic tag.");
    }
}
