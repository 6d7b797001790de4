using System.Collections.Immutable;
using CdAutomation.Domain;

namespace CdAutomation.Cli.DeadLetters;

/// <summary>The dead letters of a subscription, as far as Pub/Sub handed them out.</summary>
/// <param name="Subscription">Its full name.</param>
/// <param name="Letters">The longest published first.</param>
internal sealed record DeadLetterReport(string Subscription, ImmutableArray<DeadLetter> Letters);

/// <summary>A message that kept failing.</summary>
/// <param name="Id">The id that it has among the dead letters; it had another before.</param>
/// <param name="Topic">Full name of the topic that it was published to; null where that cannot be found out any more.</param>
/// <param name="Subscription">Full name of the subscription that gave it up; null where the message does not say.</param>
/// <param name="PublishedAt">When it was published first.</param>
/// <param name="DeadAt">When it was given up.</param>
/// <param name="Attempts">How often it was delivered in vain; null where the message does not say.</param>
/// <param name="Size">Bytes of its data.</param>
/// <param name="What">What it says, in words.</param>
/// <param name="Image">The image that it is about, <c>host/path[:tag][@digest]</c>, or null.</param>
/// <param name="Content">The fingerprint of its data, by which its failures are found.</param>
/// <param name="Reason">Why it failed the last time.</param>
internal sealed record DeadLetter(
    string Id,
    string? Topic,
    string? Subscription,
    DateTimeOffset PublishedAt,
    DateTimeOffset DeadAt,
    int? Attempts,
    int Size,
    string What,
    string? Image,
    string Content,
    Reason Reason);

/// <summary>What became of a dead letter.</summary>
/// <param name="Id">Its id among the dead letters.</param>
/// <param name="Done"><c>replayed</c>, <c>dropped</c>, or <c>left</c> where neither could be done.</param>
/// <param name="NewId">Its new id on its own topic, or the journal's key of the drop; null where it was left.</param>
/// <param name="Problem">Why it was left; null where it was not.</param>
internal sealed record DeadLetterOutcome(string Id, string Done, string? NewId, Reason? Problem);
