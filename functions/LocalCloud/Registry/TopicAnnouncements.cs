using Google.Cloud.PubSub.V1;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;

namespace CdAutomation.LocalCloud.Registry;

/// <summary>Publishes to <c>projects/{project}/topics/gcr</c>, as Artifact Registry does. Unlike it, a topic that is missing is waited
/// for, so that a start
/// in another order loses nothing.</summary>
public sealed class TopicAnnouncements : IAnnouncements, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly GrpcChannel _channel;
    private readonly Publisher.PublisherClient _publisher;
    private readonly string _topic;
    private readonly TimeProvider _clock;

    /// <param name="address"><c>host:port</c> of a Pub/Sub that speaks gRPC without TLS.</param>
    /// <param name="project">The project id whose registry this is.</param>
    /// <param name="clock">Measures how long an answer is waited for: 10 seconds.</param>
    public TopicAnnouncements(string address, string project, TimeProvider clock)
    {
        _channel = GrpcChannel.ForAddress($"http://{address}");
        _publisher = new(_channel);
        _topic = $"projects/{project}/topics/gcr";
        _clock = clock;
    }

    /// <inheritdoc/>
    public async ValueTask PublishAsync(byte[] json, CancellationToken cancellation)
    {
        using var patience = new CancellationTokenSource(Patience, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellation);
        try
        {
            await _publisher.PublishAsync(
                new PublishRequest { Topic = _topic, Messages = { new PubsubMessage { Data = ByteString.CopyFrom(json) } } },
                cancellationToken: either.Token);
        }
        catch (RpcException refused) when (!cancellation.IsCancellationRequested)
        {
            throw new AnnouncementFailedException($"{_topic} did not take the announcement: {refused.StatusCode}", refused);
        }
    }

    public void Dispose() => _channel.Dispose();
}
