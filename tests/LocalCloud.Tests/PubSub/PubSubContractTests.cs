using CdAutomation.LocalCloud.PubSub;
using Google.Cloud.PubSub.V1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace CdAutomation.LocalCloud.Tests.PubSub;

/// <summary>What ours and Google's emulator must answer alike.</summary>
[TestFixture(false, TestName = "PubSubContractTests(local)")]
[TestFixture(true, TestName = "PubSubContractTests(emulator)", Category = "Emulator")]
public sealed class PubSubContractTests(bool google)
{
    private LocalPubSub? _local;
    private PubSubClient _client = null!;
    private PushReceiver _receiver = null!;

    [SetUp]
    public async Task Start()
    {
        _local = google ? null : await LocalPubSub.StartAsync(new(), CancellationToken.None);
        _client = new(_local?.Address ?? await PubSubEmulator.AddressAsync());
        _receiver = await PushReceiver.StartAsync();
    }

    [TearDown]
    public async Task Stop()
    {
        _client?.Dispose();
        if (_receiver is not null)
            await _receiver.DisposeAsync();
        if (_local is not null)
            await _local.DisposeAsync();
    }

    [Test]
    public async Task A_topic_is_made_once_found_listed_in_pages_and_deleted()
    {
        var first = await _client.TopicAsync("first");
        var second = await _client.TopicAsync("second");

        Assert.That(await PubSubClient.StatusAsync(_client.Publisher.CreateTopicAsync(new Topic { Name = first })),
            Is.EqualTo(StatusCode.AlreadyExists));
        Assert.That((await _client.Publisher.GetTopicAsync(new() { Topic = first })).Name, Is.EqualTo(first));
        var page = await _client.Publisher.ListTopicsAsync(new() { Project = _client.Project, PageSize = 1 });
        var rest = await _client.Publisher.ListTopicsAsync(
            new() { Project = _client.Project, PageSize = 1, PageToken = page.NextPageToken });
        Assert.That(page.Topics.Concat(rest.Topics).Select(topic => topic.Name), Is.EquivalentTo(new[] { first, second }));

        await _client.Publisher.DeleteTopicAsync(new() { Topic = first });
        Assert.That(await PubSubClient.StatusAsync(_client.Publisher.GetTopicAsync(new() { Topic = first })),
            Is.EqualTo(StatusCode.NotFound));
        Assert.That(await PubSubClient.StatusAsync(_client.Publisher.DeleteTopicAsync(new() { Topic = first })),
            Is.EqualTo(StatusCode.NotFound));
        Assert.That(
            await PubSubClient.StatusAsync(
                _client.Publisher.PublishAsync(
                    new() { Topic = first, Messages = { new PubsubMessage { Data = ByteString.CopyFromUtf8("x") } } })),
            Is.EqualTo(StatusCode.NotFound));
    }

    [TestCase("projects/prj/topics/ab")]
    [TestCase("projects/prj/topics/1abc")]
    [TestCase("projects/prj/topics/goog-abc")]
    [TestCase("projects/prj/topics/a b c")]
    [TestCase("topics/abc")]
    [TestCase("projects/prj/subscriptions/abc")]
    public async Task A_name_outside_of_the_grammar_is_an_invalid_argument(string name) => Assert.That(
        await PubSubClient.StatusAsync(_client.Publisher.CreateTopicAsync(new Topic { Name = name })),
        Is.EqualTo(StatusCode.InvalidArgument));

