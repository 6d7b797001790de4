using System.Diagnostics;
using System.Text.Json;
using CdAutomation.Triggers.Logs;
using CdAutomation.Triggers.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace CdAutomation.Triggers.Tests.Hosting;

/// <summary>One JSON object a line, whatever a line speaks of.</summary>
public sealed class CloudLoggingFormatterTests
{
    private static readonly FakeTimeProvider Clock = new(new DateTimeOffset(2026, 2, 1, 10, 0, 0, 123, TimeSpan.Zero));

    private static readonly ServiceIdentity Identity = new("cd-on-tick", "prod", "1.2.3", "acme");

    [TestCase(LogLevel.Debug, "DEBUG")]
    [TestCase(LogLevel.Information, "INFO")]
    [TestCase(LogLevel.Warning, "WARNING")]
    [TestCase(LogLevel.Error, "ERROR")]
    [TestCase(LogLevel.Critical, "CRITICAL")]
    public void A_line_has_severity_message_time_and_what_it_speaks_of(LogLevel level, string severity)
    {
        var line = Written(level, [new("EventKey", "gcr/1/abc"), new("Status", 204), new("{OriginalFormat}", "x")], null);
        Assert.That(line.GetProperty("severity").GetString(), Is.EqualTo(severity));
        Assert.That(line.GetProperty("message").GetString(), Is.EqualTo("said"));
        Assert.That(line.GetProperty("time").GetDateTimeOffset(), Is.EqualTo(Clock.GetUtcNow()));
        Assert.That(line.GetProperty("eventKey").GetString(), Is.EqualTo("gcr/1/abc"));
        Assert.That(line.GetProperty("status").GetInt32(), Is.EqualTo(204));
        Assert.That(line.TryGetProperty("exception", out _), Is.False);
    }

    [Test]
    public void Nothing_that_is_logged_can_begin_a_line_of_its_own()
    {
        var sentence = "a\"b\n{\"severity\":\"INFO\"}\u2028\ud800";
        var line = Written(LogLevel.Error, [new("Sentence", sentence)], new TimeoutException("one\ntwo"));
        Assert.That(line.GetProperty("sentence").GetString(), Does.StartWith("a\"b\n{"));
        Assert.That(line.GetProperty("exception").GetString(), Does.Contain("one\ntwo"));
    }

    [Test]
    public void A_line_bears_its_trace_as_cloud_logging_opentelemetry_and_datadog_write_it()
    {
        using var span = Span("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
        var line = Written(LogLevel.Information, [], null);
        Assert.That(line.GetProperty("logging.googleapis.com/trace").GetString(), Is.EqualTo("projects/acme/traces/4bf92f3577b34da6a3ce929d0e0e4736"));
        Assert.That(line.GetProperty("logging.googleapis.com/spanId").GetString(), Is.EqualTo(span.SpanId.ToHexString()));
        Assert.That(line.GetProperty("logging.googleapis.com/trace_sampled").GetBoolean());
        Assert.That(line.GetProperty("trace_id").GetString(), Is.EqualTo("4bf92f3577b34da6a3ce929d0e0e4736"));
        var datadog = line.GetProperty("dd");
        Assert.That(datadog.GetProperty("trace_id").GetString(), Is.EqualTo("11803532876627986230"), "0xa3ce929d0e0e4736, as Datadog's page on OpenTelemetry has it");
        Assert.That(datadog.GetProperty("service").GetString(), Is.EqualTo(line.GetProperty("service").GetString()).And.EqualTo("cd-on-tick"));
        Assert.That(datadog.GetProperty("env").GetString(), Is.EqualTo(line.GetProperty("env").GetString()).And.EqualTo("prod"));
        Assert.That(datadog.GetProperty("version").GetString(), Is.EqualTo(line.GetProperty("version").GetString()).And.EqualTo("1.2.3"));
    }

    [Test]
    public void A_line_outside_any_trace_bears_none()
    {
        var line = Written(LogLevel.Information, [new("Stage", null)], null);
        Assert.That(line.EnumerateObject().Select(field => field.Name), Has.None.Contains("trace").And.None.Contains("span").And.None.EqualTo("usr").And.None.EqualTo("stage"));
    }

    [Test]
    public void Whoever_acted_is_usr_id_whether_the_line_or_the_span_says_so()
    {
        static string? User(JsonElement line) => line.TryGetProperty("usr", out var user) ? user.GetProperty("id").GetString() : null;

        Assert.That(User(Written(LogLevel.Information, [new("Actor", "ann@acme.example")], null)), Is.EqualTo("ann@acme.example"));
        using var request = Span(null).SetTag("user.id", "bob@acme.example");
        using var below = new Activity("below").Start();
        Assert.That(User(Written(LogLevel.Information, [], null)), Is.EqualTo("bob@acme.example"));
        Assert.That(User(Written(LogLevel.Information, [new("actor", "ann@acme.example")], null)), Is.EqualTo("ann@acme.example"), "the line knows best");
    }

    private static Activity Span(string? parent)
    {
        var span = new Activity("span").SetIdFormat(ActivityIdFormat.W3C);
        return (parent is null ? span : span.SetParentId(parent)).Start();
    }

    private static JsonElement Written(LogLevel level, List<KeyValuePair<string, object?>> fields, Exception? fault)
    {
        using var text = new StringWriter();
        var entry = new LogEntry<IReadOnlyList<KeyValuePair<string, object?>>>(level, "tests", default, fields, fault, (_, _) => "said");
        new CloudLoggingFormatter(Clock, Identity).Write(entry, null, text);
        var lines = text.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.That(lines, Has.Length.EqualTo(1));
        using var document = JsonDocument.Parse(lines[0]);
        return document.RootElement.Clone();
    }
}
