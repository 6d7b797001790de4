using System.Collections.Immutable;
using CdAutomation.Delivery.Policies;
using CdAutomation.Domain;
using CdAutomation.Domain.Decisions;
using CdAutomation.Domain.Releases;

namespace CdAutomation.Delivery;

/// <summary>
/// What is remembered: received events and decisions, append-only, and each pipeline's state. Every call either took effect whole or not at all.
/// </summary>
/// <exception cref="JournalUnavailableException">Any call, when the store cannot be reached: the event must be delivered again.</exception>
public interface IJournal
{
    /// <summary>Appends an event once per key; a repetition is counted, not stored again.</summary>
    Task<Receipt> ReceiveAsync(JournalEvent received, CancellationToken cancellation);

    /// <summary>Notes that every pipeline concerned has kept its decision about the event.</summary>
    /// <param name="key">The event.</param>
    /// <param name="unheard">Why it concerned no pipeline; null when it concerned one, or was refused before.</param>
    /// <param name="cancellation">Stops.</param>
    Task SettleAsync(string key, Reason? unheard, CancellationToken cancellation);

    /// <summary>Events received before an instant and not settled: a worker died between. Oldest first.</summary>
    Task<ImmutableArray<JournalEvent>> UnsettledAsync(DateTimeOffset receivedBefore, int atMost, CancellationToken cancellation);

    /// <summary>A pipeline's state with its version.</summary>
    Task<Kept> LoadAsync(string pipeline, CancellationToken cancellation);

    /// <summary>Saves state and records in one transaction, if the version is still the one that was read.</summary>
    /// <exception cref="StateMovedException">Another worker was first: read again and decide again.</exception>
    Task<Kept> KeepAsync(Kept before, Decision decision, CancellationToken cancellation);

    /// <summary>Pipelines whose wake-up has come, the longest overdue first.</summary>
    Task<ImmutableArray<string>> DueAsync(DateTimeOffset now, int atMost, CancellationToken cancellation);

    /// <summary>Pipelines whose last decision was made under the commit.</summary>
    Task<ImmutableHashSet<string>> DecidedUnderAsync(string commit, CancellationToken cancellation);

    /// <summary>Decisions, newest first.</summary>
    Task<ImmutableArray<DecisionRecord>> RecordsAsync(RecordQuery query, CancellationToken cancellation);

    /// <summary>Decisions of all pipelines as they were kept, oldest first, after a number (0: from the beginning).</summary>
    Task<ImmutableArray<NumberedRecord>> FeedAsync(long after, int atMost, CancellationToken cancellation);

    /// <summary>The number of the latest decision; 0 when there is none.</summary>
    Task<long> LatestNumberAsync(CancellationToken cancellation);

    /// <summary>Received events by key; unknown keys are left out.</summary>
    Task<ImmutableDictionary<string, JournalEvent>> EventsAsync(IReadOnlyCollection<string> keys, CancellationToken cancellation);

    /// <summary>The latest events, newest first; with <paramref name="refusedOnly"/>, those that could not be understood or concerned nobody.</summary>
    Task<ImmutableArray<JournalEvent>> LatestEventsAsync(bool refusedOnly, int atMost, CancellationToken cancellation);

    /// <summary>How many events were received, and how many of them were refused.</summary>
    Task<EventCounts> CountEventsAsync(CancellationToken cancellation);

    /// <summary>The policies in force, or null before the first.</summary>
    Task<PolicyBundle?> ActivePolicyAsync(CancellationToken cancellation);

    /// <summary>The commit of the policies in force, read cheaply.</summary>
    Task<string?> ActiveCommitAsync(CancellationToken cancellation);

    /// <summary>Puts policies into force, all of them at once, if those in force are still the ones that were read; and owes the news of it.</summary>
    /// <param name="bundle">The policies; their number is given here.</param>
    /// <param name="expected">The number of those in force that the decision went by; 0 for none.</param>
    /// <param name="cancellation">Stops.</param>
    /// <returns>The bundle with its number.</returns>
    /// <exception cref="PolicyMovedException">Another worker was first: look again and decide again.</exception>
    Task<PolicyBundle> ActivateAsync(PolicyBundle bundle, long expected, CancellationToken cancellation);

