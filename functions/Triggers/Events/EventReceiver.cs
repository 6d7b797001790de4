using System.Text.Json;
using CdAutomation.Delivery;
using CdAutomation.Domain;
using CdAutomation.Domain.Releases;
using CdAutomation.Triggers.Logs;

namespace CdAutomation.Triggers.Events;

/// <summary>
/// Takes a posted message into the journal and answers. 204 means that it is kept, understood or not, and must not come again; 503 that
/// it is
/// not, and must. What throws beyond that is a fault of ours, which the host answers with 500, to the same effect.
/// </summary>
public sealed class EventReceiver
{
    private readonly Inbox _inbox;
    private readonly PushReader _reader;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;

    /// <summary>A receiver for all the functions of a process.</summary>
    public EventReceiver(Inbox inbox, TopicIds topics, TimeProvider clock, ILogger<EventReceiver> log) =>
        (_inbox, _reader, _clock, _log) = (inbox, new PushReader(topics, clock), clock, log);

    /// <summary>Takes a message and what it means.</summary>
    /// <param name="context">The request and its answer.</param>
    /// <param name="topic">Id of the topic that the function takes.</param>
    /// <param name="read">Reads the data, which is a JSON object.</param>
    internal Task ReceiveAsync(HttpContext context, string topic, Func<JsonElement, Arrival, Parsed<Signal>> read) =>
        AnswerAsync(context, topic, (push, cancellation) => push switch
        {
            Push.Message message => KeepAsync(message.Arrival, Meaning(message, read), cancellation),
            Push.Refused refused => KeepAsync(refused.Arrival, refused.Reason, cancellation),
            _ => KeepAsync(
                new Circumstances(topic, null, null, null, null, _clock.GetUtcNow()).Arrived([], 0),
                new Reason("message.empty", "the body is empty"),
                cancellation),
        });

    /// <summary>Takes a message that means nothing but that it is time; only one that cannot be understood is journalled.</summary>
    internal Task TickAsync(HttpContext context, string topic, Func<CancellationToken, Task> tick) =>
        AnswerAsync(context, topic, async (push, cancellation) =>
        {
            if (push is Push.Refused refused)
            {
                await KeepAsync(refused.Arrival, refused.Reason, cancellation);
                return;
            }

            await tick(cancellation);
            _log.TickDone();
        });

    private async Task AnswerAsync(HttpContext context, string topic, Func<Push, CancellationToken, Task> take)
    {
        if (!HttpMethods.IsPost(context.Request.Method))
        {
            context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            context.Response.Headers.Allow = HttpMethods.Post;
            return;
        }

        try
        {
            await take(await _reader.ReadAsync(context.Request, topic, context.RequestAborted), context.RequestAborted);
            context.Response.StatusCode = StatusCodes.Status204NoContent;
        }
        catch (JournalUnavailableException fault)
        {
            _log.JournalUnavailable(fault);
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        }
    }

    private async Task KeepAsync(Arrival arrival, Parsed<Signal> meaning, CancellationToken cancellation)
    {
        var refusal = meaning.TryGetValue(out var signal) ? null : Joined([.. meaning.Problems]);
        await _inbox.ReceiveAsync(
            new(arrival.Key, arrival.Topic, arrival.MessageId, arrival.PublishedAt, arrival.ArrivedAt, signal, refusal, arrival.Size),
            cancellation);
        if (refusal is null)
            _log.EventTaken(arrival.Key);
        else
            _log.EventRefused(arrival.Key, refusal.Code, refusal.Sentence);
    }

    private static Parsed<Signal> Meaning(Push.Message message, Func<JsonElement, Arrival, Parsed<Signal>> read)
    {
        if (message.Data.IsEmpty)
            return new Reason("message.noData", "the message has no data");

        var parsed = StrictJson.Read(message.Data, "the message's data");
        if (!parsed.TryGetValue(out var document))
            return Parsed<Signal>.Refused(parsed.Problems);
        using (document)
            return read(document.RootElement, message.Arrival);
    }

    private static Reason Joined(Reason[] problems) =>
        problems is [var only] ? only : new(problems[0].Code, string.Join("; ", problems.Select(problem => problem.Sentence)));
}
