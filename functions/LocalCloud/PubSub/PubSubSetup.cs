using Google.Cloud.PubSub.V1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Grpc.Net.Client;

namespace CdAutomation.LocalCloud.PubSub;

/// <summary>A topic, and the subscription that carries its messages to an endpoint.</summary>
/// <param name="Topic"><c>projects/{project}/topics/{topic}</c>; created when missing.</param>
/// <param name="Subscription"><c>projects/{project}/subscriptions/{subscription}</c>.</param>
/// <param name="Endpoint">Where messages are pushed; null for a subscription that is pulled.</param>
public sealed record PushRoute(string Topic, string Subscription, Uri? Endpoint)
{
    /// <summary>Where messages go that failed <see cref="MaxDeliveryAttempts"/> times; created when missing. Null: they are tried for
    /// ever.</summary>
    public string? DeadLetterTopic { get; init; }

    /// <summary>5 to 100.</summary>
    public int MaxDeliveryAttempts { get; init; } = 5;

    /// <summary>How long the endpoint may take to answer: 10 to 600 seconds, whole ones.</summary>
    public TimeSpan AckDeadline { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The wait after a first failure, 0 to 600 seconds; it doubles with each further one.</summary>
    public TimeSpan MinBackoff { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The longest wait, <see cref="MinBackoff"/> to 600 seconds.</summary>
    public TimeSpan MaxBackoff { get; init; } = TimeSpan.FromSeconds(600);

    /// <summary>
    /// No retry policy at all: what failed comes again at once, and the two waits above say nothing. Version 0.8.20 of Google's emulator
    /// forgets some of the messages that failed together where there is a policy.
    /// </summary>
    public bool RetriesAtOnce { get; init; }

    /// <summary>The service account whose token accompanies each push; null for none. The audience is the endpoint.</summary>
    public string? TokenServiceAccount { get; init; }
}

/// <summary>Makes topics and subscriptions as they are wanted, on the local Pub/Sub and on Google's emulator alike. Repeating it
/// changes nothing.</summary>
public static class PubSubSetup
{
    /// <param name="address"><c>host:port</c> of a Pub/Sub that speaks gRPC without TLS: <see cref="LocalPubSub.Address"/> or
    /// PUBSUB_EMULATOR_HOST.</param>
    /// <param name="routes">A subscription that exists is given the endpoint, deadline, backoff and dead letter policy named
    /// here, and never expires.</param>
    /// <exception cref="RpcException">Pub/Sub refused or could not be reached.</exception>
    /// <exception cref="InvalidOperationException">A subscription of that name exists on another topic, which Pub/Sub cannot
    /// change.</exception>
    public static async Task EnsureAsync(string address, IReadOnlyList<PushRoute> routes, CancellationToken cancellation)
    {
        using var channel = GrpcChannel.ForAddress($"http://{address}");
        var publisher = new Publisher.PublisherClient(channel);
        var subscriber = new Subscriber.SubscriberClient(channel);
        foreach (var topic in routes.SelectMany(route => new[] { route.Topic, route.DeadLetterTopic }).OfType<string>().Distinct())
            await EnsureAsync(publisher, topic, cancellation);
        foreach (var route in routes)
            await EnsureAsync(subscriber, route, cancellation);
    }

    private static async Task EnsureAsync(Publisher.PublisherClient publisher, string topic, CancellationToken cancellation)
    {
        try
        {
            await publisher.CreateTopicAsync(new Topic { Name = topic }, cancellationToken: cancellation);
        }
        catch (RpcException exists) when (exists.StatusCode == StatusCode.AlreadyExists)
        {
            // As wanted: a topic has nothing here that could differ.
        }
    }

    private static async Task EnsureAsync(Subscriber.SubscriberClient subscriber, PushRoute route, CancellationToken cancellation)
    {
        var wanted = Wanted(route);
        try
        {
            await subscriber.CreateSubscriptionAsync(wanted, cancellationToken: cancellation);
            return;
        }
        catch (RpcException exists) when (exists.StatusCode == StatusCode.AlreadyExists)
        {
            // Brought up to date below.
        }

        var present = await subscriber.GetSubscriptionAsync(new() { Subscription = route.Subscription }, cancellationToken: cancellation);
        if (present.Topic == ResourceName.DeletedTopic)
        {
            // Bound to a topic that is gone for good; the new topic of that name is another one.
            await subscriber.DeleteSubscriptionAsync(new() { Subscription = route.Subscription }, cancellationToken: cancellation);
            await subscriber.CreateSubscriptionAsync(wanted, cancellationToken: cancellation);
            return;
        }

        if (present.Topic != route.Topic)
            throw new InvalidOperationException(
                $"{route.Subscription} exists and is subscribed to {present.Topic}, not to {route.Topic}: delete it or rename.");
        var mask = new FieldMask { Paths = { "push_config", "ack_deadline_seconds", "retry_policy", "dead_letter_policy" } };
        // Asked for only where it is needed: Google's emulator cannot change it.
        if (present.ExpirationPolicy?.Ttl is not null)
            mask.Paths.Add("expiration_policy");
        await subscriber.UpdateSubscriptionAsync(new() { Subscription = wanted, UpdateMask = mask }, cancellationToken: cancellation);
    }

    private static Subscription Wanted(PushRoute route)
    {
        var wanted = new Subscription
        {
            Name = route.Subscription,
            Topic = route.Topic,
            AckDeadlineSeconds = (int)route.AckDeadline.TotalSeconds,
            PushConfig = new() { PushEndpoint = route.Endpoint?.AbsoluteUri ?? "" },
            RetryPolicy = route.RetriesAtOnce ? null : new()
            {
                MinimumBackoff = Duration.FromTimeSpan(route.MinBackoff),
                MaximumBackoff = Duration.FromTimeSpan(route.MaxBackoff),
            },
            // Empty, not absent: it would expire after 31 idle days otherwise.
            ExpirationPolicy = new(),
        };
        if (route.TokenServiceAccount is { } account)
            wanted.PushConfig.OidcToken = new() { ServiceAccountEmail = account };
        if (route.DeadLetterTopic is { } topic)
            wanted.DeadLetterPolicy = new() { DeadLetterTopic = topic, MaxDeliveryAttempts = route.MaxDeliveryAttempts };
        return wanted;
    }
}
