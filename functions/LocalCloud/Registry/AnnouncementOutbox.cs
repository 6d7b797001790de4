using CdAutomation.LocalCloud.PubSub;
using Microsoft.Extensions.Logging;

namespace CdAutomation.LocalCloud.Registry;

/// <summary>Sends what the store owes, oldest first, each until it is taken. What was sent and not yet crossed off is sent again after
/// a crash.</summary>
internal sealed partial class AnnouncementOutbox(RegistryStore store, IAnnouncements announcements, TimeProvider clock, ILogger log)
{
    private const int Batch = 100;
    private static readonly TimeSpan FirstRest = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestRest = TimeSpan.FromSeconds(10);

    private readonly Pulse _owed = new();

    /// <summary>Tells that something new is owed.</summary>
    public void Wake() => _owed.Signal();

    public async Task RunAsync(CancellationToken stopping)
    {
        var rest = FirstRest;
        while (!stopping.IsCancellationRequested)
        {
            var next = _owed.Next;
            try
            {
                if (await PayAsync(stopping) == 0)
                    await Pulse.WaitAsync(next, null, clock, stopping);
                rest = FirstRest;
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // The boundary of a loop that nobody awaits: whatever escaped here would end all announcements in silence.
            catch (Exception failed)
#pragma warning restore CA1031
            {
                Failed(log, failed.Message, rest);
                await Task.Delay(rest, clock, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                rest = rest * 2 < LongestRest ? rest * 2 : LongestRest;
            }
        }
    }

    private async Task<int> PayAsync(CancellationToken stopping)
    {
        var owed = store.Owed(Batch);
        foreach (var (id, body) in owed)
        {
            await announcements.PublishAsync(body, stopping);
            store.Paid(id);
        }

        return owed.Count;
    }

    [LoggerMessage(1, LogLevel.Warning, "An announcement was not taken and is tried again in {Rest}: {Reason}")]
    private static partial void Failed(ILogger log, string reason, TimeSpan rest);
}
