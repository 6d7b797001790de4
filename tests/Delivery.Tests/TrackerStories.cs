using CdAutomation.Domain.Decisions;
using CdAutomation.Domain.Rollouts;

namespace CdAutomation.Delivery.Tests;

/// <summary>Who counts deployments is told at least once, whatever becomes of the others.</summary>
public sealed class TrackerStories
{
    private World _world = null!;

    [SetUp]
    public void Begins() => _world = new World();

    [TearDown]
    public void Ends() => _world.Dispose();

    [Test]
    public async Task Who_is_down_is_told_later_and_nobody_else_again()
    {
        var (down, other) = (new Tracker("down") { Answer = new StepResult.Unfinished(new("down.unreachable", "nobody answers")) }, new Tracker("other"));
        _world.Trackers.AddRange([down, other]);
        await _world.Worker().Inbox.ReceiveAsync(_world.Push("v1.0.0"), default);
        for (var minute = 0; minute < 5; minute++)
            await TickAsync();

        Assert.That((down.Told.Count, other.Told.Count, _world.Announced.Count), Is.EqualTo((0, 1, 1)));
        Assert.That((await _world.StateAsync()).Owed.Select(effect => effect.Id), Is.EqualTo(new[] { $"{other.Told[0].Id}/down" }));

        down.Answer = new StepResult.Done(null);
        for (var minute = 0; minute < 5; minute++)
            await TickAsync();
        Assert.That((down.Told.Count, other.Told.Count, _world.Announced.Count), Is.EqualTo((1, 1, 1)));
        Assert.That(down.Told, Is.EqualTo(other.Told));
        Assert.That((await _world.StateAsync()).Owed, Is.Empty);
    }

    [Test]
    public async Task Who_refuses_is_told_no_more_and_it_is_journalled()
    {
        _world.Trackers.Add(new Tracker("picky") { Answer = new StepResult.Failed(new("picky.refused", "it is not taken")) });
        await _world.Worker().Inbox.ReceiveAsync(_world.Push("v1.0.0"), default);

        Assert.That((await _world.StateAsync()).Owed, Is.Empty);
        var kept = await _world.Journal.RecordsAsync(new("shop", "v1.0.0", 10), default);
        Assert.That(kept.Where(record => record.Outcome == Outcome.Untold).Select(record => record.Reason.Code), Is.EqualTo(new[] { "picky.refused" }));
    }

    [Test]
    public async Task What_is_owed_to_somebody_who_is_not_asked_for_any_more_is_owed_no_more()
    {
        _world.Trackers.Add(new Tracker("gone") { Answer = new StepResult.Unfinished(new("gone.unreachable", "nobody answers")) });
        await _world.Worker().Inbox.ReceiveAsync(_world.Push("v1.0.0"), default);
        Assert.That((await _world.StateAsync()).Owed, Is.Not.Empty);

        _world.Trackers.Clear();
        await TickAsync();
        Assert.That((await _world.StateAsync()).Owed, Is.Empty);
    }

    [Test]
    public async Task A_worker_that_is_killed_at_any_call_leaves_each_of_them_told_of_the_same()
    {
        var whole = 0;
        for (var call = 1; whole == 0; call++)
        {
            using var world = new World();
            var trackers = new[] { new Tracker("one", world.Alive), new Tracker("other", world.Alive) };
            world.Trackers.AddRange(trackers);
            var push = world.Push("v1.0.0");
            world.KillAt(call);
            try
            {
                await world.Worker().Inbox.ReceiveAsync(push, default);
                whole = call;
            }
            catch (Killed)
            {
                world.KillAt(-1);
                await world.Worker().Inbox.ReceiveAsync(push, default);
                for (var minute = 0; minute < 3; minute++)
                {
                    world.Clock.Advance(TimeSpan.FromMinutes(2));
                    await world.Worker().Tick.RunAsync(default);
                }
            }

            Assert.That((await world.StateAsync()).Owed, Is.Empty, $"killed at call {call}");
            foreach (var tracker in trackers)
                Assert.That(tracker.Told.Distinct().Select(told => told.Version), Is.EqualTo(new[] { "v1.0.0" }), $"killed at call {call}");
        }

        Assert.That(whole, Is.GreaterThan(10));
    }

    private async Task TickAsync()
    {
        _world.Clock.Advance(TimeSpan.FromMinutes(2));
        await _world.Worker().Tick.RunAsync(default);
    }

    private sealed class Tracker(string name, Action? alive = null) : ITrackDeployments
    {
        public string Name => name;

        public StepResult Answer { get; set; } = new StepResult.Done(null);

        public List<Deployment> Told { get; } = [];

        public Task<StepResult> TrackAsync(Deployment deployment, CancellationToken cancellation)
        {
            alive?.Invoke();
            if (Answer is StepResult.Done)
                Told.Add(deployment);
            alive?.Invoke();
            return Task.FromResult(Answer);
        }
    }
}
