using CdAutomation.Domain.Gates;

namespace CdAutomation.Delivery.Tests;

/// <summary>Gates that are asked elsewhere, through the whole of deciding, keeping and paying.</summary>
public sealed class AskedStories
{
    private World _world = null!;

    [SetUp]
    public void Begins() => _world = new World(new Gate.Webhook("https://gate.example", TimeSpan.FromSeconds(10)));

    [TearDown]
    public void Ends() => _world.Dispose();

    [Test]
    public async Task A_push_is_asked_about_and_deployed_within_one_delivery()
    {
        var push = _world.Push("v1.0.0");
        await _world.Worker().Inbox.ReceiveAsync(push, default);

        Assert.That(_world.Asked, Is.EqualTo(new[] { "production/webhook/v1.0.0" }));
        Assert.That(_world.Revisions, Has.Count.EqualTo(1));
        var records = await _world.Journal.RecordsAsync(new("shop", "v1.0.0", 10), default);
        Assert.That(records.Select(record => record.Reason.Code), Is.EqualTo(new[] { "rollout.serving", "rollout.started", "gate.asking" }));
        Assert.That(records.Select(record => record.Cause), Is.All.EqualTo(push.Key));
    }

    [Test]
    public async Task While_nobody_answers_it_waits_and_a_tick_asks_again()
    {
        _world.Answers["webhook"] = new(Finding.Unknown, new("webhook.unreachable", "nobody answers"));
        await _world.Worker().Inbox.ReceiveAsync(_world.Push("v1.0.0"), default);
        await _world.Worker().Tick.RunAsync(default);
        Assert.That((_world.Revisions.Count, _world.Asked.Count), Is.EqualTo((0, 1)));

        _world.Answers.Clear();
        _world.Clock.Advance(TimeSpan.FromSeconds(6));
        await _world.Worker().Tick.RunAsync(default);
        Assert.That((_world.Revisions.Count, _world.Asked.Count), Is.EqualTo((1, 2)));
    }

    [Test]
    public async Task A_worker_killed_at_any_call_leaves_a_question_that_the_next_one_asks()
    {
        var calls = 0;
        for (var at = 1; calls == 0 || at <= calls; at++)
        {
            using var world = new World(new Gate.Webhook("https://gate.example", TimeSpan.FromSeconds(10)));
            var push = world.Push("v1.0.0");
            try
            {
                await world.KillAt(at).Worker().Inbox.ReceiveAsync(push, default);
                calls = world.Calls;
            }
            catch (Killed)
            {
                world.KillAt(-1);
                // Pub/Sub delivers again what was not acknowledged; time does the rest.
                await world.Worker().Inbox.ReceiveAsync(push, default);
                for (var tick = 0; tick < 4; tick++)
                {
                    world.Clock.Advance(TimeSpan.FromSeconds(61));
                    await world.Worker().Tick.RunAsync(default);
                }
            }

            Assert.That(world.Revisions, Has.Count.EqualTo(1), $"killed at call {at}");
            Assert.That((await world.StateAsync()).Owed, Is.Empty, $"killed at call {at}");
        }

        Assert.That(calls, Is.GreaterThan(8));
    }
}
