using System.Text.Json;
using System.Text.RegularExpressions;
using CdAutomation.Delivery;
using CdAutomation.Delivery.Policies;
using CdAutomation.Domain.Images;
using CdAutomation.Domain.Rollouts;
using CdAutomation.GoogleCloud.Calls;
using CdAutomation.GoogleCloud.Identity;
using Google.Cloud.PubSub.V1;
using Google.Protobuf;
using Grpc.Core;

namespace CdAutomation.GoogleCloud.PubSub;

/// <summary>
/// The <c>deployments</c> topic, one message an outcome and target. A deployment is a CDEvent inside a CloudEvent in binary mode: its
/// attributes can be filtered by, and it comes to an HTTP receiver of CloudEvents as one when the subscription unwraps it. The announcement is its
/// <c>customData</c>; of other outcomes it is the data itself. Attributes <c>id</c>, <c>pipeline</c>, <c>stage</c>, <c>outcome</c> and
/// <c>target</c> are there for subscription filters, always. What becomes of policies is told there too: data is the <see cref="PolicyAnnouncement"/>
/// as JSON, attributes are <c>id</c>, <c>outcome</c> (<c>policyActivated</c>, <c>policyRefused</c>, <c>policyHeld</c>) and <c>commit</c> where
/// it is known. A message may come twice; its <c>id</c> is the same then. Where there is a trace, <c>traceparent</c> and
/// <c>googclient_traceparent</c> tell subscribers of it.
/// </summary>
public sealed partial class DeploymentsTopic : IAnnounce, IDisposable
{
    private readonly string _topic;
    private readonly GoogleChannel _channel;
    private readonly CallPolicies _policies;
    private readonly Publisher.PublisherClient _publisher;

    /// <summary>A topic that exists.</summary>
    /// <exception cref="ArgumentException">The topic's name is none.</exception>
    public DeploymentsTopic(PubSubOptions options, IAccessTokens tokens, TimeProvider clock)
    {
        if (options.Topic is null || !TopicPattern().IsMatch(options.Topic))
            throw new ArgumentException($"{Excerpt.Of(options.Topic)} is no topic: projects/PROJECT/topics/NAME is.", nameof(options));
        _topic = options.Topic;
        _channel = new GoogleChannel(options.Endpoint, tokens, $"topic={Uri.EscapeDataString(_topic)}");
        _policies = new CallPolicies(options.Limits, clock);
        _publisher = new Publisher.PublisherClient(_channel.Invoker);
    }

    /// <inheritdoc/>
    public Task<StepResult> TellAsync(Announcement announcement, CancellationToken cancellation) => PublishAsync(MessageOf(announcement), cancellation);

    /// <inheritdoc/>
    public Task<StepResult> TellAsync(PolicyAnnouncement announcement, CancellationToken cancellation) =>
        PublishAsync(MessageOf(announcement), cancellation);

    /// <summary>Closes the connection.</summary>
    public void Dispose() => _channel.Dispose();

    private async Task<StepResult> PublishAsync(PubsubMessage message, CancellationToken cancellation)
    {
        using var span = Publication.Start(_topic, message);
        var request = new PublishRequest { Topic = _topic, Messages = { message } };
        var reply = await CallError.CatchAsync(
            _policies.Repeatable,
            token => _channel.CallAsync((headers, stop) => _publisher.PublishAsync(request, headers, cancellationToken: stop), token),
            cancellation);
        span.End(reply);
        return reply.TryGet(out _, out var error) ? new StepResult.Done(null) : ResultOf(error);
    }

    private PubsubMessage MessageOf(Announcement announcement)
    {
        var deployment = CdEvent.Of(announcement, _topic.Split('/')[1]);
        var message = new PubsubMessage
        {
            Data = ByteString.CopyFrom(deployment is null
                ? JsonSerializer.SerializeToUtf8Bytes(announcement, AnnouncementJson.Default.Announcement)
                : JsonSerializer.SerializeToUtf8Bytes(deployment, AnnouncementJson.Default.CdEvent)),
            Attributes =
            {
                ["id"] = announcement.Id,
                ["pipeline"] = announcement.Pipeline,
                ["stage"] = announcement.Stage,
                ["outcome"] = announcement.Outcome,
                ["target"] = announcement.Target,
            },
        };
        foreach (var (name, value) in deployment?.Envelope() ?? [])
            message.Attributes[name] = value;
        return message;
    }

    private static PubsubMessage MessageOf(PolicyAnnouncement announcement)
    {
        var message = new PubsubMessage
        {
            Data = ByteString.CopyFrom(JsonSerializer.SerializeToUtf8Bytes(announcement, AnnouncementJson.Default.PolicyAnnouncement)),
            Attributes = { ["id"] = announcement.Id, ["outcome"] = announcement.Outcome },
        };
        if (announcement.Commit is { } commit)
            message.Attributes["commit"] = commit;
        return message;
    }

    private StepResult ResultOf(CallError error) => error.Code switch
    {
        StatusCode.NotFound => new StepResult.Failed(new("pubsub.topicMissing",
            $"{_topic} does not exist: create it, or configure no topic ({error.Message})")),
        StatusCode.PermissionDenied => new StepResult.Failed(new("pubsub.denied",
            $"our account may not publish to {_topic}: grant it roles/pubsub.publisher ({error.Message})")),
        StatusCode.InvalidArgument or StatusCode.FailedPrecondition or StatusCode.Unimplemented or StatusCode.OutOfRange =>
            new StepResult.Failed(new("pubsub.refused", $"{_topic} refuses the message: {error.Message}")),
        _ => new StepResult.Unfinished(new("pubsub.unreachable", $"{_topic} could not be told ({error.Code}): {error.Message}")),
    };

    // Resource names of Pub/Sub: a project id (domain-scoped ones have a colon), a topic id of 3 to 255 characters.
    [GeneratedRegex(@"^projects/[a-z][a-z0-9.:-]{1,100}/topics/[A-Za-z][A-Za-z0-9._~+%-]{2,254}\z",
        RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex TopicPattern();
}
