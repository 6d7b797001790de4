using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Google.Cloud.PubSub.V1;
using Google.Protobuf.WellKnownTypes;

namespace CdAutomation.LocalCloud.PubSub;

/// <summary>The body of a push (Google's push guide, "wrapped"): ids and times under both spellings, what is empty left out.</summary>
internal static class PushEnvelope
{
    // Relaxed: Google does not write + and < as escapes, and neither is harmful in application/json.
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="attempt">Given only for a subscription with a dead letter policy.</param>
    public static byte[] Write(PubsubMessage message, string subscription, int? attempt)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Plain))
        {
            json.WriteStartObject();
            if (attempt is { } count)
                json.WriteNumber("deliveryAttempt", count);
            json.WriteStartObject("message");
            Write(json, message);
            json.WriteEndObject();
            json.WriteString("subscription", subscription);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>RFC 3339 in UTC with milliseconds, as Pub/Sub writes publish times.</summary>
    public static string Time(Timestamp time) => time.ToDateTime().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static void Write(Utf8JsonWriter json, PubsubMessage message)
    {
        if (message.Attributes.Count > 0)
        {
            json.WriteStartObject("attributes");
            foreach (var (key, value) in message.Attributes.OrderBy(pair => pair.Key, StringComparer.Ordinal))
                json.WriteString(key, value);
            json.WriteEndObject();
        }

        // Written even when empty, as Google's emulator does.
        json.WriteBase64String("data", message.Data.Span);
        json.WriteString("messageId", message.MessageId);
        json.WriteString("message_id", message.MessageId);
        if (message.OrderingKey.Length > 0)
            json.WriteString("orderingKey", message.OrderingKey);
        var published = Time(message.PublishTime);
        json.WriteString("publishTime", published);
        json.WriteString("publish_time", published);
    }
}
