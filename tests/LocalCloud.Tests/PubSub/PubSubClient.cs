using Google.Cloud.PubSub.V1;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;

namespace CdAutomation.LocalCloud.Tests.PubSub;

/// <summary>The raw stubs against one address, in a project of its own so that tests do not see each other.</summary>
internal sealed class PubSubClient(string address) : IDisposable
{
    private readonly GrpcChannel _channel = GrpcChannel.ForAddress(
        $"http://{address}", new() { MaxReceiveMessageSize = null, MaxSendMessageSize = null });

    public string Project { get; } = $"projects/test-{Guid.NewGuid():N}";

    public string Address { get; } = address;

    public Publisher.PublisherClient Publisher => new(_channel);

    public Subscriber.SubscriberClient Subscriber => new(_channel);

    public string TopicName(string id) => $"{Project}/topics/{id}";

    public string SubscriptionName(string id) => $"{Project}/subscriptions/{id}";

    public async Task<string> TopicAsync(string id) => (await Publisher.CreateTopicAsync(new Topic { Name = TopicName(id) })).Name;

    public async Task<string> SubscriptionAsync(string id, string topic, Action<Subscription>? shape = null)
    {
        var subscription = new Subscription { Name = SubscriptionName(id), Topic = topic, AckDeadlineSeconds = 10 };
        shape?.Invoke(subscription);
        return (await Subscriber.CreateSubscriptionAsync(subscription)).Name;
    }

    public async Task<string> PublishAsync(string topic, string text) =>
        (await PublishAsync(topic, new PubsubMessage { Data = ByteString.CopyFromUtf8(text) }))[0];

    public async Task<IReadOnlyList<string>> PublishAsync(string topic, params PubsubMessage[] messages) =>
        [.. (await Publisher.PublishAsync(new() { Topic = topic, Messages = { messages } })).MessageIds];

    public async Task<IReadOnlyList<ReceivedMessage>> PullAsync(string subscription)
    {
#pragma warning disable CS0612 // Deprecated, and what makes "there is nothing" quick to see.
        var request = new PullRequest { Subscription = subscription, MaxMessages = 100, ReturnImmediately = true };
#pragma warning restore CS0612
        return (await Subscriber.PullAsync(request)).ReceivedMessages;
    }

    public Task<IReadOnlyList<ReceivedMessage>> PullSomeAsync(string subscription) =>
        Eventually.SeesAsync(() => PullAsync(subscription), messages => messages.Count > 0);

    public async Task AcknowledgeAsync(string subscription, params string[] ackIds) =>
        await Subscriber.AcknowledgeAsync(new() { Subscription = subscription, AckIds = { ackIds } });

    public void Dispose() => _channel.Dispose();

    public static async Task<StatusCode> StatusAsync<T>(AsyncUnaryCall<T> call)
    {
        try
        {
            await call;
            return StatusCode.OK;
        }
        catch (RpcException refused)
        {
            return refused.StatusCode;
        }
    }
}
