using System.Collections.Concurrent;
using CdAutomation.Domain.Rollouts;
using CdAutomation.GoogleCloud.Calls;
using CdAutomation.GoogleCloud.Monitoring;
using CdAutomation.GoogleCloud.Tests.CloudRun;
using Google.Cloud.Monitoring.V3;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace CdAutomation.GoogleCloud.Tests.Monitoring;

/// <summary>Cloud Monitoring behind real gRPC, that answers what a test tells it to.</summary>
internal sealed class ScriptedMonitoring : IAsyncDisposable
{
    private LocalServer? _server;

    public static DateTimeOffset Now { get; } = new(2026, 11, 23, 10, 0, 0, TimeSpan.Zero);

    /// <summary>What is asked is answered so.</summary>
    public required Func<ListTimeSeriesRequest, ListTimeSeriesResponse> Answers { get; init; }

    public ConcurrentQueue<ListTimeSeriesRequest> Asked { get; } = [];

    public static async Task<ScriptedMonitoring> StartAsync(Func<ListTimeSeriesRequest, ListTimeSeriesResponse> answers)
    {
        var monitoring = new ScriptedMonitoring { Answers = answers };
        monitoring._server = await LocalServer.StartAsync(
            HttpProtocols.Http2, app => app.MapGrpcService<Api>(), services => services.AddSingleton(monitoring).AddGrpc());
        return monitoring;
    }

    public static Effect.Measure Order(DateTimeOffset from) => new("measure", from, 0, "production", Web.Target, "web-2", "web-1", from);

    /// <summary>Measures since ten minutes ago.</summary>
    public async Task<Domain.Parsed<Domain.Rollouts.Analysis.Period>> MeasureAsync(Effect.Measure? order = null)
    {
        var options = new MonitoringOptions
        {
            Endpoint = _server!.Address,
            Limits = new CallLimits { FirstPause = TimeSpan.FromMilliseconds(5), LongestPause = TimeSpan.FromMilliseconds(20) },
        };
        using var adapter = new CloudMonitoring(options, new Tokens(), new Standing());
        return await adapter.MeasureAsync(order ?? Order(Now.AddMinutes(-10)), CancellationToken.None);
    }

    public ValueTask DisposeAsync() => _server!.DisposeAsync();

    /// <summary>Stands still at <see cref="Now"/>; pauses between retries pass all the same.</summary>
    private sealed class Standing : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => Now;
    }

    internal sealed class Api(ScriptedMonitoring monitoring) : MetricService.MetricServiceBase
    {
        public override Task<ListTimeSeriesResponse> ListTimeSeries(ListTimeSeriesRequest request, ServerCallContext context)
        {
            monitoring.Asked.Enqueue(request.Clone());
            return Task.FromResult(monitoring.Answers(request));
        }
    }
}