    /// <summary>Keeps that policies did not come into force, and owes the news of it; the same refusal again is not kept again.</summary>
    /// <returns>Whether it is the first time.</returns>
    Task<bool> RefuseAsync(PolicyRefusal refusal, CancellationToken cancellation);

    /// <summary>Policies that did not come into force, newest first.</summary>
    Task<ImmutableArray<PolicyRefusal>> PolicyRefusalsAsync(int atMost, CancellationToken cancellation);

    /// <summary>News of policies that nobody has been told yet, oldest first.</summary>
    Task<ImmutableArray<PolicyAnnouncement>> PolicyNewsAsync(int atMost, CancellationToken cancellation);

    /// <summary>Notes that subscribers were told, or that telling them does not help.</summary>
    Task PolicyToldAsync(string id, CancellationToken cancellation);
}

/// <summary>An event as it was received.</summary>
/// <param name="Key">Unique: the same message delivered again has the same key.</param>
/// <param name="Topic">The topic it came from, or <c>request</c>.</param>
/// <param name="MessageId">Pub/Sub's id, or ours.</param>
/// <param name="PublishedAt">When it was published, as the envelope says; a hint.</param>
/// <param name="ReceivedAt">When we had it.</param>
/// <param name="Signal">What it means; null when it means nothing to us.</param>
/// <param name="Refusal">Why it means nothing; null when it means something.</param>
/// <param name="Size">Bytes of its data.</param>
/// <param name="Times">How often it was delivered.</param>
/// <param name="Settled">Whether every pipeline concerned has kept its decision.</param>
public sealed record JournalEvent(
    string Key,
    string Topic,
    string MessageId,
    DateTimeOffset PublishedAt,
    DateTimeOffset ReceivedAt,
    Signal? Signal,
    Reason? Refusal,
    long Size,
    int Times = 1,
    bool Settled = false)
{
    /// <summary>Where its receipt is traced, as W3C's <c>traceparent</c> names it; null where nobody traces.</summary>
    public string? Origin { get; init; }
}

/// <summary>What became of appending an event.</summary>
/// <param name="Again">It had been received before.</param>
/// <param name="Settled">Nothing is left to do about it.</param>
public sealed record Receipt(bool Again, bool Settled);

/// <summary>A pipeline's state as the store holds it.</summary>
/// <param name="Pipeline">Name of the pipeline.</param>
/// <param name="Version">0 for one never saved; rises by one with each save.</param>
/// <param name="State">The state.</param>
public sealed record Kept(string Pipeline, long Version, PipelineState State);

/// <summary>Which decisions to read.</summary>
/// <param name="Pipeline">Of one pipeline.</param>
/// <param name="Image">With this tag, or a digest that begins so (with or without <c>sha256:</c>, four digits at least); null for all.</param>
/// <param name="AtMost">No more than so many.</param>
public sealed record RecordQuery(string Pipeline, string? Image, int AtMost);

/// <summary>A decision and its place in the journal.</summary>
/// <param name="Number">Rises with each decision, with gaps.</param>
/// <param name="Record">The decision.</param>
public sealed record NumberedRecord(long Number, DecisionRecord Record);

/// <summary>How many events there were.</summary>
public sealed record EventCounts(long Received, long Refused);

/// <summary>Another worker kept a newer state first.</summary>
public sealed class StateMovedException(string pipeline) : Exception($"The state of {pipeline} was moved by another worker.");

/// <summary>Another worker put other policies into force first.</summary>
public sealed class PolicyMovedException() : Exception("Other policies were put into force by another worker.");

/// <summary>The store cannot be reached; nothing was kept.</summary>
public sealed class JournalUnavailableException(string message, Exception inner) : Exception(message, inner);
