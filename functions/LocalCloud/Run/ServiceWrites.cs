using Google.Cloud.Run.V2;
using Google.LongRunning;
using Google.Protobuf.WellKnownTypes;

namespace CdAutomation.LocalCloud.Run;

/// <summary>
/// Creates, updates and deletes services: checks, one transaction, an operation. What has to happen after it is the
/// <see cref="Reconciler"/>'s work.
/// </summary>
internal sealed class ServiceWrites(RunStore store, ServicePlanner planner, WriteStamps stamps, OperationBook operations, Uri proxy)
{
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT, ALREADY_EXISTS.</exception>
    public Operation Create(CreateServiceRequest request, string actor)
    {
        var location = LocationPath.Parse(request.Parent, "parent");
        ServiceRules.CheckServiceId(request.ServiceId);
        var path = new ServicePath(location, request.ServiceId);
        var next = (request.Service ?? throw Refusal.InvalidArgument("service: is required.")).Clone();
        return Run(request.ValidateOnly, path, tables => PlanNew(tables, path, next, actor));
    }

    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT, NOT_FOUND, ABORTED, ALREADY_EXISTS, FAILED_PRECONDITION.</exception>
    public Operation Update(UpdateServiceRequest request, string actor)
    {
        var sent = (request.Service ?? throw Refusal.InvalidArgument("service: is required.")).Clone();
        var path = ServicePath.Parse(sent.Name, "service.name");
        return Run(request.ValidateOnly, path, tables =>
        {
            if (tables.FindService(path.ToString()) is not { } stored)
            {
                if (!request.AllowMissing) throw Missing(path);
                ServiceRules.CheckServiceId(path.Id);
                return PlanNew(tables, path, sent, actor);
            }

            CheckWritable(stored, sent.Etag, path.Id);
            return planner.Plan(tables, path, stored, Next(request.UpdateMask, sent, stored.Body, path), actor);
        });
    }

    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT, NOT_FOUND, ABORTED, FAILED_PRECONDITION.</exception>
    public Operation Delete(DeleteServiceRequest request)
    {
        var path = ServicePath.Parse(request.Name, "name");
        return store.Write(tables =>
        {
            var stored = tables.FindService(path.ToString()) ?? throw Missing(path);
            CheckWritable(stored, request.Etag, path.Id);
            stored.Body.DeleteTime = WriteStamps.ToTimestamp(stamps.Next());
            if (request.ValidateOnly) return Preview(path.Location, stored.Body);
            stored.Body.Reconciling = true;
            tables.Save(stored);
            return operations.Open(tables, path.Location, OperationKind.DeleteService, stored.Body.Name, Shown(stored.Body));
        });
    }

    public static Grpc.Core.RpcException Missing(ServicePath path) =>
        Refusal.NotFound($"Resource '{path.Id}' of kind 'SERVICE' in region '{path.Location.Location}' in project "
            + $"'{path.Location.Project}' does not exist.");

    private Operation Run(bool validateOnly, ServicePath path, Func<RunTables, ServiceChange> plan) =>
        validateOnly
            ? store.Read(tables => Preview(path.Location, plan(tables).Service.Body))
            : store.Write(tables =>
            {
                var change = plan(tables);
                change.Save(tables);
                return operations.Open(tables, path.Location, OperationKind.Reconcile, path.ToString(), Shown(change.Service.Body));
            });

    private ServiceChange PlanNew(RunTables tables, ServicePath path, Service next, string actor)
    {
        // Also while its deletion is still going on: the name is free only when that is over.
        if (tables.FindService(path.ToString()) is not null) throw Refusal.AlreadyExists($"Resource '{path.Id}' already exists.");
        MessageFields.TakeServerFields(next, null);
        CheckAndFill(next, path);
        return planner.Plan(tables, path, null, next, actor);
    }

    private static Service Next(FieldMask? mask, Service sent, Service stored, ServicePath path)
    {
        if (mask is null || mask.Paths.Count == 0 || mask.Paths is ["*"])
        {
            MessageFields.TakeServerFields(sent, stored.Clone());
            CheckAndFill(sent, path);
            return sent;
        }

        var next = stored.Clone();
        MessageFields.Merge(mask, sent, next);
        CheckAndFill(next, path);
        return next;
    }

    private static void CheckAndFill(Service service, ServicePath path)
    {
        ServiceRules.Check(service, path.Id);
        TrafficRules.Check(service.Traffic, path.Id);
        TemplateDefaults.Fill(service, path.Location.Project);
    }

    private static void CheckWritable(StoredService stored, string etag, string id)
    {
        Etag.Check(etag, stored.Body.Etag, id);
        if (stored.Body.DeleteTime is not null) throw Refusal.FailedPrecondition($"Resource '{id}' is being deleted.");
    }

    private Service Shown(Service service) => ServiceAddresses.With(service.Clone(), proxy);

    private Operation Preview(LocationPath location, Service service) => new()
    {
        Name = $"{location}/operations/{Guid.NewGuid():D}",
        Metadata = Any.Pack(Shown(service)),
        Done = true,
        Response = Any.Pack(Shown(service)),
    };
}
