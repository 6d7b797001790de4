using System.Collections.Immutable;
using CdAutomation.Domain.Decisions;
using CdAutomation.Domain.Policies;
using CdAutomation.Domain.Releases;

namespace CdAutomation.Delivery;

/// <summary>Look, decide, keep, pay. The only path by which a pipeline moves.</summary>
public sealed class Advance(IJournal journal, Observer observer, Payments payments, Patience patience, TimeProvider clock)
{
    /// <summary>Workers that race for one pipeline: each loser looks and decides again. This many in a row means something else is wrong.</summary>
    private const int Rounds = 50;

    /// <summary>Advances a pipeline.</summary>
    /// <param name="active">The policies in force.</param>
    /// <param name="policy">The one of the pipeline.</param>
    /// <param name="received">The event, or null when it is time that woke us.</param>
    /// <param name="cause">What the journal names as the cause.</param>
    /// <param name="cancellation">Stops; what is owed stays owed.</param>
    public async Task RunAsync(PolicySet active, PipelinePolicy policy, JournalEvent? received, string cause, CancellationToken cancellation)
    {
        var owedBefore = ImmutableHashSet<string>.Empty;
        var kept = await DecideAsync(active, policy, cause, async state =>
        {
            owedBefore = [.. state.Owed.Select(effect => effect.Id)];
            return await observer.LookAsync(policy, active.Commit, state, received, cancellation);
        }, cancellation);

        await PayAsync(active, policy, kept, owedBefore, cancellation);
    }

    /// <summary>Pays what this worker has just decided, and what is due whoever decided it.</summary>
    private async Task PayAsync(PolicySet active, PipelinePolicy policy, Kept kept, ImmutableHashSet<string> owedBefore, CancellationToken cancellation)
    {
        while (kept.State.Owed.FirstOrDefault(effect => !owedBefore.Contains(effect.Id) || effect.DueAt <= clock.GetUtcNow()) is { } effect)
        {
            var seen = await payments.PayAsync(active, policy, kept.State, effect, cancellation);
            owedBefore = owedBefore.Add(effect.Id);
            kept = await DecideAsync(
                active,
                policy,
                $"paid/{effect.Id}/{effect.Attempts + 1}",
                _ => Task.FromResult<ImmutableArray<Observation>>([seen]),
                cancellation);
        }
    }

    private async Task<Kept> DecideAsync(
        PolicySet active, PipelinePolicy policy, string cause, Func<PipelineState, Task<ImmutableArray<Observation>>> look, CancellationToken cancellation)
    {
        for (var round = 1; ; round++)
        {
            var before = await journal.LoadAsync(policy.Name, cancellation);
            // Looked at again in each round: what was seen before another worker's decision may not be so any more.
            var seen = await look(before.State);
            var decision = Decider.Decide(new(policy, active.Commit, before.State, seen, cause, clock.GetUtcNow(), patience)
            {
                Freezes = active.FreezesOf(policy.Name),
            });
            try
            {
                return await journal.KeepAsync(before, decision, cancellation);
            }
            catch (StateMovedException) when (round < Rounds)
            {
                // Somebody else got on: no need to wait before looking at what they left.
            }
        }
    }
}
