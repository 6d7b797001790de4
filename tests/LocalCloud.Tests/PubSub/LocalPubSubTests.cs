using CdAutomation.LocalCloud.PubSub;
using Google.Cloud.Iam.V1;
using Google.Cloud.PubSub.V1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.Extensions.Time.Testing;

namespace CdAutomation.LocalCloud.Tests.PubSub;

/// <summary>What ours does beyond what Google's emulator does.</summary>
public sealed class LocalPubSubTests
{
    private FakeTimeProvider _clock = null!;
    private LocalPubSub _local = null!;
    private PubSubClient _client = null!;
    private PushReceiver _receiver = null!;

    [SetUp]
    public async Task Start()
    {
        _clock = new(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
        _local = await LocalPubSub.StartAsync(new() { Clock = _clock }, CancellationToken.None);
        _client = new(_local.Address);
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
    public async Task The_envelope_leaves_out_what_is_empty()
    {
        var topic = await _client.TopicAsync("topic");
        await _client.SubscriptionAsync("sub", topic, it => it.PushConfig = Push("/push"));
        await _client.PublishAsync(topic, "plain");

        var body = (await PushesAsync(1))[0].Body;
        Assert.That(body.TryGetProperty("deliveryAttempt", out _), Is.False);
        Assert.That(body.GetProperty("message").EnumerateObject().Select(member => member.Name), Is.EqualTo(
            new[] { "data", "messageId", "message_id", "publishTime", "publish_time" }));
        Assert.That(body.GetProperty("message").GetProperty("publishTime").GetString(), Is.EqualTo("2030-01-01T00:00:00.000Z"));
    }

    [Test]
    public async Task Whoever_is_here_may_do_everything_with_what_there_is_and_nothing_with_what_there_is_not()
    {
        var topic = await _client.TopicAsync("topic");
        using var channel = GrpcChannel.ForAddress($"http://{_local.Address}");
        async Task<string[]> AllowedAsync(string resource) => [.. (await new IAMPolicy.IAMPolicyClient(channel).TestIamPermissionsAsync(
            new TestIamPermissionsRequest { Resource = resource, Permissions = { "pubsub.topics.publish", "run.services.get" } })).Permissions];
        Assert.That(await AllowedAsync(topic), Is.EqualTo(new[] { "pubsub.topics.publish" }));
        Assert.That(await AllowedAsync($"{topic}-missing"), Is.Empty);
        Assert.That(await AllowedAsync("projects/p/subscriptions/missing"), Is.Empty);
    }

    [Test]
    public async Task The_attempt_is_told_where_there_is_a_dead_letter_policy_and_the_last_one_ends_there()
    {
        var (topic, dead) = (await _client.TopicAsync("topic"), await _client.TopicAsync("dead"));
        await _client.SubscriptionAsync("sub", topic, it =>
        {
            it.PushConfig = Push("/fails");
            it.RetryPolicy = new() { MinimumBackoff = new(), MaximumBackoff = new() };
            it.DeadLetterPolicy = new() { DeadLetterTopic = dead, MaxDeliveryAttempts = 5 };
        });
        await _client.SubscriptionAsync("dead-sub", dead, it => it.PushConfig = Push("/dead"));
        _receiver.Answer = push => push.Path == "/fails" ? 500 : 204;
        await _client.PublishAsync(topic, "poison");

        var pushes = await Eventually.SeesAsync(() => _receiver.Pushes, seen => seen.Any(push => push.Path == "/dead"));
        Assert.That(
            pushes.Where(push => push.Path == "/fails").Select(push => push.Body.GetProperty("deliveryAttempt").GetInt32()),
            Is.EqualTo(new[] { 1, 2, 3, 4, 5 }));
        var attributes = pushes.Single(push => push.Path == "/dead").Message.GetProperty("attributes");
        Assert.That(attributes.GetProperty("CloudPubSubDeadLetterSourceDeliveryCount").GetString(), Is.EqualTo("5"));
    }

    [TestCase(302)]
    [TestCase(203)]
    [TestCase(206)]
    public async Task A_redirect_or_another_success_is_not_an_acknowledgement(int status)
    {
        var topic = await _client.TopicAsync("topic");
        _receiver.Answer = _ => _receiver.Pushes.Count == 1 ? status : 204;
        await _client.SubscriptionAsync("sub", topic, it =>
        {
            it.PushConfig = Push("/push");
            it.RetryPolicy = new() { MinimumBackoff = new(), MaximumBackoff = new() };
        });
        await _client.PublishAsync(topic, "x");
        var pushes = await PushesAsync(2);
        Assert.That(pushes.Select(push => push.Path), Is.All.EqualTo("/push"));
    }

    [Test]
    public async Task An_endpoint_that_is_silent_past_the_deadline_is_asked_again()
    {
        var topic = await _client.TopicAsync("topic");
        var gate = new TaskCompletionSource();
        _receiver.Gate = gate.Task;
        await _client.SubscriptionAsync("sub", topic, it =>
        {
            it.PushConfig = Push("/push");
            it.RetryPolicy = new() { MinimumBackoff = new(), MaximumBackoff = new() };
        });
        await _client.PublishAsync(topic, "slow");
        await PushesAsync(1);

        _clock.Advance(TimeSpan.FromSeconds(10));
        var pushes = await PushesAsync(2);
        gate.SetResult();
        Assert.That(pushes[1].Id, Is.EqualTo(pushes[0].Id));
    }

    [Test]
    public async Task An_endpoint_that_is_not_there_yet_is_found_when_it_comes()
    {
        var topic = await _client.TopicAsync("topic");
        var subscription = await _client.SubscriptionAsync("sub", topic, it =>
        {
            it.PushConfig = new() { PushEndpoint = "http://127.0.0.1:1/nobody" };
            it.RetryPolicy = new() { MinimumBackoff = Duration.FromTimeSpan(TimeSpan.FromSeconds(1)) };
        });
        await _client.PublishAsync(topic, "early");
        await _client.Subscriber.ModifyPushConfigAsync(new() { Subscription = subscription, PushConfig = Push("/push") });
        await Eventually.SeesAsync(
            () =>
            {
                _clock.Advance(TimeSpan.FromSeconds(1));
                return _receiver.Pushes;
            },
            pushes => pushes.Count > 0);
    }

    [Test]
    public async Task Push_begins_with_one_message_and_grows_with_success()
    {
        var topic = await _client.TopicAsync("topic");
        var (first, second) = (new TaskCompletionSource(), new TaskCompletionSource());
        _receiver.Gate = first.Task;
        await _client.SubscriptionAsync("sub", topic, it => it.PushConfig = Push("/push"));
        await _client.PublishAsync(topic, [.. Enumerable.Range(0, 300).Select(n => Message($"{n}"))]);
        await PushesAsync(1);
        Assert.That(_receiver.MostAtOnce, Is.EqualTo(1));

        _receiver.Gate = second.Task;
        first.SetResult();
        await PushesAsync(3);
        Assert.That(_receiver.MostAtOnce, Is.EqualTo(2));

        second.SetResult();
        var pushes = await PushesAsync(300);
        Assert.That(pushes.Select(push => push.Text).Distinct().Count(), Is.EqualTo(300));
        Assert.That(_receiver.MostAtOnce, Is.LessThanOrEqualTo(PushWindow.Largest));
    }

    [Test]
    public void The_window_doubles_and_halves_within_its_bounds()
    {
        var window = new PushWindow();
        var sizes = Enumerable.Range(0, 8).Select(_ =>
        {
            window.Succeeded();
            return window.Size;
        }).ToList();
        Assert.That(sizes, Is.EqualTo(new[] { 2, 4, 8, 16, 32, 64, 100, 100 }));
        for (var n = 0; n < 10; n++)
            window.Failed();
        Assert.That(window.Size, Is.EqualTo(1));
    }

    [Test]
    public async Task What_is_not_offered_is_refused_rather_than_ignored()
    {
        var topic = await _client.TopicAsync("topic");
        Action<Subscription>[] shapes =
        [
            it => it.Filter = "attributes.status = \"SUCCESS\"",
            it => it.EnableExactlyOnceDelivery = true,
            it => it.PushConfig = new() { PushEndpoint = "http://127.0.0.1/", NoWrapper = new() },
            it => it.BigqueryConfig = new() { Table = "a.b.c" },
        ];
        foreach (var shape in shapes)
        {
            var asked = new Subscription { Name = _client.SubscriptionName("asked"), Topic = topic };
            shape(asked);
            Assert.That(
                await PubSubClient.StatusAsync(_client.Subscriber.CreateSubscriptionAsync(asked)), Is.EqualTo(StatusCode.Unimplemented));
        }
    }

    [Test]
    public async Task A_request_over_the_limits_is_refused_and_one_at_the_limit_arrives()
    {
        var topic = await _client.TopicAsync("topic");
        await _client.SubscriptionAsync("sub", topic, it => it.PushConfig = Push("/push"));
        PubsubMessage[] refused =
        [
            new(),
            new() { Data = ByteString.CopyFrom(new byte[10_000_001]) },
            new() { Attributes = { [new string('k', 257)] = "v" } },
            new() { Attributes = { ["k"] = new string('v', 1_025) } },
            new() { Attributes = { ["googx"] = "v" } },
            new() { Data = ByteString.CopyFromUtf8("x"), OrderingKey = new string('o', 1_025) },
            new() { Attributes = { Enumerable.Range(0, 101).ToDictionary(n => $"k{n}", _ => "v") } },
        ];
        foreach (var message in refused)
            Assert.That(
                await PubSubClient.StatusAsync(_client.Publisher.PublishAsync(new() { Topic = topic, Messages = { message } })),
                Is.EqualTo(StatusCode.InvalidArgument));
        Assert.That(
            await PubSubClient.StatusAsync(_client.Publisher.PublishAsync(
                new() { Topic = topic, Messages = { Enumerable.Range(0, 1_001).Select(_ => Message("x")) } })),
            Is.EqualTo(StatusCode.InvalidArgument));

        await _client.PublishAsync(topic, new PubsubMessage { Data = ByteString.CopyFrom(new byte[9_900_000]) });
        var push = (await PushesAsync(1))[0];
        Assert.That(push.Message.GetProperty("data").GetBytesFromBase64(), Has.Length.EqualTo(9_900_000));
    }

    [Test]
    public async Task An_update_changes_what_its_mask_names_and_nothing_that_is_fixed()
    {
        var topic = await _client.TopicAsync("topic");
        var name = await _client.SubscriptionAsync("sub", topic, it => it.Labels["team"] = "web");
        var wanted = new Subscription { Name = name, AckDeadlineSeconds = 60 };

        var updated = await _client.Subscriber.UpdateSubscriptionAsync(
            new() { Subscription = wanted, UpdateMask = new() { Paths = { "ack_deadline_seconds" } } });
        Assert.That((updated.AckDeadlineSeconds, updated.Topic, updated.Labels["team"]), Is.EqualTo((60, topic, "web")));
        foreach (var mask in new FieldMask[] { new(), new() { Paths = { "topic" } }, new() { Paths = { "nonsense" } } })
            Assert.That(
                await PubSubClient.StatusAsync(
                    _client.Subscriber.UpdateSubscriptionAsync(new() { Subscription = wanted, UpdateMask = mask })),
                Is.EqualTo(StatusCode.InvalidArgument));
    }

    [Test]
    public async Task A_streaming_pull_hands_out_within_its_limit_and_takes_answers()
    {
        var topic = await _client.TopicAsync("topic");
        var subscription = await _client.SubscriptionAsync("sub", topic);
        using var stream = _client.Subscriber.StreamingPull();
        await stream.RequestStream.WriteAsync(
            new() { Subscription = subscription, StreamAckDeadlineSeconds = 10, MaxOutstandingMessages = 2 });
        await _client.PublishAsync(topic, Message("a"), Message("b"), Message("c"));

        var received = new List<ReceivedMessage>();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (received.Count < 2 && await stream.ResponseStream.MoveNext(patience.Token))
            received.AddRange(stream.ResponseStream.Current.ReceivedMessages);
        Assert.That(received, Has.Count.EqualTo(2));

        await stream.RequestStream.WriteAsync(new() { AckIds = { received[0].AckId } });
        await stream.ResponseStream.MoveNext(patience.Token);
        Assert.That(stream.ResponseStream.Current.ReceivedMessages.Single().Message.Data.ToStringUtf8(), Is.EqualTo("c"));

        await stream.RequestStream.WriteAsync(new() { ModifyDeadlineAckIds = { received[1].AckId }, ModifyDeadlineSeconds = { 0 } });
        await stream.ResponseStream.MoveNext(patience.Token);
        Assert.That(stream.ResponseStream.Current.ReceivedMessages.Single().Message.MessageId, Is.EqualTo(received[1].Message.MessageId));
        await stream.RequestStream.CompleteAsync();
    }

    [Test]
    public async Task A_pull_on_a_push_subscription_and_one_for_nothing_are_refused()
    {
        var topic = await _client.TopicAsync("topic");
        var push = await _client.SubscriptionAsync("push", topic, it => it.PushConfig = Push("/push"));
        var pull = await _client.SubscriptionAsync("pull", topic);
        Assert.That(
            await PubSubClient.StatusAsync(_client.Subscriber.PullAsync(new() { Subscription = push, MaxMessages = 1 })),
            Is.EqualTo(StatusCode.FailedPrecondition));
        Assert.That(
            await PubSubClient.StatusAsync(_client.Subscriber.PullAsync(new() { Subscription = pull })),
            Is.EqualTo(StatusCode.InvalidArgument));
    }

    private static PubsubMessage Message(string text) => new() { Data = ByteString.CopyFromUtf8(text) };

    private PushConfig Push(string path) => new() { PushEndpoint = _receiver.Endpoint(path).AbsoluteUri };

    private Task<IReadOnlyList<Push>> PushesAsync(int count) =>
        Eventually.SeesAsync(() => _receiver.Pushes, pushes => pushes.Count >= count);
}
