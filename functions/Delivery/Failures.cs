using System.Collections.Immutable;
using CdAutomation.Domain;

namespace CdAutomation.Delivery;

/// <summary>
/// Why messages were not acknowledged: the last failure of each, for whoever finds one among the dead letters. Not part of the journal's
/// truth; what is not here is not known.
/// </summary>
/// <exception cref="JournalUnavailableException">Any call, when the store cannot be reached.</exception>
public interface IFailures
{
    /// <summary>Keeps each in place of an earlier one of the same message, and forgets what is older than a message can be.</summary>
    Task NoteAsync(IReadOnlyCollection<Failure> failures, CancellationToken cancellation);

    /// <summary>The failures of messages with these contents, newest first.</summary>
    Task<ImmutableArray<Failure>> OfAsync(IReadOnlyCollection<string> contents, CancellationToken cancellation);
}

/// <summary>A message that was answered 5xx, or not in time.</summary>
/// <param name="Content">
/// The last part of the event's key. Pub/Sub gives a dead letter a new id, so that a message is known again by what it says and when it was
/// published.
/// </param>
/// <param name="Topic">Id of the topic it came from.</param>
/// <param name="MessageId">The id that it had there.</param>
/// <param name="PublishedAt">When it was published there, to the millisecond.</param>
/// <param name="At">When it failed last.</param>
/// <param name="Reason">Why.</param>
/// <param name="Times">How often it failed, as far as failures could be kept.</param>
public sealed record Failure(
    string Content, string Topic, string MessageId, DateTimeOffset PublishedAt, DateTimeOffset At, Reason Reason, int Times = 1)
{
    /// <summary>A message is retained for 31 days at the most (Pub/Sub's quota page); a failure has no use after that.</summary>
    public static readonly TimeSpan Use = TimeSpan.FromDays(31);
}
