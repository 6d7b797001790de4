using System.Text.Json;
using CdAutomation.Delivery;
using CdAutomation.Delivery.Telemetry;
using CdAutomation.Domain;
using CdAutomation.Domain.Releases;
using CdAutomation.Triggers.Logs;
using CdAutomation.Triggers.Telemetry;

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
    private readonly FailureNotes _failures;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;

    /// <summary>A receiver for all the functions of a process.</summary>
    public EventReceiver(Inbox inbox, TopicIds topics, FailureNotes failures, TimeProvider clock, ILogger<EventReceiver> log) =>
        (_inbox, _reader, _failures, _clock, _log) = (inbox, new PushReader(topics, clock), failures, clock, log);

    /// <summary>Takes a message and what it means.</summary>
    /// <param name="context">The request and its answer.</param>
    /// <param name="topic">Id of the topic that the function takes.</param>
    /// <param name="read">Reads the data, which is a JSON object.</param>
    internal Task ReceiveAsync(HttpContext context, string topic, Func<JsonElement, Arrival, Parsed<Signal>> read) =>
        AnswerAsync(context, topic, (push, cancellation) => push switch
        {
            Push.Message message => KeepAsync(message.Arrival, MessageContent.Read(message.Data, message.Arrival, read), cancellation),
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

        var push = await _reader.ReadAsync(context.Request, topic, context.RequestAborted);
        using var span = Incoming.Message(context, topic, push);
        try
        {
            await take(push, context.RequestAborted);
            context.Response.StatusCode = StatusCodes.Status204NoContent;
        }
        catch (JournalUnavailableException fault)
        {
            _log.JournalUnavailable(fault);
            span?.SetStatus(System.Diagnostics.ActivityStatusCode.Error, fault.Message);
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            // Kept later: to ask the store now would only hold up the answer.
            Remember(push, new("journal.unavailable", $"it could not be kept: {fault.Message.TrimEnd('.')}"));
            return;
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            Remember(push, new("delivery.cutOff", "the sender gave up before it was answered"));
            throw;
        }
        catch (Exception fault)
        {
            span?.AddException(fault).SetStatus(System.Diagnostics.ActivityStatusCode.Error, fault.GetType().Name);
            Remember(push, new("delivery.fault", $"{fault.GetType().Name} was thrown, which nobody foresaw; the log has it"));
            await _failures.KeepAsync();
            throw;
        }

        await _failures.KeepAsync();
    }

    private void Remember(Push push, Reason reason)
    {
        if (push is Push.Message message)
            _failures.Remember(message.Arrival, reason);
        else if (push is Push.Refused refused)
            _failures.Remember(refused.Arrival, reason);
    }

    private async Task KeepAsync(Arrival arrival, Parsed<Signal> meaning, CancellationToken cancellation)
    {
        var refusal = meaning.TryGetValue(out var signal) ? null : Joined([.. meaning.Problems]);
        await _inbox.ReceiveAsync(
            new(arrival.Key, arrival.Topic, arrival.MessageId, arrival.PublishedAt, arrival.ArrivedAt, signal, refusal, arrival.Size)
            {
                Origin = Traces.Present,
            },
            cancellation);
        if (refusal is null)
            _log.EventTaken(arrival.Key);
        else
            _log.EventRefused(arrival.Key, refusal.Code, refusal.Sentence);
    }

    private static Reason Joined(Reason[] problems) =>
        problems is [var only] ? only : new(problems[0].Code, string.Join("; ", problems.Select(problem => problem.Sentence)));
}
