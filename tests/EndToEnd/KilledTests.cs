using System.Text.Json;
using CdAutomation.Domain.Releases;
using CdAutomation.EndToEnd.Stage;
using CdAutomation.Storage.Sqlite;

namespace CdAutomation.EndToEnd;

/// <summary>kill -9, at any moment, and what the next start makes of it.</summary>
[Category("Registry")]
public sealed class KilledTests
{
    private const int Pipelines = 10;
    private const int Kills = 6;
    private const string Newest = "v1.8.0";

    // The last one is not allowed by the policies.
    private static readonly string[] Versions =
        ["v1.0.0", "v1.1.0", "v1.2.0", "v1.3.0", "v1.4.0", "v1.5.0", "v1.6.0", "v1.7.0", Newest, "v2.0.0"];

    [Test]
    public async Task A_killed_up_comes_back_at_the_same_addresses_with_what_it_served()
    {
        using var folder = new UpFolder(("shop.yaml", Policies.Pipeline("shop", "web")));
        var image = OciLayout.OnePlatform(folder.Images, "v1.0.0");
        string addresses;
        await using (var up = await Up.StartAsync(folder, "--simulate"))
        {
            addresses = up.Addresses;
            using var cloud = new CloudRun(up.Run, up.Services);
            await Skopeo.PushAsync(image.Reference, up.Registry, "acme/app/web:v1.0.0");
            await cloud.ServesAsync("web", image.Digest);
            await up.KillAsync();
        }

        await using var again = await Up.StartAsync(folder, "--simulate");
        using var after = new CloudRun(again.Run, again.Services);
        await after.ServesAsync("web", image.Digest);
        Assert.That(again.Addresses, Is.EqualTo(addresses));
    }

    [Test]
    public async Task Killed_again_and_again_in_a_storm_of_pushes_it_ends_where_it_would_have_ended_and_owes_nothing()
    {
        var seed = Environment.TickCount;
        await TestContext.Out.WriteLineAsync($"seed {seed}");
        var random = new Random(seed);
        var numbers = Enumerable.Range(0, Pipelines).ToArray();
        using var folder = new UpFolder([.. numbers.Select(number => ($"p{number}.yaml", Policies.Pipeline($"p{number}", $"s{number}")))]);
        var pushes = numbers
            .SelectMany(number => Versions.Select(version => (Number: number, Version: version)))
            .Select(push => new StormPush(push.Number, push.Version, OciLayout.OnePlatform(folder.Images, $"s{push.Number} {push.Version}")))
            .ToArray();
        random.Shuffle(pushes);

        await using var house = new KilledHouse(folder, random);
        await house.StartAsync();
        var four = new ParallelOptions { MaxDegreeOfParallelism = 4 };
        var storm = Parallel.ForEachAsync(pushes, four, async (push, _) => await house.PushAsync(push));
        for (var kill = 0; kill < Kills; kill++)
            await house.KillAndRestartAsync();

        await storm;
        await TestContext.Out.WriteLineAsync($"{pushes.Length} pushes were taken, {house.Refused} were tried again, {house.Kills} kills");
        await EndsWellAsync(house.Up, pushes);
    }

    private static async Task EndsWellAsync(Up up, StormPush[] pushes)
    {
        using var cloud = new CloudRun(up.Run, up.Services);
        foreach (var newest in pushes.Where(push => push.Version == Newest))
            await cloud.ServesAsync($"s{newest.Number}", newest.Image.Digest);

        await Eventually.SeesAsync("nothing is owed", async () => (await up.CdctlAsync("status", "--json")).Output, OwesNothing);
        await NothingIsLeftAsync(up);
        foreach (var pipeline in pushes.GroupBy(push => push.Number))
        {
            var revisions = await cloud.RevisionsAsync($"s{pipeline.Key}");
            var images = revisions.Select(revision => revision.Containers[0].Image);
            Assert.That(images, Is.Unique, $"s{pipeline.Key}: more than one revision of one digest");
        }

        await Eventually.SeesAsync(
            "no pushed digest is without a record", () => WithoutRecordAsync(up, pushes), missing => missing.Length == 0);
    }

    /// <summary>The pushes of which no decision tells, with whatever was received about them.</summary>
    private static async Task<string> WithoutRecordAsync(Up up, StormPush[] pushes)
    {
        using var journal = SqliteJournal.Open(Path.Combine(up.Folder.Data, "journal.db"));
        var received = await journal.LatestEventsAsync(refusedOnly: false, 10_000, CancellationToken.None);
        var missing = new List<string>();
        foreach (var pipeline in pushes.GroupBy(push => push.Number))
        {
            var told = (await up.WhyAsync($"p{pipeline.Key}")).Lines.Select(line => line.Digest).ToHashSet();
            foreach (var push in pipeline.Where(push => !told.Contains(push.Image.Digest)))
            {
                var events = received.Where(it => it.Signal is Signal.ImagePushed pushed && pushed.Digest.ToString() == push.Image.Digest);
                missing.Add($"p{push.Number} {push.Version} {push.Image.Digest}\n  {string.Join("\n  ", events)}");
            }
        }

        return string.Join('\n', missing);
    }

    /// <summary>What the status does not show: events not settled, and announcements not told.</summary>
    private static async Task NothingIsLeftAsync(Up up)
    {
        using var journal = SqliteJournal.Open(Path.Combine(up.Folder.Data, "journal.db"));
        await Eventually.SeesAsync(
            "no event is left unsettled",
            async () => await journal.UnsettledAsync(DateTimeOffset.MaxValue, 1_000, CancellationToken.None),
            left => left.IsEmpty);
        for (var number = 0; number < Pipelines; number++)
        {
            await Eventually.SeesAsync(
                $"p{number} owes nothing",
                async () => (await journal.LoadAsync($"p{number}", CancellationToken.None)).State.Owed,
                owed => owed.IsEmpty);
        }
    }

    private static bool OwesNothing(string status)
    {
        string[] open = ["rollout", "problem", "next"];
        using var document = JsonDocument.Parse(status);
        return document.RootElement.GetProperty("pipelines").EnumerateArray()
            .SelectMany(pipeline => pipeline.GetProperty("stages").EnumerateArray())
            .All(stage => !open.Any(name => stage.TryGetProperty(name, out _)));
    }
}
