using System.Globalization;
using CdAutomation.Delivery.Policies;

namespace CdAutomation.Delivery;

/// <summary>What time alone brings about: finishes what a worker left behind, wakes pipelines that are due, and decides again when the policies have changed.</summary>
public sealed class Tick(
    IJournal journal, Inbox inbox, PolicySweep sweep, Redecision redecision, Heralding heralding, Domain.Decisions.Patience patience, TimeProvider clock)
{
    /// <summary>One tick. Running several at once is safe.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        foreach (var left in await journal.UnsettledAsync(now - patience.Payment, Redecision.AtMost, cancellation))
            await inbox.DeliverAsync(left, cancellation);

        await sweep.RunAsync(cancellation);
        var due = (await journal.DueAsync(now, Redecision.AtMost, cancellation)).ToHashSet(StringComparer.Ordinal);
        await redecision.RunAsync(due, string.Create(CultureInfo.InvariantCulture, $"tick/{now:yyyy-MM-ddTHH:mm:ss.fffZ}"), cancellation);
        await heralding.RunAsync(cancellation);
    }
}
