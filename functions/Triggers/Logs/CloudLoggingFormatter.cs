using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using CdAutomation.Triggers.Telemetry;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace CdAutomation.Triggers.Logs;

/// <summary>
/// One JSON object a line, with the keys that Cloud Logging lifts out (its page "Structured logging": <c>severity</c>, <c>message</c>,
/// <c>time</c>, the trace); what a line speaks of stands beside them under its own name, e.g. <c>eventKey</c>, <c>outcome</c>. Datadog's
/// own words for the trace, the service and whoever acted are there too, so that a log is found by its trace and a trace by its logs.
/// </summary>
internal sealed class CloudLoggingFormatter(TimeProvider clock, ServiceIdentity identity) : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "cloud-logging";

    // What stands in a log is read as JSON by machines, never as HTML.
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Plain))
        {
            json.WriteStartObject();
            json.WriteString("severity", Severity(logEntry.LogLevel));
            json.WriteString("message", logEntry.Formatter(logEntry.State, logEntry.Exception));
            json.WriteString("time", clock.GetUtcNow().UtcDateTime);
            json.WriteString("logger", logEntry.Category);
            var fields = logEntry.State as IReadOnlyList<KeyValuePair<string, object?>> ?? [];
            WriteFields(json, fields);
            json.WriteTrace(Activity.Current, identity);
            json.WriteActor(Activity.Current, fields);
            if (logEntry.Exception is { } fault)
                json.WriteString("exception", fault.ToString());
            json.WriteEndObject();
        }

        textWriter.WriteLine(Encoding.UTF8.GetString(buffer.WrittenSpan));
    }

    private static void WriteFields(Utf8JsonWriter json, IReadOnlyList<KeyValuePair<string, object?>> fields)
    {
        foreach (var (name, value) in fields)
        {
            if (name is "{OriginalFormat}" or "" || value is null)
                continue;
            json.WritePropertyName(JsonNamingPolicy.CamelCase.ConvertName(name));
            if (value is int or long)
                json.WriteNumberValue(Convert.ToInt64(value, CultureInfo.InvariantCulture));
            else
                json.WriteStringValue(Convert.ToString(value, CultureInfo.InvariantCulture));
        }
    }

    private static string Severity(LogLevel level) => level switch
    {
        LogLevel.Trace or LogLevel.Debug => "DEBUG",
        LogLevel.Information => "INFO",
        LogLevel.Warning => "WARNING",
        LogLevel.Error => "ERROR",
        LogLevel.Critical => "CRITICAL",
        _ => "DEFAULT",
    };
}
