using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using CdAutomation.Delivery;
using CdAutomation.Storage.Sqlite;
using CdAutomation.Triggers.Requests;
using CdAutomation.Triggers.Tests.Stage;

namespace CdAutomation.Triggers.Tests.Hosting;

/// <summary>One function a process, as on Cloud Run, through the framework's own entry point.</summary>
public sealed class ProcessTests
{
    private string _folder = "";

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("cdautomation-process-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task A_process_takes_events_and_ends_in_order_when_told_to()
    {
        await using var served = await ServeAsync("OnImagePushed");
        await ImageProof.TakesAnImageAsync(served, Store);
        Assert.That(await served.TerminateAsync(), Is.Zero);
    }

    [Test]
    public async Task Four_processes_share_one_journal()
    {
        await using var images = await ServeAsync("OnImagePushed");
        await using var builds = await ServeAsync("OnBuildFinished");
        await using var ticks = await ServeAsync("OnTick");
        await using var requests = await ServeAsync("OnRequest", ("CDAUTOMATION_LOCAL_TOKEN", House.Token));
        var image = Messages.Envelope(Messages.Pushed("v1.2.3", Messages.DigestA));
        var build = Messages.Envelope(Messages.Fixture("build-success.json"));
        (await images.Http.SendAsync(Messages.Post("/", image))).EnsureSuccessStatusCode();
        (await builds.Http.SendAsync(Messages.Binary("/", "cloud-builds", build))).EnsureSuccessStatusCode();
        (await ticks.Http.SendAsync(Messages.Post("/", ""))).EnsureSuccessStatusCode();

        requests.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", House.Token);
        var events = (await requests.Http.GetFromJsonAsync("/v1/events", ApiJson.Default.EventsReport))!;
        Assert.That(events.Events.Select(received => received.Topic), Is.EquivalentTo(new[] { "gcr", "cloud-builds" }));
    }

    [Test]
    public async Task Probes_are_answered_before_the_function()
    {
        await using var served = await ServeAsync("OnRequest");
        Assert.That((await served.Http.GetAsync("/healthz")).StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((await served.Http.GetAsync("/readyz")).StatusCode, Is.EqualTo(HttpStatusCode.ServiceUnavailable), "no policies yet");
        Assert.That((await served.Http.GetAsync("/v1/status")).StatusCode, Is.EqualTo(HttpStatusCode.Forbidden));
        Assert.That((await served.Http.GetAsync("/robots.txt")).StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
    }

    [Test]
    public async Task A_store_that_cannot_be_opened_is_a_fault_that_ends_when_it_can()
    {
        var inTheWay = Path.Combine(_folder, "a-file");
        await File.WriteAllTextAsync(inTheWay, "x");
        await using var served = await FunctionProcess.ServeAsync(
            FunctionProcess.Managed, "OnImagePushed", ("CDAUTOMATION_STORE", Path.Combine(inTheWay, "journal.db")));
        var post = () => served.Http.SendAsync(Messages.Post("/", Messages.Envelope(Messages.Pushed("v1.2.3", Messages.DigestA))));
        Assert.That((int)(await post()).StatusCode, Is.GreaterThanOrEqualTo(500));
        Assert.That((await served.Http.GetAsync("/readyz")).StatusCode, Is.EqualTo(HttpStatusCode.ServiceUnavailable));

        File.Delete(inTheWay);
        Assert.That((await post()).StatusCode, Is.EqualTo(HttpStatusCode.NoContent));
    }

    [Test]
    public async Task A_process_that_is_not_configured_says_all_that_is_wrong_and_ends()
    {
        await using var served = FunctionProcess.Start(
            FunctionProcess.Managed, ("FUNCTION_TARGET", "CdAutomation.Triggers.OnTick"), ("CDAUTOMATION_PATIENCE_LAG", "soon"));
        Assert.That(await served.ExitAsync(), Is.Not.Zero);
        Assert.That(served.Errors, Does.Contain("CDAUTOMATION_STORE is not set").And.Contain("CDAUTOMATION_PATIENCE_LAG is 'soon'"));
    }

    private string Store => Path.Combine(_folder, "store", "journal.db");

    private Task<FunctionProcess> ServeAsync(string function, params (string Key, string Value)[] environment) =>
        FunctionProcess.ServeAsync(FunctionProcess.Managed, function, [("CDAUTOMATION_STORE", Store), .. environment]);
}

/// <summary>What both builds of the program must do with an image's event.</summary>
internal static class ImageProof
{
    public static async Task TakesAnImageAsync(FunctionProcess served, string store)
    {
        var key = await TakesAnImageAsync(served);
        // Not opened before: the process makes the file itself.
        using var journal = SqliteJournal.Open(store);
        await KeptAsync(journal, key);
    }

    public static async Task TakesAnImageAsync(FunctionProcess served, IJournal journal) => await KeptAsync(journal, await TakesAnImageAsync(served));

    private static async Task<string> TakesAnImageAsync(FunctionProcess served)
    {
        var data = Messages.Pushed("v1.2.3", Messages.DigestA);
        var envelope = Messages.Envelope(data);
        HttpRequestMessage[] requests = [Messages.Post("/", envelope), Messages.Binary("/", "gcr", envelope), Messages.Post("/", "garbage")];
        foreach (var request in requests)
            Assert.That((await served.Http.SendAsync(request)).StatusCode, Is.EqualTo(HttpStatusCode.NoContent));

        var key = Messages.Key("gcr", "2070443601311540", data);
        var line = await served.SeenAsync(lines => lines.Where(line => line.TryGetProperty("eventKey", out var of) && of.GetString() == key)
            .Select(line => line.GetProperty("severity").GetString() + " " + line.GetProperty("outcome").GetString()).FirstOrDefault());
        Assert.That(line, Is.EqualTo("INFO taken"));
        Assert.That(served.LogLines.Select(each => each.GetRawText()), Has.None.Contains("deliveryAttempt").And.None.Contains("garbage"));
        return key;
    }

    private static async Task KeptAsync(IJournal journal, string key)
    {
        var events = await journal.LatestEventsAsync(refusedOnly: false, 10, default);
        Assert.That(events.Single(received => received.Key == key).Times, Is.EqualTo(2));
        Assert.That(events.Select(received => received.Refusal?.Code), Is.EquivalentTo(new[] { "event.unheard", "message.json" }));
    }
}
