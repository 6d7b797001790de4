using System.Collections.Immutable;
using CdAutomation.Delivery.Policies;
using CdAutomation.Domain;
using CdAutomation.Domain.Decisions;

namespace CdAutomation.Delivery.Tests;

/// <summary>A real journal whose caller may die just before a call takes effect or just after.</summary>
internal sealed class MortalJournal(IJournal inner, Action alive) : IJournal
{
    public Task<Receipt> ReceiveAsync(JournalEvent received, CancellationToken cancellation) => Around(() => inner.ReceiveAsync(received, cancellation));

    public Task SettleAsync(string key, Reason? unheard, CancellationToken cancellation) => Around(async () =>
    {
        await inner.SettleAsync(key, unheard, cancellation);
        return 0;
    });

    public Task<ImmutableArray<JournalEvent>> UnsettledAsync(DateTimeOffset receivedBefore, int atMost, CancellationToken cancellation) =>
        Around(() => inner.UnsettledAsync(receivedBefore, atMost, cancellation));

    public Task<Kept> LoadAsync(string pipeline, CancellationToken cancellation) => Around(() => inner.LoadAsync(pipeline, cancellation));

    public Task<Kept> KeepAsync(Kept before, Decision decision, CancellationToken cancellation) => Around(() => inner.KeepAsync(before, decision, cancellation));

    public Task<ImmutableArray<string>> DueAsync(DateTimeOffset now, int atMost, CancellationToken cancellation) => Around(() => inner.DueAsync(now, atMost, cancellation));

    public Task<ImmutableHashSet<string>> DecidedUnderAsync(string commit, CancellationToken cancellation) => Around(() => inner.DecidedUnderAsync(commit, cancellation));

    public Task<ImmutableArray<DecisionRecord>> RecordsAsync(RecordQuery query, CancellationToken cancellation) => inner.RecordsAsync(query, cancellation);

    public Task<ImmutableArray<NumberedRecord>> FeedAsync(long after, int atMost, CancellationToken cancellation) => inner.FeedAsync(after, atMost, cancellation);

    public Task<long> LatestNumberAsync(CancellationToken cancellation) => inner.LatestNumberAsync(cancellation);

    public Task<ImmutableDictionary<string, JournalEvent>> EventsAsync(IReadOnlyCollection<string> keys, CancellationToken cancellation) => inner.EventsAsync(keys, cancellation);

    public Task<ImmutableArray<JournalEvent>> LatestEventsAsync(bool refusedOnly, int atMost, CancellationToken cancellation) =>
        inner.LatestEventsAsync(refusedOnly, atMost, cancellation);

    public Task<EventCounts> CountEventsAsync(CancellationToken cancellation) => inner.CountEventsAsync(cancellation);

    public Task<PolicyBundle?> ActivePolicyAsync(CancellationToken cancellation) => Around(() => inner.ActivePolicyAsync(cancellation));

    public Task<string?> ActiveCommitAsync(CancellationToken cancellation) => Around(() => inner.ActiveCommitAsync(cancellation));

    public Task<PolicyBundle> ActivateAsync(PolicyBundle bundle, long expected, CancellationToken cancellation) =>
        Around(() => inner.ActivateAsync(bundle, expected, cancellation));

    public Task<bool> RefuseAsync(PolicyRefusal refusal, CancellationToken cancellation) => Around(() => inner.RefuseAsync(refusal, cancellation));

    public Task<ImmutableArray<PolicyRefusal>> PolicyRefusalsAsync(int atMost, CancellationToken cancellation) => inner.PolicyRefusalsAsync(atMost, cancellation);

    public Task<ImmutableArray<PolicyAnnouncement>> PolicyNewsAsync(int atMost, CancellationToken cancellation) =>
        Around(() => inner.PolicyNewsAsync(atMost, cancellation));

    public Task PolicyToldAsync(string id, CancellationToken cancellation) => Around(async () =>
    {
        await inner.PolicyToldAsync(id, cancellation);
        return 0;
    });

    private async Task<T> Around<T>(Func<Task<T>> call)
    {
        alive();
        var result = await call();
        alive();
        return result;
    }
}
