using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using CdAutomation.Delivery.Telemetry;
using CdAutomation.Triggers.Telemetry;

namespace CdAutomation.Triggers.Logs;

/// <summary>The fields that connect a line with its trace, its service and whoever acted.</summary>
internal static class ConnectedFields
{
    /// <summary>
    /// The trace as Cloud Logging lifts it out (its page "Structured logging"), as OpenTelemetry writes it (<c>trace_id</c>, <c>span_id</c>), and
    /// as Datadog does (<c>dd.trace_id</c>, <c>dd.span_id</c>: the last 64 bits in decimal; <c>dd.service</c>, <c>dd.env</c>, <c>dd.version</c>).
    /// </summary>
    public static void WriteTrace(this Utf8JsonWriter json, Activity? span, ServiceIdentity identity)
    {
        json.WriteString("service", identity.Service);
        Write(json, "env", identity.Environment);
        json.WriteString("version", identity.Version);
        json.WriteStartObject("dd");
        json.WriteString("service", identity.Service);
        Write(json, "env", identity.Environment);
        json.WriteString("version", identity.Version);
        var isTraced = span is { IdFormat: ActivityIdFormat.W3C };
        if (isTraced)
        {
            json.WriteString("trace_id", Decimal(span!.TraceId.ToHexString()));
            json.WriteString("span_id", Decimal(span.SpanId.ToHexString()));
        }

        json.WriteEndObject();
        if (!isTraced)
            return;
        var trace = span!.TraceId.ToHexString();
        json.WriteString("trace_id", trace);
        json.WriteString("span_id", span.SpanId.ToHexString());
        json.WriteString("logging.googleapis.com/trace", identity.Project is { } project ? $"projects/{project}/traces/{trace}" : trace);
        json.WriteString("logging.googleapis.com/spanId", span.SpanId.ToHexString());
        json.WriteBoolean("logging.googleapis.com/trace_sampled", span.Recorded);
    }

    /// <summary>Whoever acted, as <c>usr.id</c>: whom the line names, else whose span it is.</summary>
    public static void WriteActor(this Utf8JsonWriter json, Activity? span, IReadOnlyList<KeyValuePair<string, object?>> fields)
    {
        var actor = fields.FirstOrDefault(field => field.Key is "actor" or "Actor").Value as string;
        for (; actor is null && span is not null; span = span.Parent)
            actor = span.GetTagItem(Names.User) as string;
        if (actor is null)
            return;
        json.WriteStartObject("usr");
        json.WriteString("id", actor);
        json.WriteEndObject();
    }

    private static string Decimal(string hex) => ulong.Parse(hex.AsSpan(hex.Length - 16), NumberStyles.HexNumber, CultureInfo.InvariantCulture)
        .ToString(CultureInfo.InvariantCulture);

    private static void Write(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
            json.WriteString(name, value);
    }
}
