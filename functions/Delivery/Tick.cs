using System.Globalization;

namespace CdAutomation.Delivery;

/// <summary>What time alone brings about: finishes what a worker left behind, wakes pipelines that are due, and decides again when the policies have changed.</summary>
public sealed class Tick(IJournal journal, ActivePolicies policies, Inbox inbox, Advance advance, Domain.Decisions.Patience patience, TimeProvider clock)
{
    /// <summary>At most so many events and pipelines a tick; the rest is the next tick's.</summary>
    private const int AtMost = 500;

    private const int AtOnce = 8;

    /// <summary>One tick. Running several at once is safe.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        foreach (var left in await journal.UnsettledAsync(now - patience.Payment, AtMost, cancellation))
            await inbox.DeliverAsync(left, cancellation);

        var active = await policies.CurrentAsync(cancellation);
        var due = (await journal.DueAsync(now, AtMost, cancellation)).ToHashSet(StringComparer.Ordinal);
        var current = await journal.DecidedUnderAsync(active.Commit, cancellation);
        var cause = string.Create(CultureInfo.InvariantCulture, $"tick/{now:yyyy-MM-ddTHH:mm:ss.fffZ}");

        await Parallel.ForEachAsync(
            active.Pipelines.Values.Where(pipeline => due.Contains(pipeline.Name) || !current.Contains(pipeline.Name)).Take(AtMost),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation },
            async (pipeline, token) => await advance.RunAsync(active, pipeline, null, cause, token));
    }
}
