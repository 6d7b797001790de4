using Google.Cloud.PubSub.V1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace CdAutomation.LocalCloud.PubSub;

/// <summary>google.pubsub.v1.Subscriber. What is not here (snapshots, Seek) answers UNIMPLEMENTED.</summary>
internal sealed class SubscriberService(Broker broker, TimeProvider clock, Stopping stopping) : Subscriber.SubscriberBase
{
    /// <summary>How long Pull waits for a first message before it answers with none.</summary>
    private static readonly TimeSpan LongestPull = TimeSpan.FromSeconds(10);
    private const int LargestPull = 1_000;

    public override Task<Subscription> CreateSubscription(Subscription request, ServerCallContext context) =>
        Task.FromResult(broker.CreateSubscription(request));

    public override Task<Subscription> GetSubscription(GetSubscriptionRequest request, ServerCallContext context) =>
        Task.FromResult(broker.GetSubscription(request.Subscription));

    public override Task<Subscription> UpdateSubscription(UpdateSubscriptionRequest request, ServerCallContext context) =>
        Task.FromResult(broker.UpdateSubscription(request.Subscription ?? new(), request.UpdateMask));

    public override Task<ListSubscriptionsResponse> ListSubscriptions(ListSubscriptionsRequest request, ServerCallContext context)
    {
        var (page, next) = broker.ListSubscriptions(request.Project, request.PageSize, request.PageToken);
        return Task.FromResult(new ListSubscriptionsResponse { Subscriptions = { page }, NextPageToken = next });
    }

    public override Task<Empty> DeleteSubscription(DeleteSubscriptionRequest request, ServerCallContext context)
    {
        broker.DeleteSubscription(request.Subscription);
        return Task.FromResult(new Empty());
    }

    public override Task<Empty> ModifyPushConfig(ModifyPushConfigRequest request, ServerCallContext context)
    {
        broker.ModifyPushConfig(request.Subscription, request.PushConfig);
        return Task.FromResult(new Empty());
    }

    public override Task<Empty> Acknowledge(AcknowledgeRequest request, ServerCallContext context)
    {
        broker.Acknowledge(broker.State(request.Subscription), request.AckIds);
        return Task.FromResult(new Empty());
    }

    public override Task<Empty> ModifyAckDeadline(ModifyAckDeadlineRequest request, ServerCallContext context)
    {
        broker.ModifyDeadline(broker.State(request.Subscription), request.AckIds, request.AckDeadlineSeconds);
        return Task.FromResult(new Empty());
    }

    public override async Task<PullResponse> Pull(PullRequest request, ServerCallContext context)
    {
        if (request.MaxMessages <= 0)
            throw Refusal.Invalid("max_messages must be a positive number");
        var state = PullState(request.Subscription);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, stopping.Token);
        var giveUp = clock.GetUtcNow() + LongestPull;
        while (true)
        {
            var changed = state.Changed.Next;
            var messages = broker.Take(state, Math.Min(request.MaxMessages, LargestPull), state.AckDeadline);
            var now = clock.GetUtcNow();
#pragma warning disable CS0612 // Deprecated by Google, and still what older clients send.
            var waits = messages.Count == 0 && !request.ReturnImmediately && now < giveUp && !state.Gone;
#pragma warning restore CS0612
            if (!waits)
                return new() { ReceivedMessages = { messages } };

            var due = broker.Look(state).NextIdle;
            await Pulse.WaitAsync(changed, (due < giveUp ? due.Value : giveUp) - now, clock, either.Token);
        }
    }

    public override async Task StreamingPull(
        IAsyncStreamReader<StreamingPullRequest> requestStream, IServerStreamWriter<StreamingPullResponse> responseStream,
        ServerCallContext context)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, stopping.Token);
        if (!await requestStream.MoveNext(either.Token))
            return;
        var stream = new PullStream(broker, PullState(requestStream.Current.Subscription), clock, requestStream.Current);
        try
        {
            await stream.RunAsync(requestStream, responseStream, either);
        }
        catch (OperationCanceledException) when (stopping.Token.IsCancellationRequested)
        {
            // The status on which Google's clients open the stream anew.
            throw new RpcException(new Status(StatusCode.Unavailable, "the service is stopping"));
        }
    }

    private SubscriptionState PullState(string name)
    {
        var state = broker.State(name);
        return state.PushEndpoint.Length == 0
            ? state
            : throw Refusal.Precondition("This method is not supported for this subscription type: it has a push endpoint.");
    }
}

/// <summary>Cancelled when the host begins to stop, so that long calls end before the server waits for them.</summary>
internal sealed record Stopping(CancellationToken Token);
