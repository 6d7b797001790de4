using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace CdAutomation.LocalCloud.PubSub;

/// <summary>Pub/Sub on a laptop: google.pubsub.v1 over gRPC without TLS, delivered by push or pull, at least once and in no promised
/// order.</summary>
public sealed class LocalPubSub : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly Dictionary<SubscriptionState, Task> _deliveries = [];
    private readonly Lock _gate = new();
    private readonly Broker _broker;
    private readonly PushTokens _tokens;
    private readonly PushDelivery _push;
    private LoopbackHost? _host;

    private LocalPubSub(LocalPubSubOptions options, MessageStore store)
    {
        _broker = new(store, options.Clock, options.Faults);
        _tokens = new(options.Clock);
        _push = new(_broker, _tokens, options.Clock, options.Loggers.CreateLogger<LocalPubSub>());
    }

    /// <summary>Where the gRPC services listen, as PUBSUB_EMULATOR_HOST wants it: <c>127.0.0.1:PORT</c>.</summary>
    public string Address => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{_host!.Port(0)}");

    /// <summary>The JSON Web Key Set by which receivers check push tokens. The key is a new one after each start.</summary>
    public Uri Keys => new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_host!.Port(1)}/jwks"));

    /// <exception cref="IOException">The port is taken, or the data directory is used by another host or was written by a newer
    /// version.</exception>
    public static async Task<LocalPubSub> StartAsync(LocalPubSubOptions options, CancellationToken cancellation)
    {
        var pubSub = new LocalPubSub(options, new MessageStore(options.DataDirectory));
        try
        {
            pubSub._host = await pubSub.ListenAsync(options, cancellation);
        }
        catch
        {
            await pubSub.DisposeAsync();
            throw;
        }

        // Only now: a message kept from before may be for an endpoint that asks our key set.
        pubSub._broker.Appeared += pubSub.Deliver;
        foreach (var state in pubSub._broker.States())
            pubSub.Deliver(state);
        return pubSub;
    }

    /// <summary>Ends open calls and deliveries; what is not acknowledged is delivered again after the next start.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        if (_host is not null)
            await _host.DisposeAsync();
        Task[] deliveries;
        lock (_gate)
            deliveries = [.. _deliveries.Values];
        await Task.WhenAll(deliveries);
        _push.Dispose();
        _tokens.Dispose();
        _broker.Dispose();
        _stopping.Dispose();
    }

    private Task<LoopbackHost> ListenAsync(LocalPubSubOptions options, CancellationToken cancellation) => LoopbackHost.StartAsync(
        [(options.Port, HttpProtocols.Http2), (options.KeysPort, HttpProtocols.Http1)],
        options.Loggers,
        // A streaming pull may be silent for hours.
        kestrel => kestrel.Limits.MinRequestBodyDataRate = null,
        services =>
        {
            // Above the limit of a request, so that ours is the sentence that refuses one.
            services.AddGrpc(grpc => grpc.MaxReceiveMessageSize = PublishRules.LargestRequest + 2_000_000);
            services.AddSingleton(new PublisherService(_broker));
            services.AddSingleton(new SubscriberService(_broker, options.Clock, new(_stopping.Token)));
            services.AddSingleton(new IamService(_broker));
        },
        app =>
        {
            app.MapGrpcService<PublisherService>();
            app.MapGrpcService<SubscriberService>();
            app.MapGrpcService<IamService>();
            app.MapGet("/jwks", (HttpContext http) =>
            {
                http.Response.ContentType = "application/json";
                return http.Response.Body.WriteAsync(_tokens.KeySet()).AsTask();
            });
        },
        cancellation);

    private void Deliver(SubscriptionState state)
    {
        lock (_gate)
        {
            // Asked for twice when it appears while the host is starting.
            if (_stopping.IsCancellationRequested || _deliveries.ContainsKey(state))
                return;
            foreach (var ended in _deliveries.Where(delivery => delivery.Value.IsCompletedSuccessfully).ToList())
                _deliveries.Remove(ended.Key);
            _deliveries.Add(state, Task.Run(() => _push.RunAsync(state, _stopping.Token)));
        }
    }
}
