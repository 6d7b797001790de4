using OpenTelemetry.Exporter;

namespace CdAutomation.Triggers.Telemetry;

/// <summary>What OpenTelemetry's own variables say of a signal (its page "OTLP exporter"); without an endpoint, nothing is exported.</summary>
/// <param name="configuration">The environment.</param>
/// <param name="signal"><c>TRACES</c> or <c>METRICS</c>.</param>
internal sealed class OtlpSettings(IConfiguration configuration, string signal)
{
    /// <summary>Whether the signal is exported.</summary>
    public bool IsOn => !Is("OTEL_SDK_DISABLED", "true")
        && !Is($"OTEL_{signal}_EXPORTER", "none")
        && !string.IsNullOrWhiteSpace(configuration["OTEL_EXPORTER_OTLP_ENDPOINT"] ?? Own("ENDPOINT"));

    /// <summary>Sets what is said for this signal alone; what is said for all of them, the exporter reads itself.</summary>
    public void Apply(OtlpExporterOptions options)
    {
        if (Own("PROTOCOL") is { } protocol)
            options.Protocol = protocol == "grpc" ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf;
        if (Own("HEADERS") is { } headers)
            options.Headers = headers;
        if (Uri.TryCreate(Own("ENDPOINT"), UriKind.Absolute, out var endpoint))
            options.Endpoint = endpoint;
    }

    private string? Own(string what) => configuration[$"OTEL_EXPORTER_OTLP_{signal}_{what}"] is { } text && !string.IsNullOrWhiteSpace(text) ? text.Trim() : null;

    private bool Is(string key, string value) => string.Equals(configuration[key], value, StringComparison.OrdinalIgnoreCase);
}
