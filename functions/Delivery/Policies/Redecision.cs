using System.Collections.Concurrent;
using System.Collections.Immutable;
using CdAutomation.Domain.Policies;

namespace CdAutomation.Delivery.Policies;

/// <summary>Decides again what was decided under other policies than those in force, and what is due.</summary>
public sealed class Redecision(IJournal journal, ActivePolicies policies, Advance advance)
{
    /// <summary>At most so many pipelines at a time; the rest is the next tick's.</summary>
    public const int AtMost = 500;

    private const int AtOnce = 8;

    /// <summary>Advances the pipelines concerned. Running several at once is safe.</summary>
    /// <param name="due">Pipelines whose instant has come.</param>
    /// <param name="cause">What the journal names as the cause.</param>
    /// <param name="cancellation">Stops.</param>
    public async Task RunAsync(IReadOnlySet<string> due, string cause, CancellationToken cancellation)
    {
        var active = await policies.CurrentAsync(cancellation);
        var current = await journal.DecidedUnderAsync(active.Commit, cancellation);
        var waiting = new ConcurrentQueue<PipelinePolicy>(
            active.Pipelines.Values.Where(pipeline => due.Contains(pipeline.Name) || !current.Contains(pipeline.Name)).Take(AtMost));
        // Lanes, and no pool of threads of their own: where calls end in a certain order, so does this.
        await Task.WhenAll(Enumerable.Range(0, Math.Min(AtOnce, waiting.Count)).Select(async _ =>
        {
            while (waiting.TryDequeue(out var pipeline))
                await advance.RunAsync(active, pipeline, null, cause, cancellation);
        }));
    }

    /// <summary>Advances those that were decided under other policies.</summary>
    public Task RunAsync(string cause, CancellationToken cancellation) => RunAsync(ImmutableHashSet<string>.Empty, cause, cancellation);
}