    [Test]
    public async Task A_subscription_that_cannot_be_is_refused_with_the_right_status()
    {
        var topic = await _client.TopicAsync("topic");
        await _client.SubscriptionAsync("taken", topic);

        async Task<StatusCode> Created(Action<Subscription> shape)
        {
            var asked = new Subscription { Name = _client.SubscriptionName("asked"), Topic = topic, AckDeadlineSeconds = 10 };
            shape(asked);
            return await PubSubClient.StatusAsync(_client.Subscriber.CreateSubscriptionAsync(asked));
        }

        await Assert.MultipleAsync(async () =>
        {
            Assert.That(await Created(it => it.Name = _client.SubscriptionName("taken")), Is.EqualTo(StatusCode.AlreadyExists));
            Assert.That(await Created(it => it.Topic = _client.TopicName("nowhere")), Is.EqualTo(StatusCode.NotFound));
            Assert.That(await Created(it => it.Name = "nonsense"), Is.EqualTo(StatusCode.InvalidArgument));
            Assert.That(await Created(it => it.AckDeadlineSeconds = 601), Is.EqualTo(StatusCode.InvalidArgument));
            Assert.That(await Created(it => it.PushConfig = new() { PushEndpoint = "nonsense" }), Is.EqualTo(StatusCode.InvalidArgument));
            Assert.That(
                await Created(it => it.RetryPolicy = new() { MinimumBackoff = Seconds(100), MaximumBackoff = Seconds(50) }),
                Is.EqualTo(StatusCode.InvalidArgument));
            Assert.That(await Created(it => it.RetryPolicy = new() { MinimumBackoff = Seconds(601) }),
                Is.EqualTo(StatusCode.InvalidArgument));
            Assert.That(
                await Created(it => it.DeadLetterPolicy = new() { DeadLetterTopic = _client.TopicName("nowhere") }),
                Is.EqualTo(StatusCode.NotFound));
            Assert.That(
                await Created(it => it.DeadLetterPolicy = new() { DeadLetterTopic = topic, MaxDeliveryAttempts = 4 }),
                Is.EqualTo(StatusCode.OutOfRange));
            Assert.That(
                await PubSubClient.StatusAsync(
                    _client.Subscriber.PullAsync(new() { Subscription = _client.SubscriptionName("nowhere"), MaxMessages = 1 })),
                Is.EqualTo(StatusCode.NotFound));
        });
    }

    [Test]
    public async Task What_is_published_is_pulled_once_by_each_subscription_and_stays_acknowledged()
    {
        var topic = await _client.TopicAsync("topic");
        var (one, two) = (await _client.SubscriptionAsync("one", topic), await _client.SubscriptionAsync("two", topic));
        var id = (await _client.PublishAsync(topic, new PubsubMessage
        {
            Data = ByteString.CopyFromUtf8("hello"),
            Attributes = { ["buildId"] = "b1" },
            OrderingKey = "key",
        }))[0];

        foreach (var subscription in new[] { one, two })
        {
            var received = (await _client.PullSomeAsync(subscription)).Single();
            Assert.That(received.Message.MessageId, Is.EqualTo(id));
            Assert.That(received.Message.Data.ToStringUtf8(), Is.EqualTo("hello"));
            Assert.That(received.Message.Attributes["buildId"], Is.EqualTo("b1"));
            Assert.That(received.Message.OrderingKey, Is.EqualTo("key"));
            Assert.That(received.Message.PublishTime, Is.Not.Null);
            await _client.AcknowledgeAsync(subscription, received.AckId);
            Assert.That(await _client.PullAsync(subscription), Is.Empty);
        }
    }

    [Test]
    public async Task A_message_given_back_comes_again_with_its_id()
    {
        var topic = await _client.TopicAsync("topic");
        var subscription = await _client.SubscriptionAsync("sub", topic);
        var id = await _client.PublishAsync(topic, "again");

        var first = (await _client.PullSomeAsync(subscription)).Single();
        await _client.Subscriber.ModifyAckDeadlineAsync(
            new() { Subscription = subscription, AckIds = { first.AckId }, AckDeadlineSeconds = 0 });
        var second = (await _client.PullSomeAsync(subscription)).Single();

        Assert.That(second.Message.MessageId, Is.EqualTo(id));
        Assert.That(second.AckId, Is.Not.EqualTo(first.AckId));
    }

