using CdAutomation.Delivery;
using CdAutomation.Domain.Decisions;

namespace CdAutomation.Cli.Up;

/// <summary>Follows the journal and hands on each new decision, in order.</summary>
internal sealed class Feed(IJournal journal, Action<DecisionRecord> tell, TimeProvider clock)
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(50);
    private long _told;

    /// <summary>The number of the last decision that was handed on.</summary>
    public long Told => Interlocked.Read(ref _told);

    /// <summary>Begins after what is there already.</summary>
    public async Task SkipAsync(CancellationToken cancellation) => _told = await journal.LatestNumberAsync(cancellation);

    /// <summary>Hands on what comes, until it is stopped.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(Every, clock);
        while (await timer.WaitForNextTickAsync(cancellation))
        {
            foreach (var (number, record) in await journal.FeedAsync(_told, 500, cancellation))
            {
                tell(record);
                Interlocked.Exchange(ref _told, number);
            }
        }
    }
}
