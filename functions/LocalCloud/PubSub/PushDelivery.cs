using System.Net;
using System.Net.Http.Headers;
using Google.Cloud.PubSub.V1;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace CdAutomation.LocalCloud.PubSub;

/// <summary>Carries the messages of push subscriptions to their endpoints, one loop a subscription. It also ends the leases of pull
/// subscriptions in time.</summary>
internal sealed partial class PushDelivery(Broker broker, PushTokens tokens, TimeProvider clock, ILogger log) : IDisposable
{
    private static readonly TimeSpan StoreRest = TimeSpan.FromSeconds(1);

    /// <summary>The HTTP timeout decides; the lease behind it only covers a loop that died.</summary>
    private static readonly TimeSpan LeaseSlack = TimeSpan.FromSeconds(30);

    // A redirect is an answer that is not 2xx: a failed delivery, not a second request to somewhere else.
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, UseCookies = false })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <summary>Runs until the subscription is deleted or the host stops.</summary>
    public async Task RunAsync(SubscriptionState state, CancellationToken stopping)
    {
        var window = new PushWindow();
        var sends = new List<Task<bool>>();
        try
        {
            while (true)
            {
                var changed = state.Changed.Next;
                await ReapAsync(sends, window);
                var (gone, wake) = Start(state, window, sends, stopping);
                if (gone)
                    break;
                await Pulse.WaitAsync(changed, wake - clock.GetUtcNow(), clock, stopping);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // What was under way is not acknowledged and is delivered again after the next start.
        }

        await ((Task)Task.WhenAll(sends)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Dispose() => _http.Dispose();

    private (bool Gone, DateTimeOffset? Wake) Start(
        SubscriptionState state, PushWindow window, List<Task<bool>> sends, CancellationToken stopping)
    {
        try
        {
            if (state.PushEndpoint.Length > 0 && window.Size > sends.Count)
                foreach (var received in broker.Take(state, window.Size - sends.Count, state.AckDeadline + LeaseSlack))
                    sends.Add(SendAsync(state, state.Definition, received, stopping));

            var (push, gone, idle, expiry) = broker.Look(state);
            var next = push && window.Size > sends.Count ? idle : null;
            return (gone, next is null || expiry < next ? expiry : next);
        }
        catch (SqliteException broken)
        {
            StoreFailed(log, state.Definition.Name, broken);
            return (false, clock.GetUtcNow() + StoreRest);
        }
    }

    private static async Task ReapAsync(List<Task<bool>> sends, PushWindow window)
    {
        foreach (var done in sends.FindAll(send => send.IsCompleted))
        {
            sends.Remove(done);
            if (await done)
                window.Succeeded();
            else
                window.Failed();
        }
    }

    private async Task<bool> SendAsync(
        SubscriptionState state, Subscription definition, ReceivedMessage received, CancellationToken stopping)
    {
        var refused = await PostAsync(definition, received, stopping);
        try
        {
            if (refused is null)
                broker.Acknowledge(state, [received.AckId]);
            else
                broker.ModifyDeadline(state, [received.AckId], 0);
        }
        catch (SqliteException broken)
        {
            // Not kept, so not acknowledged: the lease runs out and the message is delivered again.
            StoreFailed(log, definition.Name, broken);
        }

        if (refused is not null)
            PushFailed(log, received.Message.MessageId, definition.Name, refused);
        // Also when nothing was kept: the loop has a place free.
        state.Changed.Signal();
        return refused is null;
    }

    /// <summary>Null when the endpoint acknowledged, else why not.</summary>
    private async Task<string?> PostAsync(Subscription definition, ReceivedMessage received, CancellationToken stopping)
    {
        // Starting a request is work; off the loop, so that a slow name lookup does not hold the others.
        await Task.Yield();
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(definition.AckDeadlineSeconds), clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, stopping);
        using var request = Request(definition, received);
        try
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            // 102 acknowledges too, but HTTP clients, this one included, wait for the final answer behind it.
            return response.StatusCode is HttpStatusCode.OK or HttpStatusCode.Created or HttpStatusCode.Accepted or HttpStatusCode.NoContent
                ? null
                : $"status {(int)response.StatusCode}";
        }
        catch (HttpRequestException failed)
        {
            return failed.HttpRequestError.ToString();
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            return "no answer within the ack deadline";
        }
    }

    private HttpRequestMessage Request(Subscription definition, ReceivedMessage received)
    {
        var attempt = definition.DeadLetterPolicy is null ? (int?)null : received.DeliveryAttempt;
        var request = new HttpRequestMessage(HttpMethod.Post, definition.PushConfig.PushEndpoint)
        {
            Content = new ByteArrayContent(PushEnvelope.Write(received.Message, definition.Name, attempt)),
        };
        // Bare, without a charset: the Functions Framework takes a push envelope only so.
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        if (definition.PushConfig.OidcToken is { } identity)
        {
            var audience = identity.Audience.Length > 0 ? identity.Audience : definition.PushConfig.PushEndpoint;
            request.Headers.Authorization = new("Bearer", tokens.Issue(identity.ServiceAccountEmail, audience));
        }

        return request;
    }

    [LoggerMessage(1, LogLevel.Warning, "Message {Message} was not accepted by the endpoint of {Subscription}: {Reason}")]
    private static partial void PushFailed(ILogger log, string message, string subscription, string reason);

    [LoggerMessage(2, LogLevel.Error, "The store failed while delivering {Subscription}")]
    private static partial void StoreFailed(ILogger log, string subscription, SqliteException broken);
}
