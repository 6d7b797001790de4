using System.Runtime.CompilerServices;
using Google.Cloud.PubSub.V1;
using Grpc.Core;

namespace CdAutomation.Cli.DeadLetters;

/// <summary>
/// The pull subscription of the dead letters. Whatever is pulled is leased, and comes back: at once when it is given back, at the end of its
/// lease when this process dies.
/// </summary>
/// <param name="place">Where it is.</param>
/// <param name="wait">How long Pub/Sub may be silent before there is taken to be no more; it cannot be asked how many there are.</param>
internal sealed class DeadLetterQueue(PubSubPlace place, TimeSpan wait)
{
    private const int Batch = 100;

    /// <summary>A request may have 512 KiB (Pub/Sub's quota page), and an id some hundred bytes.</summary>
    private const int IdsMax = 1_000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly Subscriber.SubscriberClient _subscriber = new(place.Invoker);
    private readonly Publisher.PublisherClient _publisher = new(place.Invoker);
    private readonly HashSet<string> _held = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string?> _topics = new(StringComparer.Ordinal);

    /// <summary>What is there now, each letter once, up to a number. It ends too where only known ones come: their leases have run out.</summary>
    public async IAsyncEnumerable<ReceivedMessage> PullAsync(int atMost, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (seen.Count < atMost)
        {
            var pulled = await PullOnceAsync(Math.Min(Batch, atMost - seen.Count), cancellation);
            // All of them at once: whoever has seen enough may leave in the middle.
            _held.UnionWith(pulled.Select(received => received.AckId));
            var fresh = pulled.Where(received => seen.Add(received.Message.MessageId)).ToArray();
            if (fresh.Length == 0)
                yield break;
            foreach (var received in fresh)
                yield return received;
        }
    }

    /// <summary>Full name of the topic of a subscription; null when either is gone, or may not be read.</summary>
    public async Task<string?> TopicOfAsync(string? subscription, CancellationToken cancellation)
    {
        if (subscription is null)
            return null;
        if (_topics.TryGetValue(subscription, out var known))
            return known;

        string? topic = null;
        try
        {
            var headers = await place.HeadersAsync(cancellation);
            var found = await _subscriber.GetSubscriptionAsync(
                new GetSubscriptionRequest { Subscription = subscription }, headers, Deadline(Patience), cancellation);
            topic = found.Topic.StartsWith("projects/", StringComparison.Ordinal) ? found.Topic : null;
        }
        catch (RpcException missing) when (missing.StatusCode is StatusCode.NotFound or StatusCode.PermissionDenied or StatusCode.InvalidArgument)
        {
            // It was deleted, is none of ours, or never was a subscription: the letter still can be read.
        }

        return _topics[subscription] = topic;
    }

    /// <summary>Publishes a message; its new id.</summary>
    public async Task<string> PublishAsync(string topic, PubsubMessage message, CancellationToken cancellation)
    {
        var headers = await place.HeadersAsync(cancellation);
        var answer = await _publisher.PublishAsync(
            new PublishRequest { Topic = topic, Messages = { message } }, headers, Deadline(Patience), cancellation);
        return answer.MessageIds[0];
    }

    /// <summary>Done with: it never comes again.</summary>
    public async Task AcknowledgeAsync(string ackId, CancellationToken cancellation)
    {
        var headers = await place.HeadersAsync(cancellation);
        await _subscriber.AcknowledgeAsync(
            new AcknowledgeRequest { Subscription = place.Subscription, AckIds = { ackId } }, headers, Deadline(Patience), cancellation);
        _held.Remove(ackId);
    }

    /// <summary>
    /// Gives back all that was pulled and not acknowledged, so that whoever looks next finds it. Not to be broken off: it would be hidden for
    /// a while.
    /// </summary>
    public async Task GiveBackAsync()
    {
        foreach (var ids in _held.Chunk(IdsMax))
        {
            var headers = await place.HeadersAsync(CancellationToken.None);
            await _subscriber.ModifyAckDeadlineAsync(
                new ModifyAckDeadlineRequest { Subscription = place.Subscription, AckIds = { ids }, AckDeadlineSeconds = 0 }, headers, Deadline(Patience));
        }

        _held.Clear();
    }

    /// <summary>
    /// What Pub/Sub hands out now, asked again until it was silent for long enough. Never a pull that waits: when it is broken off, the
    /// server may still lease to it what is given back a moment later, and that would be hidden.
    /// </summary>
    private async Task<IReadOnlyList<ReceivedMessage>> PullOnceAsync(int atMost, CancellationToken cancellation)
    {
#pragma warning disable CS0612 // Discouraged by Google for subscribers that live long; the only pull that leaves nothing behind.
        var request = new PullRequest { Subscription = place.Subscription, MaxMessages = atMost, ReturnImmediately = true };
#pragma warning restore CS0612
        for (var begun = TimeProvider.System.GetTimestamp(); ;)
        {
            var headers = await place.HeadersAsync(cancellation);
            // Not to be broken off either.
            var pulled = (await _subscriber.PullAsync(request, headers, Deadline(Patience), CancellationToken.None)).ReceivedMessages;
            if (pulled.Count > 0 || TimeProvider.System.GetElapsedTime(begun) >= wait)
                return pulled;
            await Task.Delay(Pause, TimeProvider.System, cancellation);
        }
    }

    private static DateTime Deadline(TimeSpan patience) => TimeProvider.System.GetUtcNow().UtcDateTime + patience;
}
