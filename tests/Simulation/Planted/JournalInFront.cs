using System.Collections.Immutable;
using CdAutomation.Delivery;
using CdAutomation.Delivery.Policies;
using CdAutomation.Domain;
using CdAutomation.Domain.Decisions;

namespace CdAutomation.Simulation.Planted;

/// <summary>Hands every call on, for bugs to change one of them.</summary>
internal abstract class JournalInFront(IJournal inner) : IJournal
{
    protected IJournal Inner => inner;

    public virtual Task<Receipt> ReceiveAsync(JournalEvent received, CancellationToken cancellation) => inner.ReceiveAsync(received, cancellation);

    public virtual Task SettleAsync(string key, Reason? unheard, CancellationToken cancellation) => inner.SettleAsync(key, unheard, cancellation);

    public virtual Task<ImmutableArray<JournalEvent>> UnsettledAsync(DateTimeOffset receivedBefore, int atMost, CancellationToken cancellation) =>
        inner.UnsettledAsync(receivedBefore, atMost, cancellation);

    public virtual Task<Kept> LoadAsync(string pipeline, CancellationToken cancellation) => inner.LoadAsync(pipeline, cancellation);

    public virtual Task<Kept> KeepAsync(Kept before, Decision decision, CancellationToken cancellation) => inner.KeepAsync(before, decision, cancellation);

    public virtual Task<ImmutableArray<string>> DueAsync(DateTimeOffset now, int atMost, CancellationToken cancellation) =>
        inner.DueAsync(now, atMost, cancellation);

    public virtual Task<ImmutableHashSet<string>> DecidedUnderAsync(string commit, CancellationToken cancellation) =>
        inner.DecidedUnderAsync(commit, cancellation);

    public Task<ImmutableArray<DecisionRecord>> RecordsAsync(RecordQuery query, CancellationToken cancellation) => inner.RecordsAsync(query, cancellation);

    public Task<ImmutableArray<NumberedRecord>> FeedAsync(long after, int atMost, CancellationToken cancellation) =>
        inner.FeedAsync(after, atMost, cancellation);

    public Task<long> LatestNumberAsync(CancellationToken cancellation) => inner.LatestNumberAsync(cancellation);

    public Task<ImmutableDictionary<string, JournalEvent>> EventsAsync(IReadOnlyCollection<string> keys, CancellationToken cancellation) =>
        inner.EventsAsync(keys, cancellation);

    public Task<ImmutableArray<JournalEvent>> LatestEventsAsync(bool refusedOnly, int atMost, CancellationToken cancellation) =>
        inner.LatestEventsAsync(refusedOnly, atMost, cancellation);

    public Task<EventCounts> CountEventsAsync(CancellationToken cancellation) => inner.CountEventsAsync(cancellation);

    public virtual Task<PolicyBundle?> ActivePolicyAsync(CancellationToken cancellation) => inner.ActivePolicyAsync(cancellation);

    public virtual Task<string?> ActiveCommitAsync(CancellationToken cancellation) => inner.ActiveCommitAsync(cancellation);

    public Task<PolicyBundle> ActivateAsync(PolicyBundle bundle, long expected, CancellationToken cancellation) =>
        inner.ActivateAsync(bundle, expected, cancellation);

    public Task<bool> RefuseAsync(PolicyRefusal refusal, CancellationToken cancellation) => inner.RefuseAsync(refusal, cancellation);

    public Task<ImmutableArray<PolicyRefusal>> PolicyRefusalsAsync(int atMost, CancellationToken cancellation) => inner.PolicyRefusalsAsync(atMost, cancellation);

    public Task<ImmutableArray<PolicyAnnouncement>> PolicyNewsAsync(int atMost, CancellationToken cancellation) => inner.PolicyNewsAsync(atMost, cancellation);

    public Task PolicyToldAsync(string id, CancellationToken cancellation) => inner.PolicyToldAsync(id, cancellation);
}
