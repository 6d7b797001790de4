using CdAutomation.Domain;

namespace CdAutomation.Triggers.Events;

/// <summary>What a request to an event function was found to be.</summary>
internal abstract record Push
{
    private Push() { }

    /// <summary>No body at all: Cloud Scheduler's plain POST.</summary>
    public sealed record Nothing : Push;

    /// <summary>A Pub/Sub message.</summary>
    /// <param name="Arrival">What its envelope says.</param>
    /// <param name="Data">Its data, decoded; may be empty.</param>
    public sealed record Message(Arrival Arrival, ReadOnlyMemory<byte> Data) : Push;

    /// <summary>Something that can never be understood, however often it is sent.</summary>
    public sealed record Refused(Arrival Arrival, Reason Reason) : Push;
}

/// <summary>What is known of something that arrived, whether or not it could be understood.</summary>
/// <param name="Key">Unique in the journal; the same message delivered again has the same.</param>
/// <param name="Topic">Id of the topic it came from, or was meant to come from.</param>
/// <param name="MessageId">Pub/Sub's id; where there is none, one made from the content.</param>
/// <param name="PublishedAt">When it was published, never later than it arrived.</param>
/// <param name="ArrivedAt">When we had it.</param>
/// <param name="Size">Bytes of the data, or of the whole body where the data was not reached.</param>
internal sealed record Arrival(string Key, string Topic, string MessageId, DateTimeOffset PublishedAt, DateTimeOffset ArrivedAt, long Size)
{
    /// <summary>The trace that the message carries, as W3C's <c>traceparent</c>; null where it has none. Anybody may have written it.</summary>
    public string? Origin { get; init; }
}
