using Google.Cloud.PubSub.V1;
using Encoding = System.Text.Encoding;

namespace CdAutomation.LocalCloud.PubSub;

/// <summary>Google's limits of one publish request (Pub/Sub quotas page): 10 MB and 1,000 messages, 100 attributes a message, 256
/// bytes a key, 1,024 bytes a value
/// and an ordering key.</summary>
internal static class PublishRules
{
    public const int LargestRequest = 10_000_000;
    public const int MostMessages = 1_000;

    // Google's clients write the trace here ("OpenTelemetry tracing" of Pub/Sub), and of all keys with goog the service lets it pass; others of
    // theirs, as googclient_x-cloud-trace-context, it refuses (googleapis/nodejs-pubsub, issue 1389).
    private const string TraceKey = "googclient_traceparent";

    private const int MostAttributes = 100;
    private const int LongestKey = 256;
    private const int LongestValue = 1_024;

    public static void Check(PublishRequest request)
    {
        if (request.Messages.Count == 0)
            throw Refusal.Invalid("The value for messages is too small: a publish request needs at least one message.");
        if (request.Messages.Count > MostMessages)
            throw Refusal.Invalid(
                $"The value for message_count is too large. You passed {request.Messages.Count}, the maximum value is {MostMessages}.");
        if (request.CalculateSize() > LargestRequest)
            throw Refusal.Invalid(
                $"The value for request_size is too large. You passed {request.CalculateSize()}, the maximum value is {LargestRequest}.");
        foreach (var message in request.Messages)
            Check(message);
    }

    private static void Check(PubsubMessage message)
    {
        if (message.Data.IsEmpty && message.Attributes.Count == 0)
            throw Refusal.Invalid("Some messages are empty");
        if (message.Attributes.Count > MostAttributes)
            throw Refusal.Invalid($"A message may have {MostAttributes} attributes; one has {message.Attributes.Count}.");
        foreach (var (key, value) in message.Attributes)
        {
            if (key.Length == 0 || (key.StartsWith("goog", StringComparison.Ordinal) && key != TraceKey) || Encoding.UTF8.GetByteCount(key) > LongestKey)
                throw Refusal.Invalid($"An attribute key has 1 to {LongestKey} bytes and does not start with \"goog\".");
            if (Encoding.UTF8.GetByteCount(value) > LongestValue)
                throw Refusal.Invalid($"An attribute value has at most {LongestValue} bytes.");
        }

        if (Encoding.UTF8.GetByteCount(message.OrderingKey) > LongestValue)
            throw Refusal.Invalid($"An ordering key has at most {LongestValue} bytes.");
    }
}
