using System.Collections.Concurrent;
using Google.Cloud.Run.V2;
using Google.LongRunning;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using State = Google.Cloud.Run.V2.Condition.Types.State;

namespace CdAutomation.GoogleCloud.Tests.CloudRun;

/// <summary>
/// One service of Cloud Run behind real gRPC, with run.proto's contract of reconciliation, and a script of what goes wrong. A write settles
/// when its operation is waited for, or at the third read after it.
/// </summary>
internal sealed partial class ScriptedCloudRun : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private LocalServer? _server;
    private Action? _settle;
    private int _readsLeft;

    public Uri Address => _server!.Address;

    public Service? Service { get; set; }

    public Dictionary<string, Revision> Revisions { get; } = new(StringComparer.Ordinal);

    /// <summary>Every write that was accepted, as it came.</summary>
    public List<Service> Writes { get; } = [];

    /// <summary>Method and headers of every call.</summary>
    public ConcurrentQueue<(string Method, Metadata Headers)> Calls { get; } = [];

    /// <summary>Run one by one before calls of the method; they may throw.</summary>
    public ConcurrentQueue<Action> BeforeReads { get; } = [];

    public ConcurrentQueue<Action> BeforeWrites { get; } = [];

    /// <summary>After a write took effect, before it is answered.</summary>
    public ConcurrentQueue<Action> AfterWrites { get; } = [];

    public ConcurrentQueue<Action> BeforeRevisions { get; } = [];

    /// <summary>In place of an operation's end.</summary>
    public Func<Operation, Operation>? OnWait { get; set; }

    /// <summary>How the next new revisions fare; null is well.</summary>
    public ConcurrentQueue<Condition?> Fates { get; } = [];

    /// <summary>How revisions that were made have fared, by resource name, where that was ill.</summary>
    private readonly Dictionary<string, Condition> _failed = new(StringComparer.Ordinal);

    public static async Task<ScriptedCloudRun> StartAsync(Service service)
    {
        var run = new ScriptedCloudRun { Service = service };
        run._server = await LocalServer.StartAsync(
            HttpProtocols.Http2,
            app =>
            {
                app.MapGrpcService<ServicesApi>();
                app.MapGrpcService<ScriptedWorkerPool.Api>();
                app.MapGrpcService<RevisionsApi>();
                app.MapGrpcService<OperationsApi>();
            },
            services => services.AddSingleton(run).AddGrpc());
        return run;
    }

    /// <summary>Somebody else writes: the service moves on by a generation and settles at once.</summary>
    public void ChangeByOther(Action<Service> change)
    {
        lock (_lock)
        {
            var next = Service!.Clone();
            change(next);
            next.LastModifier = "somebody@example.com";
            Accept(next);
            Settle();
        }
    }

    public int CallsOf(string method) => Calls.Count(call => call.Method == method);

    public ValueTask DisposeAsync() => _server!.DisposeAsync();

    internal void Note(string method, ServerCallContext context, ConcurrentQueue<Action>? script)
    {
        Calls.Enqueue((method, context.RequestHeaders));
        if (script is not null && script.TryDequeue(out var act))
            act();
    }

    internal Service Get()
    {
        lock (_lock)
        {
            if (Service is null)
                throw Error(StatusCode.NotFound, "Resource 'web' of kind 'SERVICE' in region 'asia-northeast1' does not exist.");
            if (_settle is not null && --_readsLeft <= 0)
                Settle();
            return Service.Clone();
        }
    }

    internal Operation Write(Service sent)
    {
        lock (_lock)
        {
            if (sent.Etag.Length > 0 && sent.Etag != Service!.Etag)
                throw Error(StatusCode.Aborted, "Conflict for resource 'web': version '1' was specified but current version is '2'.");
            Writes.Add(sent.Clone());
            Accept(sent.Clone());
            if (AfterWrites.TryDequeue(out var act))
                act();
            return new Operation { Name = "projects/acme/locations/asia-northeast1/operations/1", Metadata = Any.Pack(Service!) };
        }
    }

    private void Accept(Service next)
    {
        var before = Service!;
        next.Generation = before.Generation + 1;
        next.Etag = $"\"{next.Generation}\"";
        next.Reconciling = true;
        next.TerminalCondition = new Condition { Type = "Ready", State = State.ConditionReconciling };
        if (!next.Template.Equals(before.Template))
        {
            var revision = new Revision { Name = $"{next.Name}/revisions/web-{next.Generation:00000}-new", Service = "web" };
            revision.Containers.AddRange(next.Template.Containers.Select(container => container.Clone()));
            if (Fates.TryDequeue(out var fate) && fate is not null)
            {
                revision.Conditions.Add(fate);
                _failed[revision.Name] = fate;
            }

            Revisions[revision.Name] = revision;
            next.LatestCreatedRevision = revision.Name;
        }

        var end = FateOf(next);
        (Service, _readsLeft) = (next, 3);
        _settle = () => Settle(next, end);
    }

    /// <summary>A service is as well as its latest revision is, and as its traffic can be followed.</summary>
    private Condition? FateOf(Service service) =>
        _failed.TryGetValue(service.LatestCreatedRevision, out var fate) ? fate
        : service.Traffic.FirstOrDefault(
            entry => entry.Revision.Length > 0 && !Revisions.ContainsKey($"{service.Name}/revisions/{entry.Revision}")) is { } gone
            ? new Condition
            {
                Message = $"Revision '{gone.Revision}' does not exist or is deleted. "
                    + "Update all traffic to route to currently available revisions.",
            }
            : null;

    private void Settle()
    {
        _settle?.Invoke();
        _settle = null;
    }

    private static void Settle(Service service, Condition? fate)
    {
        service.Reconciling = false;
        service.TerminalCondition = fate is null
            ? new Condition { Type = "Ready", State = State.ConditionSucceeded }
            : new Condition
            {
                Type = "Ready",
                State = State.ConditionFailed,
                Message = fate.Message,
                Reason = Condition.Types.CommonReason.RevisionFailed,
            };
        if (fate is not null)
            return;

        service.ObservedGeneration = service.Generation;
        service.LatestReadyRevision = service.LatestCreatedRevision;
        service.TrafficStatuses.Clear();
        service.TrafficStatuses.AddRange(service.Traffic.Select(entry => new TrafficTargetStatus
        {
            Type = entry.Type,
            Revision = entry.Revision,
            Percent = entry.Percent,
            Tag = entry.Tag,
            Uri = entry.Tag.Length > 0 ? $"https://{entry.Tag}---web-1-an.a.run.app" : "",
        }));
        if (service.Traffic.Count == 0)
            service.TrafficStatuses.Add(new TrafficTargetStatus { Type = TrafficTargetAllocationType.Latest, Percent = 100 });
    }

    public static RpcException Error(StatusCode code, string message = "scripted") => new(new Status(code, message));
}
