using System.Collections.Concurrent;
using System.Net;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Opentelemetry.Proto.Collector.Metrics.V1;
using Opentelemetry.Proto.Collector.Trace.V1;
using Opentelemetry.Proto.Common.V1;
using Opentelemetry.Proto.Metrics.V1;
using Opentelemetry.Proto.Trace.V1;

namespace CdAutomation.EndToEnd.Stage;

/// <summary>What an OpenTelemetry collector is to us: it takes spans and metrics over OTLP (gRPC) and keeps them.</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;

    private OtlpReceiver(WebApplication app) => _app = app;

    /// <summary>What <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is to be.</summary>
    public string Address => _app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First();

    /// <summary>Every span so far.</summary>
    public ReceivedSpan[] Spans => [.. _app.Services.GetRequiredService<Kept>().Spans];

    /// <summary>Every metric so far, as often as it came.</summary>
    public Metric[] Metrics => [.. _app.Services.GetRequiredService<Kept>().Metrics];

    public static async Task<OtlpReceiver> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddSingleton<Kept>().AddRoutingCore().AddGrpc();
        var app = builder.Build();
        app.UseRouting();
        app.MapGrpcService<Traces>();
        app.MapGrpcService<Meters>();
        await app.StartAsync();
        return new(app);
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private sealed class Kept
    {
        public ConcurrentQueue<ReceivedSpan> Spans { get; } = [];

        public ConcurrentQueue<Metric> Metrics { get; } = [];
    }

    private sealed class Traces(Kept kept) : TraceService.TraceServiceBase
    {
        public override Task<ExportTraceServiceResponse> Export(ExportTraceServiceRequest request, ServerCallContext context)
        {
            foreach (var resource in request.ResourceSpans)
            {
                foreach (var span in resource.ScopeSpans.SelectMany(scope => scope.Spans))
                    kept.Spans.Enqueue(new(span, resource.Resource.Attributes.Single(it => it.Key == "service.name").Value.StringValue));
            }

            return Task.FromResult(new ExportTraceServiceResponse());
        }
    }

    private sealed class Meters(Kept kept) : MetricsService.MetricsServiceBase
    {
        public override Task<ExportMetricsServiceResponse> Export(ExportMetricsServiceRequest request, ServerCallContext context)
        {
            foreach (var metric in request.ResourceMetrics.SelectMany(resource => resource.ScopeMetrics).SelectMany(scope => scope.Metrics))
                kept.Metrics.Enqueue(metric);
            return Task.FromResult(new ExportMetricsServiceResponse());
        }
    }
}

/// <summary>A span as it came over the wire.</summary>
/// <param name="Span">The span.</param>
/// <param name="Service">The service that sent it.</param>
internal sealed record ReceivedSpan(Span Span, string Service)
{
    public string Name => Span.Name;

    public string Trace => Convert.ToHexStringLower(Span.TraceId.Span);

    public string Id => Convert.ToHexStringLower(Span.SpanId.Span);

    /// <summary>Id of the span that it is below; empty where there is none.</summary>
    public string Parent => Convert.ToHexStringLower(Span.ParentSpanId.Span);

    /// <summary>The traces it is linked to.</summary>
    public IEnumerable<string> Links => Span.Links.Select(link => Convert.ToHexStringLower(link.TraceId.Span));

    /// <summary>The value of an attribute, a number in decimal; null where it has none of the name.</summary>
    public string? this[string attribute] => Span.Attributes.FirstOrDefault(it => it.Key == attribute)?.Value switch
    {
        null => null,
        { ValueCase: AnyValue.ValueOneofCase.IntValue } value => $"{value.IntValue}",
        { ValueCase: AnyValue.ValueOneofCase.DoubleValue } value => $"{value.DoubleValue}",
        var value => value.StringValue,
    };

    public override string ToString() => $"{Service}: {Name} {Id} below {Parent}";
}
