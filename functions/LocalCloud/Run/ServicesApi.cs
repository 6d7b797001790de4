using Google.Cloud.Iam.V1;
using Google.Cloud.Run.V2;
using Google.LongRunning;
using Grpc.Core;
using Task = System.Threading.Tasks.Task;

namespace CdAutomation.LocalCloud.Run;

/// <summary>
/// google.cloud.run.v2.Services. IAM policies are not kept here: those calls answer UNIMPLEMENTED. Whoever reaches a laptop's Cloud Run may
/// do everything, and TestIamPermissions says so.
/// </summary>
internal sealed class ServicesApi(RunStore store, WorkloadWrites writes, Reconciler reconciler, Faults faults, Uri proxy)
    : Services.ServicesBase
{
    public override Task<Operation> CreateService(CreateServiceRequest request, ServerCallContext context)
    {
        faults.BeforeWrite();
        var location = LocationPath.Parse(request.Parent, "parent");
        ServiceRules.CheckServiceId(request.ServiceId);
        var path = new ServicePath(location, request.ServiceId);
        var service = (request.Service ?? throw Refusal.InvalidArgument("service: is required.")).Clone();
        var operation = writes.Create(path.ToString(), new ServiceWorkload(service), request.ValidateOnly, Caller.Of(context));
        return Committed(operation, path.ToString());
    }

    public override Task<Operation> UpdateService(UpdateServiceRequest request, ServerCallContext context)
    {
        faults.BeforeWrite();
        var sent = (request.Service ?? throw Refusal.InvalidArgument("service: is required.")).Clone();
        var path = ServicePath.Parse(sent.Name, "service.name");
        var update = new WorkloadUpdate(request.UpdateMask, request.AllowMissing, request.ValidateOnly, ForcesRevision: false);
        var operation = writes.Update(
            path.ToString(), new ServiceWorkload(sent), update, () => ServiceRules.CheckServiceId(path.Id), Caller.Of(context));
        return Committed(operation, path.ToString());
    }

    public override Task<Operation> DeleteService(DeleteServiceRequest request, ServerCallContext context)
    {
        faults.BeforeWrite();
        var path = ServicePath.Parse(request.Name, "name").ToString();
        return Committed(writes.Delete(path, request.Etag, request.ValidateOnly), path);
    }

    public override Task<Service> GetService(GetServiceRequest request, ServerCallContext context)
    {
        var path = ServicePath.Parse(request.Name, "name");
        var stored = store.Read(tables => tables.FindWorkload(path.ToString())) ?? throw Refusal.Missing(path.ToString());
        return Task.FromResult(ServiceAddresses.With(stored.Service, proxy));
    }

    public override Task<ListServicesResponse> ListServices(ListServicesRequest request, ServerCallContext context)
    {
        var parent = LocationPath.Parse(request.Parent, "parent").ToString();
        var size = PageTokens.Size(request.PageSize);
        var before = PageTokens.Before(request.PageToken, parent);
        var found = store.Read(tables => tables.ListWorkloads(parent, "services", before, size + 1));
        var (page, next) = PageTokens.Cut(found, size, parent, it => it.Created);
        var response = new ListServicesResponse { NextPageToken = next };
        response.Services.Add(page.Select(it => ServiceAddresses.With(it.Service, proxy)));
        return Task.FromResult(response);
    }

    /// <summary>Of a service that is not there nobody has a permission, which is no error (iam_policy.proto).</summary>
    public override Task<TestIamPermissionsResponse> TestIamPermissions(TestIamPermissionsRequest request, ServerCallContext context)
    {
        var path = ServicePath.Parse(request.Resource, "resource").ToString();
        var response = new TestIamPermissionsResponse();
        if (store.Read(tables => tables.FindWorkload(path)) is not null)
            response.Permissions.Add(request.Permissions.Where(permission => permission.StartsWith("run.", StringComparison.Ordinal)));
        return Task.FromResult(response);
    }

    private Task<Operation> Committed(Operation operation, string service)
    {
        if (!operation.Done) reconciler.Wake(service);
        faults.AfterCommit();
        return Task.FromResult(operation);
    }
}

/// <summary>
/// Who calls: header <c>x-goog-authenticated-user-email</c> as Google's own proxies set it (<c>accounts.google.com:ADDRESS</c> or the
/// bare address), else <c>operator@example.com</c>. Nothing is verified; the whole host listens on loopback alone.
/// </summary>
internal static class Caller
{
    private const string Unnamed = "operator@example.com";

    public static string Of(ServerCallContext context)
    {
        var value = context.RequestHeaders.GetValue("x-goog-authenticated-user-email") ?? "";
        var address = value[(value.IndexOf(':', StringComparison.Ordinal) + 1)..];
        return address.Length is > 0 and <= 254 && !address.Any(char.IsControl) ? address : Unnamed;
    }
}
