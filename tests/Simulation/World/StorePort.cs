using System.Collections.Immutable;
using CdAutomation.Delivery;
using CdAutomation.Delivery.Policies;
using CdAutomation.Domain;
using CdAutomation.Domain.Decisions;
using CdAutomation.Simulation.Workers;

namespace CdAutomation.Simulation.World;

/// <summary>The journal as a worker reaches it. What only pages and people read is not asked by any worker.</summary>
internal sealed class StorePort(Store store, Life life, Wire wire) : IJournal
{
    public Task<Receipt> ReceiveAsync(JournalEvent received, CancellationToken cancellation) => CallAsync(() => store.Receive(received));

    public Task SettleAsync(string key, Reason? unheard, CancellationToken cancellation) => CallAsync(() =>
    {
        store.Settle(key, unheard);
        return true;
    });

    public Task<ImmutableArray<JournalEvent>> UnsettledAsync(DateTimeOffset receivedBefore, int atMost, CancellationToken cancellation) =>
        CallAsync(() => store.Unsettled(receivedBefore).Take(atMost).ToImmutableArray());

    public Task<Kept> LoadAsync(string pipeline, CancellationToken cancellation) => CallAsync(() => store.Load(pipeline));

    public Task<Kept> KeepAsync(Kept before, Decision decision, CancellationToken cancellation)
    {
        var since = Work.Since;
        return CallAsync(() => store.Keep(before, decision, since));
    }

    public Task<ImmutableArray<string>> DueAsync(DateTimeOffset now, int atMost, CancellationToken cancellation) =>
        CallAsync(() => store.Due(now).Take(atMost).ToImmutableArray());

    public Task<ImmutableHashSet<string>> DecidedUnderAsync(string commit, CancellationToken cancellation) =>
        CallAsync(() => store.DecidedUnder(commit).ToImmutableHashSet(StringComparer.Ordinal));

    public Task<PolicyBundle?> ActivePolicyAsync(CancellationToken cancellation) => CallAsync(() => store.Active);

    public Task<string?> ActiveCommitAsync(CancellationToken cancellation) => CallAsync(() => store.Active?.Commit);

    // Policies come as on a laptop, from a repository that is watched; nothing is published here, so nothing of it is refused or owed.
    public Task<ImmutableArray<PolicyAnnouncement>> PolicyNewsAsync(int atMost, CancellationToken cancellation) =>
        CallAsync(() => ImmutableArray<PolicyAnnouncement>.Empty);

    public Task PolicyToldAsync(string id, CancellationToken cancellation) => throw NotAsked();

    public Task<PolicyBundle> ActivateAsync(PolicyBundle bundle, long expected, CancellationToken cancellation) => throw NotAsked();

    public Task<bool> RefuseAsync(PolicyRefusal refusal, CancellationToken cancellation) => throw NotAsked();

    public Task<ImmutableArray<PolicyRefusal>> PolicyRefusalsAsync(int atMost, CancellationToken cancellation) => throw NotAsked();

    public Task<ImmutableArray<DecisionRecord>> RecordsAsync(RecordQuery query, CancellationToken cancellation) => throw NotAsked();

    public Task<ImmutableArray<NumberedRecord>> FeedAsync(long after, int atMost, CancellationToken cancellation) => throw NotAsked();

    public Task<long> LatestNumberAsync(CancellationToken cancellation) => throw NotAsked();

    public Task<ImmutableDictionary<string, JournalEvent>> EventsAsync(IReadOnlyCollection<string> keys, CancellationToken cancellation) => throw NotAsked();

    public Task<ImmutableArray<JournalEvent>> LatestEventsAsync(bool refusedOnly, int atMost, CancellationToken cancellation) => throw NotAsked();

    public Task<EventCounts> CountEventsAsync(CancellationToken cancellation) => throw NotAsked();

    private static NotSupportedException NotAsked() => new("No worker reads this.");

    private Task<T> CallAsync<T>(Func<T> effect) => wire.CallAsync(life, () =>
    {
        store.Reach();
        return effect();
    });
}
