using CdAutomation.Delivery;

namespace CdAutomation.Cli.Up;

/// <summary>The scheduler of the laptop: once a second, where Google Cloud's is once a minute.</summary>
internal sealed class Ticking(Tick tick, Action<string> complain, TimeProvider clock)
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    public async Task RunAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(Every, clock);
        do
        {
            try
            {
                await tick.RunAsync(cancellation);
            }
            catch (JournalUnavailableException fault)
            {
                // As on Google Cloud: the tick is lost, the next one does its work.
                complain(fault.Message);
            }
            catch (StateMovedException fault)
            {
                complain(fault.Message);
            }
        }
        while (await timer.WaitForNextTickAsync(cancellation));
    }
}
