using System.Collections.Concurrent;
using CdAutomation.GoogleCloud.Tests;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
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
    private readonly LocalServer _server;
    private readonly Kept _kept;

    private OtlpReceiver(LocalServer server, Kept kept) => (_server, _kept) = (server, kept);

    /// <summary>What <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is to be.</summary>
    public string Address => _server.Address.GetLeftPart(UriPartial.Authority);

    /// <summary>Every span so far.</summary>
    public ReceivedSpan[] Spans => [.. _kept.Spans];

    /// <summary>Every metric so far, as often as it came.</summary>
    public Metric[] Metrics => [.. _kept.Metrics];

    public static async Task<OtlpReceiver> StartAsync()
    {
        var kept = new Kept();
        var server = await LocalServer.StartAsync(
            HttpProtocols.Http2,
            app =>
            {
                app.MapGrpcService<Traces>();
                app.MapGrpcService<Meters>();
            },
            services => services.AddSingleton(kept).AddGrpc());
        return new(server, kept);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

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