    [Test]
    public async Task An_ack_id_that_was_never_given_is_refused()
    {
        var subscription = await _client.SubscriptionAsync("sub", await _client.TopicAsync("topic"));
        Assert.That(
            await PubSubClient.StatusAsync(
                _client.Subscriber.AcknowledgeAsync(new() { Subscription = subscription, AckIds = { "bogus" } })),
            Is.EqualTo(StatusCode.InvalidArgument));
    }

    [Test]
    public async Task A_push_carries_the_wrapped_envelope()
    {
        var topic = await _client.TopicAsync("topic");
        var subscription = await _client.SubscriptionAsync("sub", topic, it => it.PushConfig = Push("/push"));
        var id = (await _client.PublishAsync(
            topic, new PubsubMessage { Data = ByteString.CopyFromUtf8("ÿ+/="), Attributes = { ["status"] = "SUCCESS" } }))[0];

        var push = (await Eventually.SeesAsync(() => _receiver.Pushes, pushes => pushes.Count > 0))[0];

        Assert.That(push.ContentType, Is.EqualTo("application/json"));
        Assert.That(push.Body.GetProperty("subscription").GetString(), Is.EqualTo(subscription));
        Assert.That(push.Id, Is.EqualTo(id));
        Assert.That(push.Message.GetProperty("message_id").GetString(), Is.EqualTo(id));
        Assert.That(push.Text, Is.EqualTo("ÿ+/="));
        Assert.That(push.Message.GetProperty("attributes").GetProperty("status").GetString(), Is.EqualTo("SUCCESS"));
        Assert.That(push.Message.GetProperty("publishTime").GetString(), Does.Match(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$"));
        Assert.That(push.Message.GetProperty("publish_time").GetString(), Is.EqualTo(push.Message.GetProperty("publishTime").GetString()));
    }

    [TestCase(500)]
    [TestCase(404)]
    [TestCase(429)]
    public async Task A_push_that_is_refused_comes_again_until_it_is_taken(int refusal)
    {
        var topic = await _client.TopicAsync("topic");
        _receiver.Answer = _ => _receiver.Pushes.Count < 3 ? refusal : 204;
        await _client.SubscriptionAsync("sub", topic, it =>
        {
            it.PushConfig = Push("/push");
            it.RetryPolicy = Backoff(0.1, 0.2);
        });
        var id = await _client.PublishAsync(topic, "stubborn");

        var pushes = await Eventually.SeesAsync(() => _receiver.Pushes, seen => seen.Count >= 3);
        Assert.That(pushes.Select(push => push.Id), Is.All.EqualTo(id));
    }

    [TestCase(200)]
    [TestCase(201)]
    [TestCase(202)]
    [TestCase(204)]
    public async Task A_push_that_is_taken_is_over(int acceptance)
    {
        var topic = await _client.TopicAsync("topic");
        _receiver.Answer = _ => acceptance;
        await _client.SubscriptionAsync("sub", topic, it =>
        {
            it.PushConfig = Push("/push");
            it.RetryPolicy = Backoff(0.1, 0.1);
        });
        await _client.PublishAsync(topic, "one");
        await Eventually.SeesAsync(() => _receiver.Pushes, seen => seen.Count >= 1);
        await _client.PublishAsync(topic, "two");

        var pushes = await Eventually.SeesAsync(() => _receiver.Pushes, seen => seen.Any(push => push.Text == "two"));
        Assert.That(pushes.Count(push => push.Text == "one"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_deleted_topic_leaves_its_subscription_behind()
    {
        var topic = await _client.TopicAsync("topic");
        var subscription = await _client.SubscriptionAsync("sub", topic);
        Assert.That(
            (await _client.Publisher.ListTopicSubscriptionsAsync(new() { Topic = topic })).Subscriptions,
            Is.EqualTo(new[] { subscription }));

        await _client.Publisher.DeleteTopicAsync(new() { Topic = topic });

        Assert.That((await _client.Subscriber.GetSubscriptionAsync(new() { Subscription = subscription })).Topic,
            Is.EqualTo("_deleted-topic_"));
        await _client.Subscriber.DeleteSubscriptionAsync(new() { Subscription = subscription });
        Assert.That(
            await PubSubClient.StatusAsync(_client.Subscriber.DeleteSubscriptionAsync(new() { Subscription = subscription })),
            Is.EqualTo(StatusCode.NotFound));
    }

    [Test]
    public async Task A_new_push_endpoint_holds_from_the_next_message_on()
    {
        var topic = await _client.TopicAsync("topic");
        var subscription = await _client.SubscriptionAsync("sub", topic, it => it.PushConfig = Push("/old"));
        await _client.Subscriber.ModifyPushConfigAsync(new() { Subscription = subscription, PushConfig = Push("/new") });
        await _client.PublishAsync(topic, "moved");

        var push = (await Eventually.SeesAsync(() => _receiver.Pushes, pushes => pushes.Count > 0))[0];
        Assert.That(push.Path, Is.EqualTo("/new"));
    }

    [Test]
    public async Task Setup_makes_everything_and_may_be_repeated_and_changed()
    {
        var route = new PushRoute(_client.TopicName("gcr"), _client.SubscriptionName("on-image"), _receiver.Endpoint("/one"))
        {
            DeadLetterTopic = _client.TopicName("dead"),
            MaxDeliveryAttempts = 7,
            MinBackoff = TimeSpan.FromSeconds(1),
            MaxBackoff = TimeSpan.FromSeconds(5),
            AckDeadline = TimeSpan.FromSeconds(30),
        };
        await PubSubSetup.EnsureAsync(_client.Address, [route], CancellationToken.None);
        await PubSubSetup.EnsureAsync(_client.Address, [route], CancellationToken.None);
        await PubSubSetup.EnsureAsync(_client.Address, [route with { Endpoint = _receiver.Endpoint("/two") }], CancellationToken.None);

        var subscription = await _client.Subscriber.GetSubscriptionAsync(new() { Subscription = route.Subscription });
        Assert.That(subscription.PushConfig.PushEndpoint, Is.EqualTo(_receiver.Endpoint("/two").AbsoluteUri));
        Assert.That(subscription.AckDeadlineSeconds, Is.EqualTo(30));
        Assert.That(subscription.DeadLetterPolicy.MaxDeliveryAttempts, Is.EqualTo(7));
        Assert.That(subscription.RetryPolicy.MinimumBackoff, Is.EqualTo(Seconds(1)));

        await _client.PublishAsync(route.Topic, "hello");
        var push = (await Eventually.SeesAsync(() => _receiver.Pushes, pushes => pushes.Count > 0))[0];
        Assert.That(push.Path, Is.EqualTo("/two"));
    }

    [Test]
    public async Task Setup_heals_a_subscription_of_a_deleted_topic_and_refuses_one_of_another()
    {
        var route = new PushRoute(_client.TopicName("gcr"), _client.SubscriptionName("on-image"), _receiver.Endpoint("/one"));
        await PubSubSetup.EnsureAsync(_client.Address, [route], CancellationToken.None);
        await _client.Publisher.DeleteTopicAsync(new() { Topic = route.Topic });
        await PubSubSetup.EnsureAsync(_client.Address, [route], CancellationToken.None);
        await _client.PublishAsync(route.Topic, "healed");
        await Eventually.SeesAsync(() => _receiver.Pushes, pushes => pushes.Count > 0);

        Assert.That(
            () => PubSubSetup.EnsureAsync(_client.Address, [route with { Topic = _client.TopicName("other") }], CancellationToken.None),
            Throws.InvalidOperationException.With.Message.Contains("other"));
    }

    private static Duration Seconds(double seconds) => Duration.FromTimeSpan(TimeSpan.FromSeconds(seconds));

    private static RetryPolicy Backoff(double minimum, double maximum) =>
        new() { MinimumBackoff = Seconds(minimum), MaximumBackoff = Seconds(maximum) };

    private PushConfig Push(string path) => new() { PushEndpoint = _receiver.Endpoint(path).AbsoluteUri };
}
