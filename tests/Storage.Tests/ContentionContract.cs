using CdAutomation.Delivery;
using CdAutomation.Domain.Decisions;
using CdAutomation.Domain.Images;
using CdAutomation.Domain.Releases;

namespace CdAutomation.Storage.Tests;

/// <summary>What every journal promises of those who write at once.</summary>
public abstract class ContentionContract
{
    private const int Contenders = 64;
    private const int Writers = 16;

    private static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    protected abstract IJournal Journal { get; }

    /// <summary>How often one state is moved on.</summary>
    protected abstract int Increments { get; }

    [Test]
    public async Task Of_64_that_move_one_state_on_none_is_lost()
    {
        var left = Increments;
        await Task.WhenAll(Enumerable.Range(0, Contenders).Select(_ => Task.Run(async () =>
        {
            while (Interlocked.Decrement(ref left) >= 0)
                await IncrementAsync();
        })));

        var kept = await Journal.LoadAsync("shop", default);
        Assert.That((kept.Version, kept.State.Commit), Is.EqualTo(((long)Increments, $"{Increments}")));
    }

    [Test]
    public async Task An_event_that_16_append_at_once_stands_once()
    {
        var signal = new Signal.ImagePushed(Web, Digest.Parse("sha256:" + new string('a', 64)), "v1", ArtifactKind.Image);
        var push = new JournalEvent("gcr/1/a", "gcr", "1", Noon, Noon, signal, null, 1);
        using var together = new Barrier(Writers);
        var receipts = await Task.WhenAll(Enumerable.Range(0, Writers).Select(_ => Task.Factory.StartNew(
            () =>
            {
                together.SignalAndWait();
                return Journal.ReceiveAsync(push, default);
            },
            default,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default).Unwrap()));

        Assert.That(receipts.Count(receipt => !receipt.Again), Is.EqualTo(1));
        Assert.That((await Journal.EventsAsync([push.Key], default))[push.Key], Is.EqualTo(push with { Times = Writers }));
        Assert.That(await Journal.CountEventsAsync(default), Is.EqualTo(new EventCounts(1, 0)));
    }

    [Test]
    public async Task Decisions_of_pipelines_that_move_at_once_have_numbers_of_their_own_and_a_reader_of_the_feed_misses_none()
    {
        using var written = new CancellationTokenSource();
        var reading = Task.Run(async () =>
        {
            var read = new List<NumberedRecord>();
            while (true)
            {
                // Asked for before the read: what is there by then, the read finds.
                var last = written.IsCancellationRequested;
                read.AddRange(await Journal.FeedAsync(read is [.., var latest] ? latest.Number : 0, 1000, default));
                if (last)
                    return read;
            }
        });
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(number => Task.Run(async () =>
        {
            var kept = await Journal.LoadAsync($"pipeline-{number}", default);
            for (var round = 0; round < 4; round++)
                kept = await Journal.KeepAsync(kept, new(kept.State, [Decided(kept.Pipeline, $"{round}a"), Decided(kept.Pipeline, $"{round}b")]), default);
        })));
        await written.CancelAsync();

        var feed = await reading;
        Assert.That(feed, Has.Count.EqualTo(Writers * 4 * 2));
        Assert.That(feed.Select(it => it.Number), Is.Ordered.And.Unique);
        Assert.That(feed.Select(it => it.Record.Id), Is.Unique);
        Assert.That(await Journal.LatestNumberAsync(default), Is.EqualTo(feed[^1].Number));
    }

    private static Repository Web => Repository.TryParse("asia-northeast1-docker.pkg.dev/acme/app/web", out var web) ? web : throw new InvalidOperationException();

    private static DecisionRecord Decided(string pipeline, string id) =>
        new($"{pipeline}/{id}", pipeline, "production", Noon, "commit", "gcr/1/a", Outcome.Held, null, null, null, [], new("build.awaited", "not yet"), null, null);

    private async Task IncrementAsync()
    {
        while (true)
        {
            try
            {
                var before = await Journal.LoadAsync("shop", default);
                // The count is in the state, where a lost update would show.
                var count = int.TryParse(before.State.Commit, out var counted) ? counted : 0;
                await Journal.KeepAsync(before, new(before.State with { Commit = $"{count + 1}" }, []), default);
                return;
            }
            catch (StateMovedException)
            {
            }
        }
    }
}
