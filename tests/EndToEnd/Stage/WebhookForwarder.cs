using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Cloud.PubSub.V1;
using Google.Protobuf;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

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

    private readonly WebApplication _app;
    private readonly GrpcChannel _channel;
    private readonly string _topic;
    private int _lost;

    private WebhookForwarder(WebApplication app, GrpcChannel channel, string topic) =>
        (_app, _channel, _topic) = (app, channel, topic);

    /// <summary>Where the registry is to send.</summary>
    public Uri Address => new(
        _app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First());

    /// <summary>While true, what the registry tells goes no further, as if Artifact Registry had not published it.</summary>
    public bool Loses { get; set; }

    /// <summary>How many pushes were lost.</summary>
    public int Lost => Volatile.Read(ref _lost);

    /// <param name="pubsub"><c>host:port</c>.</param>
    /// <param name="topic">Full name of the topic.</param>
    public static async Task<WebhookForwarder> StartAsync(string pubsub, string topic)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var forwarder = new WebhookForwarder(app, GrpcChannel.ForAddress($"http://{pubsub}"), topic);
        app.Run(forwarder.ForwardAsync);
        await app.StartAsync();
        return forwarder;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
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
