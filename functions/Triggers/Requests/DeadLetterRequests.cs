using System.Text.Json;
using CdAutomation.Delivery;
using CdAutomation.Domain;
using CdAutomation.Triggers.Events;

namespace CdAutomation.Triggers.Requests;

/// <summary>What the API knows of messages that ended among the dead letters: why they failed, and who dropped one.</summary>
public sealed class DeadLetterRequests(IJournal journal, IFailures failures, TimeProvider clock)
{
    /// <summary>The most contents that one question names.</summary>
    public const int ContentsMax = 100;

    private const int SizeMax = 64 * 1024;

    internal async Task<ApiResult> FailuresAsync(IQueryCollection query, CancellationToken cancellation)
    {
        var contents = query["content"].OfType<string>().ToArray();
        return contents.Length is >= 1 and <= ContentsMax && contents.All(MessageContent.IsFingerprint)
            ? ApiResult.Of(new FailuresReport(await failures.OfAsync(contents, cancellation)), ApiJson.Default.FailuresReport)
            : Malformed($"content is to be given 1 to {ContentsMax} times, each time with 16 hexadecimal digits");
    }

    /// <summary>Journals that a dead letter is dropped, by whom and why. Asked twice, it is journalled once.</summary>
    internal async Task<ApiResult> DropAsync(string id, HttpRequest request, string actor, CancellationToken cancellation)
    {
        var body = await BoundedBody.ReadAsync(request, SizeMax, cancellation);
        if (Read(body) is not { } order)
            return Malformed("the body is no JSON object of topic, content, publishedAt and reason");
        if (!Circumstances.IsMessageId(id) || !TopicIds.IsId(order.Topic) || !MessageContent.IsFingerprint(order.Content))
            return Malformed("id, topic or content is not of the form that Pub/Sub or an event's key has");
        if (string.IsNullOrWhiteSpace(order.Reason) || order.Reason.Length > OrderIntake.ReasonMax || order.Reason.Any(char.IsControl))
            return Malformed($"reason is to be one line of 1 to {OrderIntake.ReasonMax} characters");

        var dropped = new Reason("deadLetter.dropped", $"dropped from the dead letters by {actor}: {order.Reason.Trim()}");
        var received = new JournalEvent(
            $"dropped/{id}/{order.Content}", order.Topic, id, order.PublishedAt, clock.GetUtcNow(), null, dropped, order.Size);
        await journal.ReceiveAsync(received, cancellation);
        await journal.SettleAsync(received.Key, null, cancellation);
        return ApiResult.Of(new DropAnswer(received.Key), ApiJson.Default.DropAnswer);
    }

    private static DropOrder? Read(BoundedBody body)
    {
        try
        {
            // A property that is left out is null whatever its type says.
            return body.Whole && JsonSerializer.Deserialize(body.Bytes.Span, ApiJson.Default.DropOrder)
                is { Topic: not null, Content: not null, Reason: not null } order ? order : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static ApiResult Malformed(string detail) => ApiResult.Of(
        StatusCodes.Status400BadRequest, "request.deadLetter", "The request is not understood", detail, "use 'cdctl deadletters'");
}

/// <summary>Why messages failed.</summary>
/// <param name="Failures">The newest first.</param>
public sealed record FailuresReport(System.Collections.Immutable.ImmutableArray<Failure> Failures);

/// <summary>A dead letter is to be dropped.</summary>
/// <param name="Topic">Id of the topic it came from.</param>
/// <param name="Content">The fingerprint of its data.</param>
/// <param name="PublishedAt">When it was published there.</param>
/// <param name="Size">Bytes of its data.</param>
/// <param name="Reason">Why, in one line.</param>
public sealed record DropOrder(string Topic, string Content, DateTimeOffset PublishedAt, long Size, string Reason);

/// <summary>It stands in the journal.</summary>
/// <param name="Event">Under this key.</param>
public sealed record DropAnswer(string Event);
