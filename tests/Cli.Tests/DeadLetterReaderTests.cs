using CdAutomation.Cli.DeadLetters;
using CdAutomation.Triggers.Events;
using Google.Cloud.PubSub.V1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace CdAutomation.Cli.Tests;

public sealed class DeadLetterReaderTests
{
    private const string Prefix = DeadLetterReader.Prefix;
    private static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);
    private static readonly string Digest = $"sha256:{new string('a', 64)}";

    // The first is how Google's emulator writes the instant, the second how its guide shows it.
    [TestCase("2026-11-23T11:59:00.441Z")]
    [TestCase("2026-11-23T11:59:00.441+00:00")]
    public void A_letter_says_where_it_comes_from_and_what_it_is(string published)
    {
        var data = $$"""{"action":"INSERT","digest":"r.example/acme/web@{{Digest}}","tag":"r.example/acme/web:v1"}""";
        var letter = DeadLetterReader.Read(Message(data, published));

        Assert.That(letter.Id, Is.EqualTo("4711"));
        Assert.That(letter.Subscription, Is.EqualTo("projects/acme/subscriptions/gcr-push"));
        Assert.That((letter.Attempts, letter.Size), Is.EqualTo(((int?)7, data.Length)));
        Assert.That((letter.PublishedAt, letter.DeadAt), Is.EqualTo((Noon.AddSeconds(-60).AddMilliseconds(441), Noon)));
        Assert.That(letter.Image, Is.EqualTo($"r.example/acme/web:v1@{Digest}"));
        Assert.That(letter.What, Is.EqualTo($"push of {letter.Image}"));
        Assert.That(letter.Content, Is.EqualTo(MessageContent.Fingerprint(System.Text.Encoding.UTF8.GetBytes(data))));
    }

    [TestCase("", "0 bytes that are neither image nor build: the message has no data")]
    [TestCase("{}", "2 bytes that are neither image nor build: the data has neither action, digest nor tag")]
    [TestCase("""{"id":"b","status":"WORKING"}""", "29 bytes that are neither image nor build: build 'b' is WORKING; only its end matters")]
    [TestCase("""{"id":"b","status":"FAILURE","projectId":"acme"}""", "build 'b' of 'acme': FAILURE")]
    public void What_it_is_is_told_in_words_whatever_it_is(string data, string what) =>
        Assert.That(DeadLetterReader.Read(Message(data, "")).What, Is.EqualTo(what));

    [Test]
    public void What_a_letter_does_not_say_is_not_made_up()
    {
        var letter = DeadLetterReader.Read(new PubsubMessage { MessageId = "1", PublishTime = Timestamp.FromDateTimeOffset(Noon) });
        Assert.That((letter.Subscription, letter.Attempts, letter.Image, letter.PublishedAt), Is.EqualTo(((string?)null, (int?)null, (string?)null, Noon)));
        Assert.That(letter.Reason.Code, Is.EqualTo("failure.unknown"));
    }

    [Test]
    public void What_is_published_again_is_what_was_published_first()
    {
        var message = Message("x", "2026-11-23T11:59:00Z");
        message.OrderingKey = "key";
        message.Attributes.Add("colour", "blue");
        message.Attributes.Add("googclient_traceparent", "00-1-2-3");

        var original = DeadLetterReader.Original(message);
        Assert.That(original.Attributes, Is.EquivalentTo(new Dictionary<string, string> { ["colour"] = "blue" }));
        Assert.That((original.Data.ToStringUtf8(), original.OrderingKey, original.MessageId), Is.EqualTo(("x", "key", "")));
    }

    private static PubsubMessage Message(string data, string published) => new()
    {
        MessageId = "4711",
        PublishTime = Timestamp.FromDateTimeOffset(Noon),
        Data = ByteString.CopyFromUtf8(data),
        Attributes =
        {
            [Prefix + "SourceDeliveryCount"] = "7",
            [Prefix + "SourceSubscription"] = "gcr-push",
            [Prefix + "SourceSubscriptionProject"] = "acme",
            [Prefix + "SourceTopicPublishTime"] = published,
        },
    };
}
