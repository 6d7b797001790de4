using System.Text.Json;
using CdAutomation.Domain;
using CdAutomation.Domain.Images;

namespace CdAutomation.Triggers.Events;

/// <summary>
/// Reads what is posted to an event function: the envelope of a push subscription (Google's guide "Push subscriptions", wrapped), as it
/// is or
/// as the data of a CloudEvent, binary or structured (CloudEvents HTTP protocol binding 1.0.2). Content types and charsets refuse nothing:
/// a refusal by status would only bring the message again.
/// </summary>
internal sealed class PushReader(TopicIds topics, TimeProvider clock)
{
    /// <summary>Cloud Run takes no larger request over HTTP/1 (its quota page); a Pub/Sub message has 10 MB at most.</summary>
    public const int BodyMax = 32 * 1024 * 1024;

    private const string MessagePublished = "google.cloud.pubsub.topic.v1.messagePublished";

    /// <summary>Reads a request.</summary>
    /// <param name="request">A POST.</param>
    /// <param name="own">Id of the topic that the function takes.</param>
    /// <param name="cancellation">Stops.</param>
    public async Task<Push> ReadAsync(HttpRequest request, string own, CancellationToken cancellation)
    {
        var body = await BoundedBody.ReadAsync(request, BodyMax, cancellation);
        var attributes = EventAttributes.OfHeaders(request);
        var around = new Circumstances(own, TopicIds.NamedIn(request.Path), null, null, null, clock.GetUtcNow()).With(attributes);
        if (!body.Whole)
        {
            return Refused(
                around, body, "message.tooLarge", $"the body has {body.Size} bytes or more, where {BodyMax} are the most");
        }

        if (body.Size == 0 && !attributes.IsEvent)
            return new Push.Nothing();
        if (Opened(body.Bytes, "the body", out var problem) is not { } document)
            return Refused(around, body, problem!);

        using (document)
        {
            return EventAttributes.IsStructured(request)
                ? Structured(document.RootElement, around, body)
                : Envelope(document.RootElement, attributes.Type, around, body);
        }
    }

    private Push Structured(JsonElement cloudEvent, Circumstances around, BoundedBody body)
    {
        var attributes = EventAttributes.OfBody(cloudEvent);
        around = around.With(attributes);
        if (cloudEvent.Object("data") is { } data)
            return Envelope(data, attributes.Type, around, body);
        if (cloudEvent.TextOrProblem("data_base64", out _) is null)
            return Refused(around, body, "event.data", "the CloudEvent has no data that is an object");
        if (!cloudEvent.GetProperty("data_base64").TryGetBytesFromBase64(out var bytes))
            return Refused(around, body, "message.base64", "the CloudEvent's data_base64 is not base64");
        if (Opened(bytes, "the CloudEvent's data", out var problem) is not { } document)
            return Refused(around, body, problem!);

        using (document)
            return Envelope(document.RootElement, attributes.Type, around, body);
    }

    private Push Envelope(JsonElement envelope, string? type, Circumstances around, BoundedBody body)
    {
        if (type is not null and not MessagePublished)
            return Refused(around, body, "event.type", $"the CloudEvent is of type {Excerpt.Of(type)}, where {MessagePublished} is known");
        if (envelope.Object("message") is not { } message)
            return Refused(around, body, "message.missing", "there is no message object; a push subscription must wrap what it sends");

        around = around.With(message, topics.HintedBy(((JsonElement?)envelope).Text("subscription", 600)));
        if (around.Misdirection is { } misdirection)
            return Refused(around, body, misdirection);
        if (message.TextOrProblem("messageId", out var problem) is { } id && !Circumstances.IsMessageId(id))
            problem = new("message.id", $"messageId is {Excerpt.Of(id)}, which is none of Pub/Sub's");
        if (problem is not null)
            return Refused(around, body, problem);
        if (string.IsNullOrEmpty(message.TextOrProblem("data", out problem)))
            return problem is null ? new Push.Message(around.Arrived([], 0), default) : Refused(around, body, problem);

        return message.GetProperty("data").TryGetBytesFromBase64(out var data)
            ? new Push.Message(around.Arrived(data, data.Length), data)
            : Refused(around, body, "message.base64", "the message's data is not base64");
    }

    private static JsonDocument? Opened(ReadOnlyMemory<byte> bytes, string what, out Reason? problem)
    {
        var read = StrictJson.Read(bytes, what);
        problem = read.Problems.FirstOrDefault();
        return read.TryGetValue(out var document) ? document : null;
    }

    private static Push.Refused Refused(Circumstances around, BoundedBody body, string code, string sentence) =>
        Refused(around, body, new Reason(code, sentence));

    private static Push.Refused Refused(Circumstances around, BoundedBody body, Reason reason) =>
        new(around.Arrived(body.Bytes.Span, body.Size), reason);
}
