using System.Globalization;
using CdAutomation.Delivery.Telemetry;
using CdAutomation.GoogleCloud.PubSub;
using CdAutomation.Storage;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace CdAutomation.Triggers.Telemetry;

/// <summary>
/// Traces and metrics over OTLP. An instance on Cloud Run has no processor between requests, so what ended is sent before the request is answered;
/// metrics at most as often as <c>OTEL_METRIC_EXPORT_INTERVAL</c> says, and at the end of the process.
/// </summary>
internal sealed class OtlpExport : IDisposable
{
    /// <summary>How long a request's answer waits for the receiver, in milliseconds.</summary>
    private const int PatienceMax = 2_000;

    private readonly TracerProvider? _traces;
    private readonly MeterProvider? _metrics;
    private readonly CallSpans _calls = new();
    private readonly TimeSpan _interval;
    private readonly TimeProvider _clock;
    private long _metricsSentAt;

    private OtlpExport(IConfiguration configuration, ServiceIdentity identity, TimeProvider clock, OtlpSettings traces, OtlpSettings metrics)
    {
        var resource = Resource(configuration, identity);
        _traces = traces.IsOn ? Traces(resource, traces) : null;
        _metrics = metrics.IsOn ? Metrics(resource, metrics) : null;
        _clock = clock;
        _interval = TimeSpan.FromMilliseconds(
            int.TryParse(configuration["OTEL_METRIC_EXPORT_INTERVAL"], NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds) ? milliseconds : 60_000);
        _metricsSentAt = clock.GetTimestamp();
    }

    /// <summary>Begins to export, where the environment names an endpoint; else null, and nothing of it is loaded.</summary>
    public static OtlpExport? Begin(IConfiguration configuration, ServiceIdentity identity, TimeProvider clock)
    {
        var (traces, metrics) = (new OtlpSettings(configuration, "TRACES"), new OtlpSettings(configuration, "METRICS"));
        return traces.IsOn || metrics.IsOn ? new(configuration, identity, clock, traces, metrics) : null;
    }

    /// <summary>Whether spans are recorded.</summary>
    public bool Traced => _traces is not null;

    /// <summary>Sends what has ended.</summary>
    public async Task FlushAsync()
    {
        var spans = _calls.TakeEnded() > 0;
        var isTime = _metrics is not null && _clock.GetElapsedTime(Interlocked.Read(ref _metricsSentAt)) >= _interval;
        if (isTime)
            Interlocked.Exchange(ref _metricsSentAt, _clock.GetTimestamp());
        if (!spans && !isTime)
            return;

        // It blocks the thread that calls it.
        await Task.Run(() =>
        {
            if (spans)
                _traces?.ForceFlush(PatienceMax);
            if (isTime)
                _metrics?.ForceFlush(PatienceMax);
        });
    }

    /// <summary>Sends what is left, and ends.</summary>
    public void Dispose()
    {
        _traces?.Dispose();
        _metrics?.Dispose();
        _calls.Dispose();
    }

    private TracerProvider Traces(ResourceBuilder resource, OtlpSettings settings) => Sdk.CreateTracerProviderBuilder()
        .SetResourceBuilder(resource)
        .AddSource(Incoming.SourceName, Delivery.Telemetry.Traces.SourceName, StoreCall.Telemetry, Publication.Telemetry, CallSpans.Grpc, CallSpans.Http)
        .AddProcessor(_calls)
        .AddOtlpExporter(settings.Apply)
        .Build();

    private static MeterProvider Metrics(ResourceBuilder resource, OtlpSettings settings) => Sdk.CreateMeterProviderBuilder()
        .SetResourceBuilder(resource)
        .AddMeter(Measures.MeterName, StoreCall.Telemetry, CallSpans.Http)
        // Of the HTTP client, what tells the calls that are made, by server and answer; connections and queues are nobody's question here.
        .AddView(instrument => instrument.Meter.Name == CallSpans.Http && instrument.Name != "http.client.request.duration" ? MetricStreamConfiguration.Drop : null)
        .AddOtlpExporter(settings.Apply)
        .Build();

    private static ResourceBuilder Resource(IConfiguration configuration, ServiceIdentity identity)
    {
        var attributes = new Dictionary<string, object>(StringComparer.Ordinal);
        Add("deployment.environment.name", identity.Environment);
        Add("cloud.account.id", identity.Project);
        if (configuration["K_SERVICE"] is { Length: > 0 } service)
        {
            Add("cloud.provider", "gcp");
            Add("cloud.platform", "gcp_cloud_run");
            Add("faas.name", service);
            Add("faas.version", configuration["K_REVISION"]);
        }

        // What is said by OTEL_RESOURCE_ATTRIBUTES comes last, and so has the last word.
        return ResourceBuilder.CreateEmpty()
            .AddTelemetrySdk()
            .AddService(identity.Service, serviceVersion: identity.Version, autoGenerateServiceInstanceId: true)
            .AddAttributes(attributes)
            .AddEnvironmentVariableDetector();

        void Add(string key, string? value)
        {
            if (!string.IsNullOrEmpty(value))
                attributes[key] = value;
        }
    }
}
