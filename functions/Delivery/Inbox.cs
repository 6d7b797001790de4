using CdAutomation.Delivery.Policies;
using CdAutomation.Delivery.Telemetry;
using CdAutomation.Domain;
using CdAutomation.Domain.Policies;
using CdAutomation.Domain.Releases;

namespace CdAutomation.Delivery;

/// <summary>Takes events in: into the journal first, then to every pipeline they concern. Nothing stands between Pub/Sub and the journal.</summary>
public sealed class Inbox(IJournal journal, ActivePolicies policies, Advance advance, PolicyInbox published)
{
    /// <summary>
    /// Receives an event. When this returns, it is in the journal and every pipeline concerned has kept its decision: it can be acknowledged.
    /// </summary>
    /// <exception cref="JournalUnavailableException">It is not: let it be delivered again.</exception>
    public async Task ReceiveAsync(JournalEvent received, CancellationToken cancellation)
    {
        var receipt = await journal.ReceiveAsync(received, cancellation);
        if (receipt.Again)
            Measures.Received(received.Topic, "repeated");
        if (!receipt.Settled)
            await DeliverAsync(received, cancellation);
    }

    /// <summary>Delivers an event that is in the journal already.</summary>
    internal async Task DeliverAsync(JournalEvent received, CancellationToken cancellation)
    {
        if (received.Signal is not { } signal)
        {
            await journal.SettleAsync(received.Key, null, cancellation);
            Measures.Received(received.Topic, "refused");
            return;
        }

        if (signal is Signal.PolicyPublished publication)
        {
            Measures.Received(received.Topic, "taken");
            await published.DeliverAsync(publication, received.Key, cancellation);
            return;
        }

        var active = await policies.CurrentAsync(cancellation);
        Reason? unheard = new("event.unheard", $"no pipeline of policy commit {active.Commit} is concerned by it");
        foreach (var pipeline in Concerned(active, signal))
        {
            await advance.RunAsync(active, pipeline, received, received.Key, cancellation);
            unheard = null;
        }

        await journal.SettleAsync(received.Key, unheard, cancellation);
        Measures.Received(received.Topic, unheard is null ? "taken" : "unheard");
    }

    private static IEnumerable<PipelinePolicy> Concerned(PolicySet policies, Signal signal) => signal.Match(
        pushed => policies.Watching(pushed.Repository),
        removed => policies.Watching(removed.Repository),
        finished => policies.Pipelines.Values.Where(pipeline => pipeline.Images.Values.Any(finished.Build.Concerns)),
        asked => policies.Pipelines.TryGetValue(asked.Pipeline, out var pipeline) ? [pipeline] : [],
        said => policies.Pipelines.TryGetValue(said.Pipeline, out var pipeline) ? [pipeline] : [],
        published => []);
}
