using System.Collections.Concurrent;
using Google.LongRunning;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using RpcStatus = Google.Rpc.Status;

namespace CdAutomation.LocalCloud.Run;

/// <summary>Opens and ends long-running operations, knows which are held back by a fault, and wakes those who wait for one.</summary>
internal sealed class OperationBook(WriteStamps stamps, Faults faults, TimeProvider clock)
{
    private readonly ConcurrentDictionary<string, DateTimeOffset> _holds = new();
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _waiters = new();

    /// <summary>Writes a new operation down; inside the same transaction as the change that it reports on.</summary>
    /// <param name="service">The full name of the service, worker pool or job; the operation is listed where that is.</param>
    /// <param name="below">The revision or the execution that it is about.</param>
    /// <param name="snapshot">The resource as it is now: the operation's metadata.</param>
    public Operation Open(
        RunTables tables, OperationKind kind, string service, IMessage snapshot, string below = "")
    {
        var body = new Operation { Name = NewName(service), Metadata = Any.Pack(snapshot) };
        tables.Save(new StoredOperation { Body = body, Kind = kind, Service = service, Revision = below, Created = stamps.Next() });
        if (faults.TakeHold() is { } hold)
            _holds[body.Name] = hold == TimeSpan.MaxValue ? DateTimeOffset.MaxValue : clock.GetUtcNow() + hold;
        return body.Clone();
    }

    /// <summary>A name for an operation on something.</summary>
    public static string NewName(string resource) => $"{LocationPath.Of(resource)}/operations/{Guid.NewGuid():D}";

    /// <summary>An operation that is over and was never kept: the answer to a write that was only to be validated.</summary>
    public static Operation Preview(string resource, IMessage snapshot) => new()
    {
        Name = NewName(resource),
        Metadata = Any.Pack(snapshot),
        Done = true,
        Response = Any.Pack(snapshot),
    };

    /// <summary>Until when a fault keeps an operation open; null when none does.</summary>
    public DateTimeOffset? HeldUntil(string operation) => _holds.TryGetValue(operation, out var until) ? until : null;

    /// <summary>Writes an operation's end down; call <see cref="Announce"/> once that is committed.</summary>
    public static void End(RunTables tables, StoredOperation operation, IMessage snapshot, RpcStatus? error)
    {
        operation.Body.Done = true;
        operation.Body.Metadata = Any.Pack(snapshot);
        if (error is null) operation.Body.Response = Any.Pack(snapshot);
        else operation.Body.Error = error;
        tables.Save(operation);
    }

    public void Announce(IEnumerable<string> ended)
    {
        foreach (var name in ended)
        {
            _holds.TryRemove(name, out _);
            if (_waiters.TryRemove(name, out var waiter)) waiter.TrySetResult();
        }
    }

    /// <summary>Ends when the operation does. Ask before reading its state, or its end may be missed in between.</summary>
    public Task EndOf(string operation) =>
        _waiters.GetOrAdd(operation, _ => new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    /// <summary>For one who waited for an operation that had ended already, or is gone.</summary>
    public void Forget(string operation) => Announce([operation]);
}
