using System.Text.Json;
using CdAutomation.Storage.Sqlite;
using CdAutomation.Triggers.Tests.Stage;

namespace CdAutomation.Triggers.Tests.Hosting;

/// <summary>Where nothing is exported, as without any setting: logs bear the trace all the same, and it is kept to go on with.</summary>
public sealed class TraceIdsTests
{
    private const string Carried = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    private const string OfGoogle = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    private string _folder = "";
    private FunctionProcess _served = null!;

    [SetUp]
    public async Task ServeAsync()
    {
        _folder = Directory.CreateTempSubdirectory("cdautomation-traces-").FullName;
        _served = await FunctionProcess.ServeAsync(FunctionProcess.Managed, "OnImagePushed", ("CDAUTOMATION_STORE", Path.Combine(_folder, "journal.db")));
    }

    [TearDown]
    public async Task EndAsync()
    {
        await _served.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [TestCase($$"""{"traceparent":"{{Carried}}"}""", null, "4bf92f3577b34da6a3ce929d0e0e4736", TestName = "What a message carries is gone on with")]
    [TestCase($$"""{"traceparent":"{{OfGoogle}}","googclient_traceparent":"{{Carried}}"}""", null, "4bf92f3577b34da6a3ce929d0e0e4736",
        TestName = "What Google's client wrote is newer")]
    [TestCase($$"""{"googclient_traceparent":"{{Carried}}"}""", OfGoogle, "4bf92f3577b34da6a3ce929d0e0e4736",
        TestName = "What the message carries counts before what the request does")]
    [TestCase("""{"buildId":"x"}""", OfGoogle, "0af7651916cd43dd8448eb211c80319c", TestName = "A message that carries none is in the trace of its request")]
    [TestCase("""{"traceparent":"00-no-trace-at-all"}""", OfGoogle, "0af7651916cd43dd8448eb211c80319c", TestName = "What is no trace is none")]
    [TestCase("""{"traceparent":[1]}""", null, null, TestName = "A message outside any trace begins one")]
    public async Task A_messages_trace_is_in_its_lines_and_kept_with_its_event(string attributes, string? header, string? trace)
    {
        var envelope = Messages.Envelope(Messages.Pushed("v1.2.3", Messages.DigestA)).Replace("""{"buildId":"x","status":"SUCCESS"}""", attributes);
        using var request = Messages.Post("/", envelope);
        if (header is not null)
            request.Headers.Add("traceparent", header);
        (await _served.Http.SendAsync(request)).EnsureSuccessStatusCode();

        var line = await _served.SeenAsync(lines =>
            lines.Where(line => line.TryGetProperty("eventKey", out _)).Select(line => (JsonElement?)line).FirstOrDefault() is { } found
                ? found.GetRawText()
                : null);
        using var written = JsonDocument.Parse(line);
        var own = written.RootElement.GetProperty("trace_id").GetString()!;
        Assert.That(own, trace is null ? Does.Match("^[0-9a-f]{32}$") : Is.EqualTo(trace));
        using var journal = SqliteJournal.Open(Path.Combine(_folder, "journal.db"));
        var kept = (await journal.LatestEventsAsync(refusedOnly: false, 1, default)).Single();
        Assert.That(kept.Origin, Does.StartWith($"00-{own}-"));
    }
}
