using System.Globalization;
using CdAutomation.Domain;
using CdAutomation.Domain.Images;
using CdAutomation.Domain.Releases;
using CdAutomation.Triggers.Events;
using Google.Cloud.PubSub.V1;

namespace CdAutomation.Cli.DeadLetters;

/// <summary>Reads what Pub/Sub and the message itself say of a dead letter.</summary>
internal static class DeadLetterReader
{
    /// <summary>What all attributes begin with that Pub/Sub adds to a dead letter (its page "Dead-letter topics").</summary>
    public const string Prefix = "CloudPubSubDeadLetter";

    private const string Attempts = Prefix + "SourceDeliveryCount";
    private const string SubscriptionId = Prefix + "SourceSubscription";
    private const string SubscriptionProject = Prefix + "SourceSubscriptionProject";
    private const string PublishTime = Prefix + "SourceTopicPublishTime";

    /// <summary>The letter, without the topic and the reason, which it does not carry itself.</summary>
    public static DeadLetter Read(PubsubMessage message)
    {
        var published = Published(message);
        var signal = MessageContent.Read(message.Data.Memory, published);
        var (what, image) = signal.TryGetValue(out var known) ? Said(known) : (Unread(signal, message), null);
        return new(
            message.MessageId,
            null,
            SourceOf(message),
            published,
            message.PublishTime.ToDateTimeOffset(),
            int.TryParse(message.Attributes.GetValueOrDefault(Attempts), NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : null,
            message.Data.Length,
            what,
            image,
            MessageContent.Fingerprint(message.Data.Span),
            new("failure.unknown", "not looked for"));
    }

    /// <summary>The message as it was published: without what Pub/Sub has added, and without attributes that only Google may set.</summary>
    public static PubsubMessage Original(PubsubMessage message)
    {
        var original = new PubsubMessage { Data = message.Data, OrderingKey = message.OrderingKey };
        foreach (var (key, value) in message.Attributes)
        {
            // Pub/Sub refuses a publisher's keys that begin so (its quota page); clients leave traces under them.
            if (!key.StartsWith(Prefix, StringComparison.Ordinal) && !key.StartsWith("goog", StringComparison.Ordinal))
                original.Attributes.Add(key, value);
        }

        return original;
    }

    /// <summary>Full name of the subscription that gave it up, or null.</summary>
    public static string? SourceOf(PubsubMessage message) =>
        message.Attributes.TryGetValue(SubscriptionId, out var id) && message.Attributes.TryGetValue(SubscriptionProject, out var project)
            ? $"projects/{project}/subscriptions/{id}"
            : null;

    private static DateTimeOffset Published(PubsubMessage message) =>
        DateTimeOffset.TryParse(
            message.Attributes.GetValueOrDefault(PublishTime), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var first)
            ? first
            : message.PublishTime.ToDateTimeOffset();

    private static (string What, string? Image) Said(Signal signal) => signal switch
    {
        Signal.ImagePushed it => Named("push of", new(it.Repository, it.Tag, it.Digest)),
        Signal.ImageRemoved it => Named("removal of", new(it.Repository, it.Tag, it.Digest)),
        Signal.BuildFinished it => ($"build {Excerpt.Of(it.Build.Id)} of {Excerpt.Of(it.Build.Project)}: {it.Build.Status}", null),
        _ => (signal.GetType().Name, null),
    };

    private static (string What, string? Image) Named(string what, ImageReference image) => ($"{what} {image}", image.ToString());

    private static string Unread(Parsed<Signal> signal, PubsubMessage message) =>
        $"{message.Data.Length} bytes that are neither image nor build: {signal.Problems[0].Sentence}";
}
