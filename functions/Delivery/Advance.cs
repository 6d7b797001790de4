using System.Collections.Immutable;
using CdAutomation.Delivery.Telemetry;
using CdAutomation.Domain.Decisions;
using CdAutomation.Domain.Policies;
using CdAutomation.Domain.Releases;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace CdAutomation.Delivery;

/// <summary>Look, decide, keep, pay. The only path by which a pipeline moves.</summary>
public sealed class Advance(
    IJournal journal, Observer observer, Payments payments, Patience patience, TimeProvider clock, ILogger<Advance>? log = null)
{
    private readonly ILogger _log = log ?? NullLogger<Advance>.Instance;

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
        using var span = Traces.Start("advance", received?.Origin)?.SetTag(Names.Pipeline, policy.Name).SetTag(Names.Cause, cause);
        var owedBefore = ImmutableHashSet<string>.Empty;
        var kept = await DecideAsync(active, policy, cause, async state =>
        {
            owedBefore = [.. state.Owed.Select(effect => effect.Id)];
            return await observer.LookAsync(policy, active.Commit, state, received, cancellation);
        }, cancellation);
        if (received?.Signal is Signal.ImagePushed)
            Measures.Decided(policy.Name, clock.GetUtcNow() - received.PublishedAt);

        await PayAsync(active, policy, kept, owedBefore, cancellation);
    }

    /// <summary>Pays what this worker has just decided, and what is due whoever decided it.</summary>
    private async Task PayAsync(PolicySet active, PipelinePolicy policy, Kept kept, ImmutableHashSet<string> owedBefore, CancellationToken cancellation)
    {
        while (kept.State.Owed.FirstOrDefault(effect => !owedBefore.Contains(effect.Id) || effect.DueAt <= clock.GetUtcNow()) is { } effect)
        {
            using var span = Paying.Start(policy, kept.State, effect);
            var seen = await payments.PayAsync(active, policy, kept.State, effect, cancellation);
            Paying.Tell(_log, span, policy, kept.State, effect, seen);
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
            var at = new Situation(policy, active.Commit, before.State, seen, cause, clock.GetUtcNow(), patience)
            {
                Freezes = active.FreezesOf(policy.Name),
                Trackers = payments.Trackers,
                Origin = Traces.Present,
            };
            var decision = Decider.Decide(at);
            try
            {
                var kept = await journal.KeepAsync(before, decision, cancellation);
                Chronicle.Tell(_log, at, decision);
                return kept;
            }
            catch (StateMovedException) when (round < Rounds)
            {
                // Somebody else got on: no need to wait before looking at what they left.
            }
        }
    }
}
