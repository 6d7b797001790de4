using System.Text.Json;
using System.Text.Json.Nodes;
using CdAutomation.GoogleCloud.Tests;
using Google.Cloud.PubSub.V1;
using Google.Protobuf;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace CdAutomation.EndToEnd.Stage;

/// <summary>
/// Makes of the webhook of a CNCF registry (distribution, "Work with notifications") what Artifact Registry publishes to its topic
/// <c>gcr</c>.
/// </summary>
internal sealed class WebhookForwarder : IAsyncDisposable
{
    // The registry tells of every blob as well.
    private static readonly string[] Manifests =
    [
        "application/vnd.oci.image.manifest.v1+json",
        "application/vnd.oci.image.index.v1+json",
        "application/vnd.docker.distribution.manifest.v2+json",
        "application/vnd.docker.distribution.manifest.list.v2+json",
    ];

    private readonly GrpcChannel _channel;
    private readonly string _topic;
    private LocalServer? _server;
    private int _lost;

    private WebhookForwarder(GrpcChannel channel, string topic) => (_channel, _topic) = (channel, topic);

    /// <summary>Where the registry is to send.</summary>
    public Uri Address => _server!.Address;

    /// <summary>While true, what the registry tells goes no further, as if Artifact Registry had not published it.</summary>
    public bool Loses { get; set; }

    /// <summary>How many pushes were lost.</summary>
    public int Lost => Volatile.Read(ref _lost);

    /// <param name="pubsub"><c>host:port</c>.</param>
    /// <param name="topic">Full name of the topic.</param>
    public static async Task<WebhookForwarder> StartAsync(string pubsub, string topic)
    {
        var forwarder = new WebhookForwarder(GrpcChannel.ForAddress($"http://{pubsub}"), topic);
        forwarder._server = await LocalServer.StartAsync(HttpProtocols.Http1, app => app.Run(forwarder.ForwardAsync));
        return forwarder;
    }

    public async ValueTask DisposeAsync()
    {
        await _server!.DisposeAsync();
        _channel.Dispose();
    }

    private async Task ForwardAsync(HttpContext context)
    {
        using var body = await JsonDocument.ParseAsync(context.Request.Body);
        foreach (var told in body.RootElement.GetProperty("events").EnumerateArray().Where(IsPushOfAManifest))
        {
            if (Loses)
            {
                Interlocked.Increment(ref _lost);
                continue;
            }

            var message = new PubsubMessage { Data = ByteString.CopyFromUtf8(Announcement(told.GetProperty("target"))) };
            await new Publisher.PublisherClient(_channel).PublishAsync(new PublishRequest { Topic = _topic, Messages = { message } });
        }
    }

    private static bool IsPushOfAManifest(JsonElement told) =>
        told.GetProperty("action").GetString() == "push"
        && Manifests.Contains(told.GetProperty("target").GetProperty("mediaType").GetString());

    private static string Announcement(JsonElement target)
    {
        var repository = $"{Policies.Host}/{target.GetProperty("repository").GetString()}";
        var announcement = new JsonObject
        {
            ["action"] = "INSERT",
            ["digest"] = $"{repository}@{target.GetProperty("digest").GetString()}",
        };
        if (target.TryGetProperty("tag", out var tag))
            announcement["tag"] = $"{repository}:{tag.GetString()}";
        return announcement.ToJsonString();
    }
}
