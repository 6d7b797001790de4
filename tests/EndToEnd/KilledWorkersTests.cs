using System.Diagnostics;
using CdAutomation.EndToEnd.Stage;
using CdAutomation.Storage.Sqlite;

namespace CdAutomation.EndToEnd;

/// <summary>Workers die by kill -9 at random moments, all at work on one store; nothing is lost and nothing is done twice.</summary>
[Category("Emulator")]
[Category("Registry")]
public sealed class KilledWorkersTests
{
    private const int Pipelines = 50;

    /// <summary>Every tenth push is of a version that the policies do not allow.</summary>
    private const int OneInForbidden = 10;

    [Test]
    public async Task Four_workers_killed_at_random_under_a_storm_of_pushes_leave_every_pipeline_on_its_newest_and_each_push_in_the_journal_once()
    {
        var (size, seed) = (StormSize.Asked, Environment.TickCount);
        await Measured.TellAsync($"seed {seed}, {size.Pushes} pushes, {size.Killing.TotalSeconds:0} s of killing");
        var names = Enumerable.Range(0, Pipelines).Select(number => $"p{number}").ToArray();
        var pushes = Pushes(names, size.Pushes, new Random(seed));

        await using var house = await WorkerHouse.StartAsync(names, seed);
        using var over = new CancellationTokenSource();
        var ticks = house.TickAsync(over.Token);
        var watch = Stopwatch.StartNew();
        using (var enough = new CancellationTokenSource(size.Killing))
            await Task.WhenAll(house.KillAsync(enough.Token), PushAllAsync(house, pushes, size.Killing));

        await Measured.TellAsync($"{house.Kills} kills; {watch.Elapsed.TotalSeconds:0} s: Pub/Sub was answered {house.Door.Answers}");
        await EndsWellAsync(house, pushes);
        await Measured.TellAsync($"all is well; {watch.Elapsed.TotalSeconds:0} s: Pub/Sub was answered {house.Door.Answers}");
        await over.CancelAsync();
        await ticks;
    }

    /// <summary>Each pipeline's versions in an order of their own, all of it mixed.</summary>
    private static Pushed[] Pushes(string[] names, int count, Random random)
    {
        var pushes = Enumerable.Range(0, count).Select(number =>
        {
            var (name, version) = (names[number % names.Length], number / names.Length);
            var tag = version % OneInForbidden == OneInForbidden - 1 ? $"v2.{version}.0" : $"v1.{version}.0";
            return new Pushed(name, version, tag, new TinyImage($"{name} {tag}"));
        }).ToArray();
        random.Shuffle(pushes);
        return pushes;
    }

    private static Task PushAllAsync(WorkerHouse house, Pushed[] pushes, TimeSpan over)
    {
        var watch = Stopwatch.StartNew();
        var four = new ParallelOptions { MaxDegreeOfParallelism = 4 };
        return Parallel.ForEachAsync(pushes.Select((push, at) => (push, at)), four, async (next, cancellation) =>
        {
            var early = (over * next.at / pushes.Length) - watch.Elapsed;
            if (early > TimeSpan.Zero)
                await Task.Delay(early, TimeProvider.System, cancellation);
            await house.PushAsync(next.push.Image, next.push.Pipeline, next.push.Tag);
        });
    }

    private static async Task EndsWellAsync(WorkerHouse house, Pushed[] pushes)
    {
        using var journal = SqliteJournal.Open(house.Journal);
        await Eventually.SeesAsync(
            "each push is in the journal and settled",
            async () =>
            {
                var received = await WorkerHouse.PushesAsync(journal);
                return (Settled: received.Count(it => it.Settled), Received: received.Length, house.Door.Answers);
            },
            seen => seen.Settled >= pushes.Length);
        foreach (var pipeline in pushes.GroupBy(push => push.Pipeline))
        {
            var newest = pipeline.Where(push => push.Allowed).MaxBy(push => push.Version)!;
            await house.Cloud.ServesAsync(pipeline.Key, newest.Image.Digest);
            await WorkerHouse.OwesNothingAsync(journal, pipeline.Key);
            var images = (await house.Cloud.RevisionsAsync(pipeline.Key)).Select(revision => revision.Containers[0].Image);
            Assert.That(images, Is.Unique, $"{pipeline.Key}: more than one revision of one digest");
        }

        await EachPushOnceAsync(journal, pushes);
    }

    private static async Task EachPushOnceAsync(SqliteJournal journal, Pushed[] pushes)
    {
        var received = await WorkerHouse.PushesAsync(journal);
        var told = received.Select(WorkerHouse.NameOf);
        Assert.That(told, Is.EquivalentTo(pushes.Select(push => $"{Policies.PathOf(push.Pipeline)}:{push.Tag}@{push.Image.Digest}")));
        var again = received.Sum(it => it.Times - 1);
        await Measured.TellAsync($"{received.Length} pushes in the journal, each once; {again} deliveries were repetitions");
        foreach (var pipeline in pushes.GroupBy(push => push.Pipeline))
        {
            var records = await journal.RecordsAsync(new(pipeline.Key, null, 100_000), CancellationToken.None);
            var decided = records.Select(record => record.Digest?.ToString()).ToHashSet();
            var silent = pipeline.Where(push => !decided.Contains(push.Image.Digest)).Select(push => push.Tag);
            Assert.That(silent, Is.Empty, $"{pipeline.Key}: pushes without a decision");
        }
    }

    /// <summary>One push of the storm.</summary>
    private sealed record Pushed(string Pipeline, int Version, string Tag, TinyImage Image)
    {
        public bool Allowed => Tag.StartsWith("v1.", StringComparison.Ordinal);
    }
}
