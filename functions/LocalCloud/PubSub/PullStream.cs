using Google.Cloud.PubSub.V1;
using Grpc.Core;

namespace CdAutomation.LocalCloud.PubSub;

/// <summary>One open StreamingPull: messages out, acknowledgements and new deadlines in. The client's limit of outstanding messages is
/// kept, its limit of
/// outstanding bytes is not.</summary>
internal sealed class PullStream
{
    private const int LargestBatch = 1_000;

    private readonly Broker _broker;
    private readonly SubscriptionState _state;
    private readonly TimeProvider _clock;
    private readonly TimeSpan _lease;
    private readonly long _most;
    private readonly HashSet<string> _outstanding = new(StringComparer.Ordinal);

    public PullStream(Broker broker, SubscriptionState state, TimeProvider clock, StreamingPullRequest first)
    {
        if (first.StreamAckDeadlineSeconds is < 10 or > 600)
            throw Refusal.Invalid($"Invalid ack deadline given (request:{first.StreamAckDeadlineSeconds}, min:10, max:600)");
        (_broker, _state, _clock) = (broker, state, clock);
        _lease = TimeSpan.FromSeconds(first.StreamAckDeadlineSeconds);
        // Zero and below: no limit (pubsub.proto, StreamingPullRequest.max_outstanding_messages).
        _most = first.MaxOutstandingMessages > 0 ? first.MaxOutstandingMessages : long.MaxValue;
        Hear(first);
    }

    public async Task RunAsync(
        IAsyncStreamReader<StreamingPullRequest> requests, IServerStreamWriter<StreamingPullResponse> responses,
        CancellationTokenSource ending)
    {
        var hearing = HearAsync(requests, ending.Token);
        var telling = TellAsync(responses, ending.Token);
        var first = await Task.WhenAny(hearing, telling);
        await ending.CancelAsync();
        // The other ends because of the first, and has nothing of its own to say.
        await Task.WhenAll(hearing, telling).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await first;
    }

    private async Task HearAsync(IAsyncStreamReader<StreamingPullRequest> requests, CancellationToken ending)
    {
        while (await requests.MoveNext(ending))
            Hear(requests.Current);
    }

    private void Hear(StreamingPullRequest request)
    {
        if (request.ModifyDeadlineSeconds.Count != request.ModifyDeadlineAckIds.Count)
            throw Refusal.Invalid("modify_deadline_seconds and modify_deadline_ack_ids must be of the same length");
        if (request.AckIds.Count > 0)
            _broker.Acknowledge(_state, request.AckIds);
        foreach (var (ackId, seconds) in request.ModifyDeadlineAckIds.Zip(request.ModifyDeadlineSeconds))
            _broker.ModifyDeadline(_state, [ackId], seconds);
    }

    private async Task TellAsync(IServerStreamWriter<StreamingPullResponse> responses, CancellationToken ending)
    {
        while (true)
        {
            var changed = _state.Changed.Next;
            _outstanding.RemoveWhere(ackId => !_broker.Holds(_state, ackId));
            var room = (int)Math.Min(_most - _outstanding.Count, LargestBatch);
            var messages = room > 0 ? _broker.Take(_state, room, _lease) : [];
            if (messages.Count > 0)
            {
                _outstanding.UnionWith(messages.Select(message => message.AckId));
                await responses.WriteAsync(new() { ReceivedMessages = { messages } }, ending);
                continue;
            }

            var (push, gone, idle, expiry) = _broker.Look(_state);
            if (gone || push)
                throw Refusal.NotFound("The subscription was deleted, or is delivered by push now.");
            var wake = room > 0 ? idle ?? expiry : expiry;
            await Pulse.WaitAsync(changed, wake - _clock.GetUtcNow(), _clock, ending);
        }
    }
}
