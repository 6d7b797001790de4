using Google.Cloud.PubSub.V1;

namespace CdAutomation.LocalCloud.PubSub;

/// <summary>Topics, subscriptions and the messages between them. Each call is one step: first in the store, then in memory. Refusals
/// are thrown as RpcException.</summary>
internal sealed partial class Broker : IDisposable
{
    private readonly Lock _gate = new();
    private readonly MessageStore _store;
    private readonly TimeProvider _clock;
    private readonly PubSubFaults _faults;
    private readonly SortedDictionary<string, Topic> _topics = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, SubscriptionState> _subscriptions = new(StringComparer.Ordinal);
    private long _lastMessageId;

    public Broker(MessageStore store, TimeProvider clock, PubSubFaults faults)
    {
        (_store, _clock, _faults) = (store, clock, faults);
        _lastMessageId = store.LastMessageId();
        foreach (var topic in store.Topics())
            _topics.Add(topic.Name, topic);
        foreach (var subscription in store.Subscriptions())
            _subscriptions.Add(subscription.Name, new(subscription));
        foreach (var (subscription, message, failures, available) in store.Deliveries())
            if (_subscriptions.TryGetValue(subscription, out var state))
                state.Queue.Add(message, failures, available, copies: 1);
    }

    /// <summary>Raised, outside of the lock, when a subscription appears. Those already there are in <see cref="States"/>.</summary>
    public event Action<SubscriptionState>? Appeared;

    public IReadOnlyList<SubscriptionState> States()
    {
        lock (_gate)
            return [.. _subscriptions.Values];
    }

    /// <exception cref="Grpc.Core.RpcException">NOT_FOUND.</exception>
    public SubscriptionState State(string subscription)
    {
        lock (_gate)
            return Find(subscription);
    }

    public void Dispose()
    {
        lock (_gate)
            _store.Dispose();
    }

    private SubscriptionState Find(string subscription) =>
        _subscriptions.TryGetValue(ResourceName.Subscription(subscription), out var state)
            ? state
            : throw Refusal.NotFound($"Subscription does not exist (resource={ResourceName.Split(subscription).Id})");

    private Topic FindTopic(string topic) =>
        _topics.TryGetValue(ResourceName.Topic(topic), out var found)
            ? found
            : throw Refusal.NotFound($"Topic not found (resource={ResourceName.Split(topic).Id})");

    private List<SubscriptionState> SubscribersOf(string topic) =>
        [.. _subscriptions.Values.Where(state => state.Definition.Topic == topic)];
}

/// <summary>One subscription as it is now. Its queue is touched, and its definition replaced, under the broker's lock only.</summary>
internal sealed class SubscriptionState(Subscription definition)
{
    /// <summary>Replaced as a whole, never changed in place.</summary>
    public Subscription Definition { get; set; } = definition;

    public DeliveryQueue Queue { get; } = new();

    public Pulse Changed { get; } = new();

    /// <summary>True once the subscription was deleted: nothing more is delivered.</summary>
    public bool Gone { get; set; }

    public TimeSpan AckDeadline => TimeSpan.FromSeconds(Definition.AckDeadlineSeconds);

    public string PushEndpoint => Definition.PushConfig.PushEndpoint;
}
