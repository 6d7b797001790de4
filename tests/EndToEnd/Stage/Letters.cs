using System.Text.Json;
using CdAutomation.LocalCloud.PubSub;
using Google.Cloud.PubSub.V1;
using Google.Protobuf;
using Grpc.Net.Client;

namespace CdAutomation.EndToEnd.Stage;

/// <summary>Messages on the topic <c>gcr</c> of a running <c>up</c>, and a second subscription of it that can be made to fail.</summary>
internal sealed class Letters(Up up) : IDisposable
{
    public const string Topic = "projects/local/topics/gcr";
    public const string Subscription = "projects/local/subscriptions/gcr-second";

    /// <summary>Nobody listens there.</summary>
    public static readonly Uri Nowhere = new("http://127.0.0.1:1/");

    private const string Copies = "projects/local/subscriptions/gcr-copies";

    private readonly GrpcChannel _channel = GrpcChannel.ForAddress($"http://{up.PubSub}");

    public Uri Function => new($"{up.Web}/functions/OnImagePushed");

    /// <summary>Sends what comes from now on there; given up after five times, the least that Pub/Sub allows.</summary>
    public Task SubscribeAsync(Uri endpoint) => PubSubSetup.EnsureAsync(
        up.PubSub,
        [
            new(Topic, Subscription, endpoint)
            {
                AckDeadline = TimeSpan.FromSeconds(30),
                RetriesAtOnce = true,
                DeadLetterTopic = "projects/local/topics/cd-dead-letters",
                MaxDeliveryAttempts = 5,
            },
            new(Topic, Copies, null),
        ],
        CancellationToken.None);

    /// <returns>The message's id.</returns>
    public async Task<string> PublishAsync(string data, params (string Key, string Value)[] attributes)
    {
        var message = new PubsubMessage { Data = ByteString.CopyFromUtf8(data) };
        foreach (var (key, value) in attributes)
            message.Attributes.Add(key, value);
        var answer = await new Publisher.PublisherClient(_channel).PublishAsync(new PublishRequest { Topic = Topic, Messages = { message } });
        return answer.MessageIds.Single();
    }

    /// <summary>The message of that id as every subscriber of the topic has it.</summary>
    public Task<PubsubMessage?> CopyAsync(string id) => Eventually.SeesAsync<PubsubMessage?>(
        $"message {id} is on {Topic}",
        async () =>
        {
            var pulled = await new Subscriber.SubscriberClient(_channel).PullAsync(new PullRequest { Subscription = Copies, MaxMessages = 10 });
            return pulled.ReceivedMessages.Select(received => received.Message).FirstOrDefault(message => message.MessageId == id);
        },
        message => message is not null);

    /// <summary>What <c>cdctl deadletters list --json</c> tells, by what each letter is.</summary>
    public async Task<Dictionary<string, JsonElement>> ListAsync()
    {
        using var told = JsonDocument.Parse((await up.CdctlAsync("deadletters", "list", "--json")).Succeeded().Output);
        return told.RootElement.GetProperty("letters").EnumerateArray().ToDictionary(letter => letter.GetProperty("what").GetString()!, letter => letter.Clone());
    }

    public async Task<Dictionary<string, JsonElement>> ListAsync(int count)
    {
        Dictionary<string, JsonElement> letters = [];
        await Eventually.SeesAsync<string>(
            $"there are {count} dead letters",
            async () => string.Join("; ", (letters = await ListAsync()).Keys),
            _ => letters.Count == count);
        return letters;
    }

    public void Dispose() => _channel.Dispose();
}
