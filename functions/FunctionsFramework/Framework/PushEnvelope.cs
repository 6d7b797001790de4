using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using CloudNative.CloudEvents;
using Microsoft.AspNetCore.Http;

namespace Google.Cloud.Functions.Framework;

/// <summary>
/// The body that a Pub/Sub push subscription posts (Google's guide "Push subscriptions", wrapped), turned into the CloudEvent it stands
/// for.
/// </summary>
internal static partial class PushEnvelope
{
    /// <summary>What the official framework says where the push address does not name the topic.</summary>
    private const string UnknownTopic = "projects/unknown-project!/topics/unknown-topic!";

    public static CloudEvent ToCloudEvent(PathString path, byte[] body)
    {
        using var document = JsonDocument.Parse(body);
        var envelope = document.RootElement.Clone();
        var message = envelope.GetProperty("message");
        _ = envelope.GetProperty("subscription");
        var topic = TopicPath().Match(path.Value ?? "") is { Success: true } match ? match.Groups["topic"].Value : UnknownTopic;
        var cloudEvent = new CloudEvent(CloudEventsSpecVersion.V1_0)
        {
            Id = message.GetProperty("messageId").GetString(),
            Type = "google.cloud.pubsub.topic.v1.messagePublished",
            Source = new Uri($"//pubsub.googleapis.com/{topic}", UriKind.RelativeOrAbsolute),
            DataContentType = "application/json",
            Data = envelope,
        };
        if (message.TryGetProperty("publishTime", out var time))
            cloudEvent.Time = DateTimeOffset.Parse(time.GetString() ?? "", CultureInfo.InvariantCulture);
        cloudEvent["topic"] = topic.Split('/')[^1];
        return cloudEvent;
    }

    [GeneratedRegex(@"(?:^|/)(?<topic>projects/[^/]+/topics/[^/]+)/?\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex TopicPath();
}
