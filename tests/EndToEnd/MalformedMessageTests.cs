using System.Net;
using System.Text.Json;
using CdAutomation.EndToEnd.Stage;
using CdAutomation.Storage.Sqlite;

namespace CdAutomation.EndToEnd;

/// <summary>What anybody who may publish to a topic can send: answered so that it does not come again, and told in the journal.</summary>
[Category("Registry")]
public sealed class MalformedMessageTests
{
    private const int Messages = 1_000;
    private static readonly string[] Functions = ["OnImagePushed", "OnBuildFinished"];

    [Test]
    public async Task A_thousand_malformed_messages_are_answered_2xx_and_journalled_with_a_reason_and_the_next_good_one_is_served()
    {
        var seed = Environment.TickCount;
        await TestContext.Out.WriteLineAsync($"seed {seed}");
        using var folder = new UpFolder(("shop.yaml", Policies.Pipeline("shop", "web")));
        await using var up = await Up.StartAsync(folder, "--simulate");
        using var http = new HttpClient { Timeout = Eventually.Patience };
        var malformed = new MalformedMessages(new Random(seed));

        var answers = new Dictionary<HttpStatusCode, int>();
        for (var number = 0; number < Messages; number++)
        {
            using var request = malformed.Make(number, Functions.Select(function => $"{up.Web}/functions/{function}").ToArray());
            using var answer = await http.SendAsync(request);
            answers[answer.StatusCode] = answers.GetValueOrDefault(answer.StatusCode) + 1;
            Assert.That((int)answer.StatusCode, Is.InRange(200, 299), $"message {number}: {malformed.Last}");
        }

        await TestContext.Out.WriteLineAsync(string.Join(", ", answers.Select(answer => $"{answer.Value} times {(int)answer.Key}")));
        await IsUpAsync(up, http);
        await StandInTheJournalAsync(up);

        var image = OciLayout.OnePlatform(folder.Images, "v1.0.0");
        using var cloud = new CloudRun(up.Run, up.Services);
        await Skopeo.PushAsync(image.Reference, up.Registry, "acme/app/web:v1.0.0");
        await cloud.ServesAsync("web", image.Digest);
        Assert.That(up.Complaints, Is.Empty);
    }

    private static async Task IsUpAsync(Up up, HttpClient http)
    {
        Assert.That(up.IsRunning, Is.True, up.Complaints);
        foreach (var check in new[] { "healthz", "readyz" })
        {
            using var health = await http.GetAsync($"{up.Web}/{check}");
            Assert.That(health.StatusCode, Is.EqualTo(HttpStatusCode.OK), check);
        }
    }

    private static async Task StandInTheJournalAsync(Up up)
    {
        using var told = JsonDocument.Parse((await up.CdctlAsync("events", "--refused", "--limit", "500", "--json")).Succeeded().Output);
        var counts = told.RootElement.GetProperty("counts");
        Assert.That(counts.GetProperty("refused").GetInt32(), Is.EqualTo(Messages));
        Assert.That(counts.GetProperty("received").GetInt32(), Is.EqualTo(Messages));
        Assert.That(told.RootElement.GetProperty("events").GetArrayLength(), Is.EqualTo(500));

        // One answer of the API holds 500; the journal's own file has them all.
        using var journal = SqliteJournal.Open(Path.Combine(up.Folder.Data, "journal.db"));
        var refused = await journal.LatestEventsAsync(refusedOnly: true, Messages + 1, CancellationToken.None);
        Assert.That(refused, Has.Length.EqualTo(Messages));
        Assert.That(refused.Where(received => received.Refusal is not { Code.Length: > 0, Sentence.Length: > 0 }), Is.Empty);
        Assert.That(refused.Where(received => !received.Settled), Is.Empty);
        foreach (var same in refused.GroupBy(received => received.Refusal!.Code).OrderByDescending(same => same.Count()))
            await TestContext.Out.WriteLineAsync($"{same.Count(),5} {same.Key}: {same.First().Refusal!.Sentence}");
    }
}
