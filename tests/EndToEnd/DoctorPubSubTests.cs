using CdAutomation.EndToEnd.Stage;
using Google.Cloud.PubSub.V1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Duration = Google.Protobuf.WellKnownTypes.Duration;

namespace CdAutomation.EndToEnd;

/// <summary>What breaks in Pub/Sub, one thing at a time, and what <c>cdctl doctor</c> says of it.</summary>
public sealed class DoctorPubSubTests : DoctorHouse
{
    private const string Pushes = "projects/local/subscriptions/gcr-OnImagePushed";
    private const string Builds = "projects/local/subscriptions/cloud-builds-OnBuildFinished";

    [Test]
    public async Task A_topic_that_is_missing()
    {
        await new Publisher.PublisherClient(PubSub).DeleteTopicAsync(new DeleteTopicRequest { Topic = "projects/local/topics/gcr" });
        var visit = await IsBrokenAsync(["topic gcr", "subscription gcr-OnImagePushed"]);
        Assert.That(visit.Of("topic gcr").Sentence, Does.Contain("projects/local/topics/gcr is missing"));
        Assert.That(visit.Of("subscription gcr-OnImagePushed").Sentence, Does.Contain("its topic was deleted"));
        await StartAgainCuresAsync(visit.Of("topic gcr").Mend);
    }

    [Test]
    public async Task A_subscription_that_is_missing()
    {
        await Subscriber.DeleteSubscriptionAsync(new DeleteSubscriptionRequest { Subscription = Builds });
        var (sentence, mend) = (await IsBrokenAsync(["subscription cloud-builds-OnBuildFinished"])).Of("subscription cloud-builds-OnBuildFinished");
        Assert.That(sentence, Does.Contain("is missing"));
        await StartAgainCuresAsync(mend);
    }

    [Test]
    public async Task A_subscription_that_pushes_elsewhere()
    {
        await Subscriber.ModifyPushConfigAsync(new ModifyPushConfigRequest { Subscription = Pushes, PushConfig = new() { PushEndpoint = "http://127.0.0.1:1/elsewhere" } });
        var (sentence, mend) = (await IsBrokenAsync(["subscription gcr-OnImagePushed"])).Of("subscription gcr-OnImagePushed");
        Assert.That(sentence, Does.Contain("http://127.0.0.1:1/elsewhere").And.Contain($"{Running.Web}/functions/OnImagePushed"));
        await StartAgainCuresAsync(mend);
    }

    [TestCase("expiration_policy", "expires after 1 days")]
    [TestCase("dead_letter_policy", "what keeps failing does not go to projects/local/topics/cd-dead-letters")]
    [TestCase("retry_policy", "has no retry policy")]
    public async Task A_subscription_that_does_not_keep_what_it_must(string field, string sentence)
    {
        var changed = new Subscription { Name = Pushes, ExpirationPolicy = new() { Ttl = Duration.FromTimeSpan(TimeSpan.FromDays(1)) } };
        await Subscriber.UpdateSubscriptionAsync(new UpdateSubscriptionRequest { Subscription = changed, UpdateMask = new FieldMask { Paths = { field } } });
        var found = (await IsBrokenAsync(["subscription gcr-OnImagePushed"])).Of("subscription gcr-OnImagePushed");
        Assert.That(found.Sentence, Does.Contain(sentence));
        await StartAgainCuresAsync(found.Mend);
    }

    [Test]
    public async Task Events_that_have_stopped()
    {
        var kept = await Subscriber.GetSubscriptionAsync(new GetSubscriptionRequest { Subscription = Pushes });
        await Subscriber.DeleteSubscriptionAsync(new DeleteSubscriptionRequest { Subscription = Pushes });
        await PushAsync("v1.1.0");
        // The tick finds it by the registry's list: the image is deployed, and still its event never came.
        await Running.ToldAsync("shop", "v1.1.0", "rollout.serving");
        await Subscriber.CreateSubscriptionAsync(kept);

        var events = $"events {Policies.Host}/acme/app/web";
        var visit = await Eventually.SeesAsync("the events are given up", () => DoctorVisit.PayAsync(Folder), it => it.Unknown.Count == 0);
        Assert.That((visit.Code, visit.Broken), Is.EqualTo((1, new[] { events })), visit.ToString());
        Assert.That(visit.Of(events).Sentence, Does.Contain("events have stopped: of the last push, v1.1.0").And.Contain("the last event is of"));
        Assert.That(visit.Of(events).Mend, Does.StartWith("cdctl up "));

        await PushAsync("v1.2.0");
        await Running.ToldAsync("shop", "v1.2.0", "rollout.serving");
        await IsWellAsync();
    }

    [Test]
    public async Task Dead_letters_that_wait()
    {
        await new Publisher.PublisherClient(PubSub).PublishAsync(new PublishRequest
        {
            Topic = "projects/local/topics/cd-dead-letters",
            Messages = { new PubsubMessage { Data = ByteString.CopyFromUtf8("no JSON") } },
        });
        var (sentence, mend) = (await IsBrokenAsync(["dead letters"])).Of("dead letters");
        Assert.That((sentence, mend), Is.EqualTo(("one waits for somebody to decide", "cdctl deadletters list")));

        await Subscriber.DeleteSubscriptionAsync(new DeleteSubscriptionRequest { Subscription = "projects/local/subscriptions/cd-dead-letters" });
        await IsBrokenAsync(["subscription cd-dead-letters"], "dead letters");
        await StartAgainCuresAsync("cdctl up");
    }

    private Subscriber.SubscriberClient Subscriber => new(PubSub);
}
