using System.Globalization;
using Google.Cloud.PubSub.V1;

namespace CdAutomation.LocalCloud.PubSub;

internal sealed partial class Broker
{
    /// <summary>Below the 4 MiB that a gRPC client takes by default, with room for the frame around the messages.</summary>
    private const int LargestBatch = 3_500_000;

    /// <summary>Leases up to that many messages that are due. Leases that ran out before are counted as failures first.</summary>
    public IReadOnlyList<ReceivedMessage> Take(SubscriptionState state, int most, TimeSpan lease)
    {
        lock (_gate)
        {
            var now = _clock.GetUtcNow();
            ExpireLeases(state, now);
            var taken = new List<ReceivedMessage>();
            for (var bytes = 0; taken.Count < most && bytes < LargestBatch && !state.Gone;)
            {
                if (state.Queue.Take(now, lease) is not { } next)
                    break;
                if (_store.Message(next.MessageId) is not { } body)
                {
                    state.Queue.Remove(next.MessageId);
                    continue;
                }

                var received = Received(state.Definition, next, body);
                bytes += received.CalculateSize();
                if (taken.Count > 0 && bytes > LargestBatch)
                {
                    state.Queue.Retry(next.MessageId, next.Attempt - 1, now);
                    break;
                }

                taken.Add(received);
            }

            return taken;
        }
    }

    /// <summary>Counts the leases that ran out, and says when to look again: for a push at the next message that is due, and always at
    /// the next lease that ends.</summary>
    public (bool Push, bool Gone, DateTimeOffset? NextIdle, DateTimeOffset? NextExpiry) Look(SubscriptionState state)
    {
        lock (_gate)
        {
            ExpireLeases(state, _clock.GetUtcNow());
            return (state.PushEndpoint.Length > 0, state.Gone, state.Queue.NextIdle, state.Queue.NextExpiry);
        }
    }

    /// <summary>Durable when it returns. An id that is late still counts, as long as the message is owed; one that is done is no
    /// error.</summary>
    public void Acknowledge(SubscriptionState state, IEnumerable<string> ackIds)
    {
        var parsed = ackIds.Select(ParsedAckId).ToList();
        lock (_gate)
        {
            var known = parsed.Select(id => id.Message).Distinct().Where(state.Queue.Knows).ToList();
            var done = known.FindAll(state.Queue.IsLastCopy);
            if (done.Count > 0)
                _store.Acknowledge(state.Definition.Name, done);
            done.ForEach(state.Queue.Remove);
            var now = _clock.GetUtcNow();
            foreach (var message in known.Except(done))
                state.Queue.DropCopy(message, now);
            state.Changed.Signal();
        }
    }

    /// <summary>A deadline of zero gives the message back as failed; any other counts from now. Only the present holder is
    /// heard.</summary>
    public void ModifyDeadline(SubscriptionState state, IEnumerable<string> ackIds, int seconds)
    {
        if (seconds is < 0 or > 600)
            throw Refusal.Invalid($"Invalid ack deadline given (request:{seconds}, min:0, max:600)");
        var parsed = ackIds.Select(ParsedAckId).ToList();
        lock (_gate)
        {
            var now = _clock.GetUtcNow();
            foreach (var (message, lease) in parsed.Where(id => state.Queue.Holds(id.Message, id.Lease)))
                if (seconds == 0)
                    Fail(state, message, state.Queue.Attempt(message), now);
                else
                    state.Queue.Extend(message, lease, now + TimeSpan.FromSeconds(seconds));
            state.Changed.Signal();
        }
    }

    public bool Holds(SubscriptionState state, string ackId)
    {
        var (message, lease) = ParsedAckId(ackId);
        lock (_gate)
            return state.Queue.Holds(message, lease);
    }

    private void ExpireLeases(SubscriptionState state, DateTimeOffset now)
    {
        foreach (var lease in state.Queue.Expired(now))
            Fail(state, lease.MessageId, lease.Attempt, now);
    }

    private void Fail(SubscriptionState state, long message, int failures, DateTimeOffset now)
    {
        var definition = state.Definition;
        if (RetryRules.GivesUp(definition, failures) && TryDeadLetter(state, message, failures, now))
            return;

        var available = now + RetryRules.Backoff(definition, failures);
        _store.Failed(definition.Name, message, failures, available);
        state.Queue.Retry(message, failures, available);
    }

    /// <summary>False when the dead letter topic has been deleted: the message then goes on being delivered rather than being
    /// lost.</summary>
    private bool TryDeadLetter(SubscriptionState state, long message, int failures, DateTimeOffset now)
    {
        var definition = state.Definition;
        if (!_topics.ContainsKey(definition.DeadLetterPolicy.DeadLetterTopic) || _store.Message(message) is not { } body)
            return false;

        var copy = Stamped(DeadLettered(body, definition.Name, failures), now);
        var subscribers = SubscribersOf(definition.DeadLetterPolicy.DeadLetterTopic);
        _store.DeadLetter(definition.Name, message, copy, subscribers.ConvertAll(it => it.Definition.Name), now);
        state.Queue.Remove(message);
        foreach (var subscriber in subscribers)
            Enqueue(subscriber, [copy.Id], now);
        return true;
    }

    /// <summary>The attributes Google adds to a forwarded message (Google's dead letter topics guide).</summary>
    private static PubsubMessage DeadLettered(PubsubMessage body, string subscription, int attempts)
    {
        var copy = body.Clone();
        var (project, id) = ResourceName.Split(subscription);
        copy.Attributes["CloudPubSubDeadLetterSourceDeliveryCount"] = attempts.ToString(CultureInfo.InvariantCulture);
        copy.Attributes["CloudPubSubDeadLetterSourceSubscription"] = id;
        copy.Attributes["CloudPubSubDeadLetterSourceSubscriptionProject"] = project;
        copy.Attributes["CloudPubSubDeadLetterSourceTopicPublishTime"] =
            body.PublishTime.ToDateTime().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'+00:00'", CultureInfo.InvariantCulture);
        return copy;
    }

    private static ReceivedMessage Received(Subscription subscription, Lease lease, PubsubMessage body) => new()
    {
        AckId = $"{lease.MessageId}.{lease.Number}",
        Message = body,
        DeliveryAttempt = subscription.DeadLetterPolicy is null ? 0 : lease.Attempt,
    };

    private static (long Message, long Lease) ParsedAckId(string ackId)
    {
        var parts = ackId.Split('.', 3);
        if (parts.Length == 2 && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var message)
            && long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var lease))
            return (message, lease);
        throw Refusal.Invalid($"Invalid ack id (ack_id={(ackId.Length <= 100 ? ackId : ackId[..100] + "…")})");
    }
}
