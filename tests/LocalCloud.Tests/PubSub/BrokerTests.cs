using CdAutomation.LocalCloud.PubSub;
using CsCheck;
using Google.Cloud.PubSub.V1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.Time.Testing;

namespace CdAutomation.LocalCloud.Tests.PubSub;

/// <summary>Leases, backoff and dead letters by the clock, without a network.</summary>
public sealed class BrokerTests
{
    private const string TopicName = "projects/prj/topics/topic";
    private const string DeadName = "projects/prj/topics/dead";
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(10);

    private FakeTimeProvider _clock = null!;
    private PubSubFaults _faults = null!;
    private Broker _broker = null!;

    [SetUp]
    public void Start()
    {
        _clock = new(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
        _faults = new(new Random(1));
        _broker = new(new MessageStore(null), _clock, _faults);
        _broker.CreateTopic(new() { Name = TopicName });
        _broker.CreateTopic(new() { Name = DeadName });
    }

    [TearDown]
    public void Stop() => _broker.Dispose();

    [Test]
    public void Each_failure_doubles_the_wait_from_the_least_to_the_most()
    {
        var state = Subscribe("sub", it => it.RetryPolicy = Backoff(10, 45));
        Publish("stubborn");
        foreach (var wait in new[] { 10, 20, 40, 45, 45 })
        {
            var taken = _broker.Take(state, 1, Lease).Single();
            _broker.ModifyDeadline(state, [taken.AckId], 0);
            _clock.Advance(TimeSpan.FromSeconds(wait) - TimeSpan.FromMilliseconds(1));
            Assert.That(_broker.Take(state, 1, Lease), Is.Empty, $"before {wait} s");
            _clock.Advance(TimeSpan.FromMilliseconds(1));
        }

        Assert.That(_broker.Take(state, 1, Lease), Has.Count.EqualTo(1));
    }

    [Test]
    public void Without_a_retry_policy_a_pull_waits_for_nothing_and_a_push_a_little()
    {
        var pull = Subscribe("pull");
        var push = Subscribe("push", it => it.PushConfig = new() { PushEndpoint = "http://127.0.0.1:1/" });
        Publish("x");
        _broker.ModifyDeadline(pull, [_broker.Take(pull, 1, Lease).Single().AckId], 0);
        Assert.That(_broker.Take(pull, 1, Lease), Has.Count.EqualTo(1));

        _broker.ModifyDeadline(push, [_broker.Take(push, 1, Lease).Single().AckId], 0);
        Assert.That(_broker.Take(push, 1, Lease), Is.Empty);
        _clock.Advance(TimeSpan.FromMilliseconds(100));
        Assert.That(_broker.Take(push, 1, Lease), Has.Count.EqualTo(1));
    }

    [Test]
    public void A_lease_that_runs_out_is_a_failure_and_a_longer_one_is_not()
    {
        var state = Subscribe("sub", it => it.DeadLetterPolicy = new() { DeadLetterTopic = DeadName, MaxDeliveryAttempts = 5 });
        Publish("x");
        var first = _broker.Take(state, 1, Lease).Single();
        Assert.That(first.DeliveryAttempt, Is.EqualTo(1));
        _broker.ModifyDeadline(state, [first.AckId], 60);
        _clock.Advance(TimeSpan.FromSeconds(59));
        Assert.That(_broker.Take(state, 1, Lease), Is.Empty);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.That(_broker.Take(state, 1, Lease).Single().DeliveryAttempt, Is.EqualTo(2));
    }

    [Test]
    public void A_late_acknowledgement_still_counts_and_a_late_refusal_does_not()
    {
        var state = Subscribe("sub");
        Publish("x");
        var first = _broker.Take(state, 1, Lease).Single();
        _clock.Advance(Lease);
        var second = _broker.Take(state, 1, Lease).Single();
        _broker.ModifyDeadline(state, [first.AckId], 0);
        Assert.That(_broker.Holds(state, second.AckId), Is.True, "the present holder keeps it");
        _broker.Acknowledge(state, [first.AckId]);
        _clock.Advance(Lease);
        Assert.That(_broker.Take(state, 1, Lease), Is.Empty);
    }

    [Test]
    public void A_message_that_used_up_its_attempts_goes_to_the_dead_letter_topic_with_its_origin()
    {
        var state = Subscribe("sub", it => it.DeadLetterPolicy = new() { DeadLetterTopic = DeadName, MaxDeliveryAttempts = 5 });
        var dead = Subscribe("dead-sub", it => it.Topic = DeadName);
        var id = Publish("poison");
        for (var attempt = 1; attempt <= 5; attempt++)
        {
            var taken = _broker.Take(state, 1, Lease).Single();
            Assert.That(taken.DeliveryAttempt, Is.EqualTo(attempt));
            _broker.ModifyDeadline(state, [taken.AckId], 0);
        }

        Assert.That(_broker.Take(state, 1, Lease), Is.Empty);
        var letter = _broker.Take(dead, 1, Lease).Single();
        Assert.That(letter.Message.Data.ToStringUtf8(), Is.EqualTo("poison"));
        Assert.That(letter.Message.MessageId, Is.Not.EqualTo(id));
        Assert.That(letter.DeliveryAttempt, Is.Zero, "no dead letter policy of its own");
        Assert.That(letter.Message.Attributes, Is.EquivalentTo(new Dictionary<string, string>
        {
            ["kind"] = "test",
            ["CloudPubSubDeadLetterSourceDeliveryCount"] = "5",
            ["CloudPubSubDeadLetterSourceSubscription"] = "sub",
            ["CloudPubSubDeadLetterSourceSubscriptionProject"] = "prj",
            ["CloudPubSubDeadLetterSourceTopicPublishTime"] = "2030-01-01T00:00:00.000+00:00",
        }));
    }

    [Test]
    public void A_message_is_not_lost_when_its_dead_letter_topic_is_gone()
    {
        var state = Subscribe("sub", it => it.DeadLetterPolicy = new() { DeadLetterTopic = DeadName, MaxDeliveryAttempts = 5 });
        Publish("poison");
        _broker.DeleteTopic(DeadName);
        for (var attempt = 1; attempt <= 8; attempt++)
            _broker.ModifyDeadline(state, [_broker.Take(state, 1, Lease).Single().AckId], 0);
        Assert.That(_broker.Take(state, 1, Lease), Has.Count.EqualTo(1));
    }

    [Test]
    public void A_duplicate_comes_after_the_acknowledgement_with_the_same_id_and_only_once()
    {
        var state = Subscribe("sub");
        _faults.DuplicateEach = true;
        var id = Publish("twice");
        for (var copy = 0; copy < 2; copy++)
        {
            var taken = _broker.Take(state, 10, Lease).Single();
            Assert.That(taken.Message.MessageId, Is.EqualTo(id));
            _broker.Acknowledge(state, [taken.AckId]);
        }

        Assert.That(_broker.Take(state, 10, Lease), Is.Empty);
    }

    [Test]
    public void Held_messages_change_places_and_all_arrive()
    {
        var state = Subscribe("sub");
        _faults.HoldUpTo = TimeSpan.FromSeconds(1);
        var sent = Enumerable.Range(0, 20).Select(n => Publish($"{n}")).ToList();
        var received = new List<string>();
        for (var step = 0; step < 100; step++)
        {
            _clock.Advance(TimeSpan.FromMilliseconds(10));
            received.AddRange(_broker.Take(state, 100, TimeSpan.FromHours(1)).Select(taken => taken.Message.MessageId));
        }

        Assert.That(received, Is.EquivalentTo(sent));
        Assert.That(received, Is.Not.EqualTo(sent));
    }

    [Test]
    public void A_new_life_never_gives_out_an_old_message_id()
    {
        Subscribe("sub");
        var before = Publish("x");
        using var next = new Broker(new MessageStore(null), _clock, _faults);
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        next.CreateTopic(new() { Name = TopicName });
        var after = next.Publish(new() { Topic = TopicName, Messages = { new PubsubMessage { Data = ByteString.CopyFromUtf8("x") } } })[0];
        Assert.That(long.Parse(after, null), Is.GreaterThan(long.Parse(before, null)));
    }

    [Test]
    public void Whatever_is_done_nothing_is_lost_and_nothing_acknowledged_returns() => Gen.Int[0, 5].Array[1, 80].Sample(steps =>
    {
        Stop();
        Start();
        var state = Subscribe("sub", it => it.RetryPolicy = Backoff(0, 20));
        var (owed, held) = (new HashSet<string>(), new List<ReceivedMessage>());
        foreach (var step in steps)
            Step(state, step, owed, held);

        _clock.Advance(TimeSpan.FromHours(1));
        var rest = _broker.Take(state, 1_000, Lease).Select(taken => taken.Message.MessageId).ToList();
        if (rest.Count == 0 && owed.Count > 0)
        {
            // Leases have just run out: their messages wait for their backoff.
            _clock.Advance(TimeSpan.FromHours(1));
            rest = [.. _broker.Take(state, 1_000, Lease).Select(taken => taken.Message.MessageId)];
        }

        _clock.Advance(TimeSpan.FromHours(1));
        _broker.Look(state);
        _clock.Advance(TimeSpan.FromHours(1));
        var all = _broker.Take(state, 1_000, Lease).Select(taken => taken.Message.MessageId).ToHashSet();
        return all.SetEquals(owed) && rest.All(owed.Contains);
    }, iter: 300, threads: 1);

    private void Step(SubscriptionState state, int step, HashSet<string> owed, List<ReceivedMessage> held)
    {
        switch (step)
        {
            case 0 or 1:
                owed.Add(Publish("x"));
                break;
            case 2:
                held.AddRange(_broker.Take(state, 2, Lease));
                break;
            case 3 when held.Count > 0:
                _broker.Acknowledge(state, [held[0].AckId]);
                owed.Remove(held[0].Message.MessageId);
                held.RemoveAt(0);
                break;
            case 4 when held.Count > 0:
                _broker.ModifyDeadline(state, [held[0].AckId], 0);
                break;
            default:
                _clock.Advance(TimeSpan.FromSeconds(7));
                break;
        }
    }

    private SubscriptionState Subscribe(string id, Action<Subscription>? shape = null)
    {
        var subscription = new Subscription { Name = $"projects/prj/subscriptions/{id}", Topic = TopicName };
        shape?.Invoke(subscription);
        _broker.CreateSubscription(subscription);
        return _broker.State(subscription.Name);
    }

    private string Publish(string text) => _broker.Publish(new()
    {
        Topic = TopicName,
        Messages = { new PubsubMessage { Data = ByteString.CopyFromUtf8(text), Attributes = { ["kind"] = "test" } } },
    })[0];

    private static RetryPolicy Backoff(int minimum, int maximum) => new()
    {
        MinimumBackoff = Duration.FromTimeSpan(TimeSpan.FromSeconds(minimum)),
        MaximumBackoff = Duration.FromTimeSpan(TimeSpan.FromSeconds(maximum)),
    };
}
