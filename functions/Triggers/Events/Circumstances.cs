using System.Text.Json;
using System.Text.RegularExpressions;
using CdAutomation.Domain;
using CdAutomation.GoogleCloud.PubSub;

namespace CdAutomation.Triggers.Events;

/// <summary>
/// Everything around a message's data: gathered from the address, the headers and the envelope, each of which may be missing or wrong.
/// </summary>
/// <param name="Own">Id of the topic that the function takes.</param>
/// <param name="Named">Id of the topic that the address or the event's source names; null where neither does.</param>
/// <param name="Hinted">The topic that the subscription's name hints at, or null.</param>
/// <param name="MessageId">An id of Pub/Sub's shape, or null.</param>
/// <param name="PublishedAt">As the envelope says.</param>
/// <param name="Now">The instant of arrival.</param>
internal sealed partial record Circumstances(
    string Own, string? Named, string? Hinted, string? MessageId, DateTimeOffset? PublishedAt, DateTimeOffset Now)
{
    /// <summary>The trace that the message's attributes name, or null.</summary>
    public string? Origin { get; init; }

    /// <summary>Why the function is not the one to take it, or null. A mere hint is no reason: the data's shape decides then.</summary>
    public Reason? Misdirection => Named is null || Named == Own
        ? null
        : new("message.wrongTopic", $"it comes from topic '{Named}', where '{Own}' is taken");

    /// <summary>Whether the text can be an id of Pub/Sub's, which are digits, or of something that imitates it.</summary>
    public static bool IsMessageId(string? text) => text is not null && MessageIdPattern().IsMatch(text);

    /// <summary>With what the attributes of a CloudEvent say.</summary>
    public Circumstances With(EventAttributes attributes) => this with
    {
        Named = TopicIds.NamedIn(attributes.Source) ?? Named,
        MessageId = IsMessageId(attributes.Id) ? attributes.Id : MessageId,
    };

    /// <summary>With what the envelope says.</summary>
    public Circumstances With(JsonElement message, string? hinted)
    {
        var id = ((JsonElement?)message).Text("messageId", 128) ?? ((JsonElement?)message).Text("message_id", 128);
        var attributes = message.Object("attributes");
        return this with
        {
            // Google's own is newer where a message has both: its client writes it as the message leaves.
            Origin = attributes.Text(Publication.GooglesAttribute, 128) ?? attributes.Text(Publication.Attribute, 128),
            Hinted = hinted,
            MessageId = IsMessageId(id) ? id : MessageId,
            PublishedAt = message.Time("publishTime") ?? message.Time("publish_time"),
        };
    }

    /// <summary>The message has this content.</summary>
    /// <param name="content">The data; the body, or its beginning, where the data was not reached.</param>
    /// <param name="size">Bytes of it all.</param>
    public Arrival Arrived(ReadOnlySpan<byte> content, long size)
    {
        var hash = MessageContent.Fingerprint(content);
        var topic = Named ?? Hinted ?? Own;
        var id = MessageId ?? $"sha256-{hash}";
        // A clock that is ahead must not make a message come from the future; one from before the epoch is a mistake.
        var published = PublishedAt is { } at && at <= Now && at >= DateTimeOffset.UnixEpoch ? at : Now;
        return new($"{topic}/{id}/{hash}", topic, id, published, Now, size) { Origin = Origin };
    }

    [GeneratedRegex(@"^[A-Za-z0-9._:-]{1,128}\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex MessageIdPattern();
}
