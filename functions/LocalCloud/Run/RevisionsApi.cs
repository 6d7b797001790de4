using Google.Cloud.Run.V2;
using Google.LongRunning;
using Grpc.Core;
using Task = System.Threading.Tasks.Task;

namespace CdAutomation.LocalCloud.Run;

/// <summary>google.cloud.run.v2.Revisions, for revisions of services.</summary>
internal sealed class RevisionsApi(RunStore store, OperationBook operations, Reconciler reconciler, Faults faults)
    : Revisions.RevisionsBase
{
    public override Task<Revision> GetRevision(GetRevisionRequest request, ServerCallContext context)
    {
        var path = RevisionPath.Parse(request.Name, "name");
        var stored = store.Read(tables => tables.FindRevision(path.ToString())) ?? throw Missing(path);
        return Task.FromResult(stored.Body);
    }

    public override Task<ListRevisionsResponse> ListRevisions(ListRevisionsRequest request, ServerCallContext context)
    {
        // revision.proto: "To list all Revisions across Services, use "-" instead of Service name."
        const string AllServices = "/services/-";
        var all = request.Parent.EndsWith(AllServices, StringComparison.Ordinal);
        var service = all ? null : ServicePath.Parse(request.Parent, "parent");
        var location = service?.Location ?? LocationPath.Parse(request.Parent[..^AllServices.Length], "parent");
        var size = PageTokens.Size(request.PageSize);
        var before = PageTokens.Before(request.PageToken, request.Parent);
        var found = store.Read(tables =>
            service is not null && tables.FindService(service.ToString()) is null
                ? throw ServiceWrites.Missing(service)
                : tables.ListRevisions(location.ToString(), service?.ToString(), before, size + 1));
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
            var stored = tables.FindRevision(path.ToString()) ?? throw Missing(path);
            Etag.Check(request.Etag, stored.Body.Etag, path.Id);
            CheckRetired(tables, path);
            if (request.ValidateOnly)
            {
                var snapshot = Google.Protobuf.WellKnownTypes.Any.Pack(stored.Body);
                var name = $"{path.Service.Location}/operations/{Guid.NewGuid():D}";
                return new Operation { Name = name, Metadata = snapshot, Done = true, Response = snapshot };
            }

            tables.DeleteRevision(path.ToString());
            return operations.Open(
                tables, path.Service.Location, OperationKind.DeleteRevision, path.Service.ToString(), stored.Body, path.ToString());
        });
        if (!operation.Done) reconciler.Wake(path.Service.ToString());
        faults.AfterCommit();
        return Task.FromResult(operation);
    }

    private static void CheckRetired(RunTables tables, RevisionPath path)
    {
        if (tables.FindService(path.Service.ToString())?.Body is not { } service) return;
        if (ServiceOutcome.IsAddressable(service, path.ToString()))
            throw Refusal.FailedPrecondition(
                $"Revision '{path.Id}' cannot be deleted: it is the latest of its service, or it has traffic or a traffic tag.");
    }

    private static RpcException Missing(RevisionPath path) =>
        Refusal.NotFound($"Resource '{path.Id}' of kind 'REVISION' in region '{path.Service.Location.Location}' in project "
            + $"'{path.Service.Location.Project}' does not exist.");
}
