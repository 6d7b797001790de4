using System.Text.Json;
using CdAutomation.Triggers.Logs;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace CdAutomation.Triggers.Tests.Hosting;

/// <summary>One JSON object a line, whatever a line speaks of.</summary>
public sealed class CloudLoggingFormatterTests
{
    private static readonly FakeTimeProvider Clock = new(new DateTimeOffset(2026, 2, 1, 10, 0, 0, 123, TimeSpan.Zero));

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

    private static JsonElement Written(LogLevel level, List<KeyValuePair<string, object?>> fields, Exception? fault)
    {
        using var text = new StringWriter();
        var entry = new LogEntry<IReadOnlyList<KeyValuePair<string, object?>>>(level, "tests", default, fields, fault, (_, _) => "said");
        new CloudLoggingFormatter(Clock).Write(entry, null, text);
        var lines = text.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.That(lines, Has.Length.EqualTo(1));
        using var document = JsonDocument.Parse(lines[0]);
        return document.RootElement.Clone();
    }
}
