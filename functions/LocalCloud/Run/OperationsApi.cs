using Google.LongRunning;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace CdAutomation.LocalCloud.Run;

/// <summary>google.longrunning.Operations as Cloud Run has it; it has no CancelOperation, which answers UNIMPLEMENTED.</summary>
internal sealed class OperationsApi(RunStore store, OperationBook operations, TimeProvider clock, CancellationToken stopping)
    : Operations.OperationsBase
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(5);

    /// <summary>How long before the caller's deadline a wait gives up, so that the answer still arrives.</summary>
    private static readonly TimeSpan BeforeDeadline = TimeSpan.FromMilliseconds(200);

    public override Task<Operation> GetOperation(GetOperationRequest request, ServerCallContext context) =>
        Task.FromResult(Find(request.Name));

    public override Task<ListOperationsResponse> ListOperations(ListOperationsRequest request, ServerCallContext context)
    {
        if (request.Filter.Length > 0) throw Refusal.InvalidArgument("filter: is not supported.");
        var parent = LocationPath.Parse(request.Name, "name").ToString();
        var size = PageTokens.Size(request.PageSize);
        var before = PageTokens.Before(request.PageToken, parent);
        var found = store.Read(tables => tables.ListOperations(parent, before, size + 1));
        var (page, next) = PageTokens.Cut(found, size, parent, it => it.Created);
        var response = new ListOperationsResponse { NextPageToken = next };
        response.Operations.Add(page.Select(it => it.Body));
        return Task.FromResult(response);
    }

    public override Task<Empty> DeleteOperation(DeleteOperationRequest request, ServerCallContext context)
    {
        store.Write(tables =>
        {
            if (tables.FindOperation(request.Name) is null) throw Missing(request.Name);
            tables.DeleteOperation(request.Name);
            return 0;
        });
        operations.Forget(request.Name);
        return Task.FromResult(new Empty());
    }

    public override async Task<Operation> WaitOperation(WaitOperationRequest request, ServerCallContext context)
    {
        var end = operations.EndOf(request.Name);
        var operation = FindOrForget(request.Name);
        if (operation.Done)
        {
            operations.Forget(request.Name);
            return operation;
        }

        using var over = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, stopping);
        await Task.WhenAny(end, Task.Delay(Limit(request.Timeout, context), clock, over.Token));
        await over.CancelAsync();
        return Find(request.Name);
    }

    private static TimeSpan Limit(Duration? timeout, ServerCallContext context)
    {
        if (timeout is { Seconds: < 0 } or { Nanos: < 0 }) throw Refusal.InvalidArgument("timeout: must not be negative.");
        var limit = timeout is null || timeout.Seconds > LongestWait.TotalSeconds
            ? LongestWait
            : TimeSpan.FromSeconds(timeout.Seconds) + TimeSpan.FromTicks(timeout.Nanos / 100);
        if (context.Deadline == DateTime.MaxValue) return limit;
        // A deadline is wall time whatever clock the host was given.
        var left = context.Deadline - TimeProvider.System.GetUtcNow().UtcDateTime - BeforeDeadline;
        return left < TimeSpan.Zero ? TimeSpan.Zero : left < limit ? left : limit;
    }

    private Operation FindOrForget(string name)
    {
        try
        {
            return Find(name);
        }
        catch (RpcException)
        {
            operations.Forget(name);
            throw;
        }
    }

    private Operation Find(string name) => store.Read(tables => tables.FindOperation(name))?.Body ?? throw Missing(name);

    private static RpcException Missing(string name) => Refusal.NotFound($"Operation '{Refusal.Shown(name)}' does not exist.");
}
