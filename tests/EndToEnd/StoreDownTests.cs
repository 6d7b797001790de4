using System.Diagnostics;
using System.Net;
using System.Text.Json;
using CdAutomation.EndToEnd.Stage;
using CdAutomation.Storage.Sqlite;
using Microsoft.Data.Sqlite;

namespace CdAutomation.EndToEnd;

/// <summary>A store that takes no writes for a while: nothing is acknowledged, everybody can read what is down, and nothing is lost.</summary>
[Category("Emulator")]
[Category("Registry")]
public sealed class StoreDownTests
{
    private static readonly string[] Pipelines = ["p0", "p1", "p2", "p3", "p4", "p5"];

    [Test]
    public async Task While_the_store_takes_no_writes_events_are_answered_503_and_come_again_and_readyz_names_what_is_down()
    {
        await using var house = await WorkerHouse.StartAsync(Pipelines, seed: 0);
        using var journal = SqliteJournal.Open(house.Journal);
        var before = await PushAsync(house, "v1.0.0");
        await ServeAsync(house, journal, before);
        await ReadyAsync(house, HttpStatusCode.OK, "");
        Assert.That(house.Door.Answers, Does.Not.Contain("503"));

        Dictionary<string, TinyImage> during;
        var watch = Stopwatch.StartNew();
        using (var holder = new SqliteConnection($"Data Source={house.Journal};Pooling=False"))
        {
            await holder.OpenAsync();
            using var transaction = holder.BeginTransaction(deferred: false);
            during = await PushAsync(house, "v1.1.0");
            await ReadyAsync(house, HttpStatusCode.ServiceUnavailable, "write lock");
            await Eventually.SeesAsync("an event is answered 503", () => house.Door.Answers, answers => answers.Contains("503 by a worker", StringComparison.Ordinal));
            if (StormSize.Outage - watch.Elapsed is { } rest && rest > TimeSpan.Zero)
                await Task.Delay(rest, TimeProvider.System);
            Assert.That(await WorkerHouse.PushesAsync(journal), Has.Length.EqualTo(before.Count), "nothing is kept while nothing can be");
        }

        await Measured.TellAsync($"the store was down for {watch.Elapsed.TotalSeconds:0} s; Pub/Sub was answered {house.Door.Answers}");
        await ServeAsync(house, journal, during);
        await ReadyAsync(house, HttpStatusCode.OK, "");
        await Measured.TellAsync($"all is well after {watch.Elapsed.TotalSeconds:0} s; Pub/Sub was answered {house.Door.Answers}");
        var pushed = before.Select(push => Name(push, "v1.0.0")).Concat(during.Select(push => Name(push, "v1.1.0")));
        Assert.That((await WorkerHouse.PushesAsync(journal)).Select(WorkerHouse.NameOf), Is.EquivalentTo(pushed));
    }

    private static async Task<Dictionary<string, TinyImage>> PushAsync(WorkerHouse house, string tag)
    {
        var images = Pipelines.ToDictionary(name => name, name => new TinyImage($"{name} {tag}"));
        foreach (var (name, image) in images)
            await house.PushAsync(image, name, tag);
        return images;
    }

    private static async Task ServeAsync(WorkerHouse house, SqliteJournal journal, Dictionary<string, TinyImage> images)
    {
        foreach (var (name, image) in images)
        {
            await house.Cloud.ServesAsync(name, image.Digest);
            await WorkerHouse.OwesNothingAsync(journal, name);
        }
    }

    /// <summary>What every worker answers to whoever asks whether it can work; of what is down it says what is wrong.</summary>
    private static async Task ReadyAsync(WorkerHouse house, HttpStatusCode status, string wrong)
    {
        using var http = new HttpClient();
        Assert.That(house.Addresses, Has.Length.EqualTo(5));
        foreach (var address in house.Addresses)
        {
            using var answer = await http.GetAsync(new Uri(address, "/readyz"));
            var text = await answer.Content.ReadAsStringAsync();
            Assert.That(answer.StatusCode, Is.EqualTo(status), text);
            using var readiness = JsonDocument.Parse(text);
            var down = readiness.RootElement.GetProperty("checks").EnumerateArray().Where(check => !check.GetProperty("ok").GetBoolean())
                .Select(check => $"{check.GetProperty("name").GetString()}: {check.GetProperty("detail").GetString()}").ToArray();
            Assert.That(down, status == HttpStatusCode.OK ? Is.Empty : Has.One.StartsWith("journal: ").And.One.Contains(wrong), text);
        }
    }

    private static string Name(KeyValuePair<string, TinyImage> push, string tag) => $"{Policies.PathOf(push.Key)}:{tag}@{push.Value.Digest}";
}
