using CdAutomation.Domain.Releases;

namespace CdAutomation.Delivery.Tests;

/// <summary>Published policies when events are lost, late, or their worker dies.</summary>
public sealed class PolicyEventStories : PublishedStories
{
    [Test]
    public async Task While_the_registry_is_down_the_event_waits_and_a_tick_finishes_it()
    {
        var published = World.Publish(One, 1);
        World.RegistryIsDown = true;
        await ReceiveAsync(published);
        Assert.That((await World.Journal.UnsettledAsync(DateTimeOffset.MaxValue, 10, default)).Single().Key, Is.EqualTo(published.Key));

        World.RegistryIsDown = false;
        World.Clock.Advance(TimeSpan.FromSeconds(61));
        await World.Worker().Tick.RunAsync(default);
        Assert.That(await World.Journal.ActiveCommitAsync(default), Is.EqualTo(One));
        Assert.That(await World.Journal.UnsettledAsync(DateTimeOffset.MaxValue, 10, default), Is.Empty);
    }

    [Test]
    public async Task Policies_whose_event_never_came_are_found_by_the_tick_which_asks_now_and_then()
    {
        var tick = World.Worker().Tick;
        await tick.RunAsync(default);
        _ = World.Publish(One, 1);

        World.Clock.Advance(TimeSpan.FromMinutes(1));
        await tick.RunAsync(default);
        Assert.That(await World.Journal.ActiveCommitAsync(default), Is.EqualTo("c1"), "not at every tick");

        World.Clock.Advance(TimeSpan.FromMinutes(4));
        await tick.RunAsync(default);
        Assert.That(await World.Journal.ActiveCommitAsync(default), Is.EqualTo(One));
        Assert.That((await World.StateAsync()).Commit, Is.EqualTo(One), "and decided again in the same tick");

        World.Clock.Advance(TimeSpan.FromMinutes(5));
        await tick.RunAsync(default);
        Assert.That(World.Fetched, Is.EqualTo(1), "what is in force is not fetched again");
    }

    [Test]
    public async Task News_that_could_not_be_told_are_told_by_a_later_tick()
    {
        World.TopicIsDown = true;
        await ReceiveAsync(World.Publish(One, 1));
        Assert.That(World.News, Is.Empty);

        World.TopicIsDown = false;
        await World.Worker().Tick.RunAsync(default);
        await World.Worker().Tick.RunAsync(default);
        Assert.That(World.News.Select(news => news.Commit), Is.EqualTo(new[] { "c1", One }), "once each, in order");
    }

    [Test]
    public async Task Warm_workers_all_decide_under_the_new_commit_after_one_event_each()
    {
        var workers = Enumerable.Range(0, 10).Select(_ => World.Worker()).ToArray();
        foreach (var (inbox, _) in workers)
            await inbox.ReceiveAsync(World.Push("v0.0.1"), default);

        await ReceiveAsync(World.Publish(One, 1));
        var pushes = workers.Select((worker, number) => (worker.Inbox, Push: World.Push($"v1.0.{number}"))).ToArray();
        foreach (var (inbox, push) in pushes)
        {
            await inbox.ReceiveAsync(push, default);
            var record = (await World.Journal.RecordsAsync(new("shop", ((Signal.ImagePushed)push.Signal!).Tag, 1), default)).Single();
            Assert.That(record.Commit, Is.EqualTo(One));
        }
    }

    [Test]
    public async Task Killed_at_any_call_the_next_delivery_and_tick_finish_it()
    {
        var calls = await CallsOfAsync(1_000_000);
        Assert.That(calls, Is.GreaterThan(20), "the story must be worth dying in");
        for (var call = 1; call <= calls; call++)
            _ = await CallsOfAsync(call);
    }

    private static async Task<int> CallsOfAsync(int killAt)
    {
        using var world = new World();
        await world.Worker().Inbox.ReceiveAsync(world.Push("v2.0.0"), default);
        var published = world.Publish(One, 1, ">=1.0.0 <2.0.0");
        var push = world.Push("v1.5.0");
        world.KillAt(killAt);
        var unacknowledged = new List<JournalEvent>();
        foreach (var received in new[] { published, push })
        {
            try
            {
                await world.Worker().Inbox.ReceiveAsync(received, default);
            }
            catch (Killed)
            {
                unacknowledged.Add(received);
            }
        }

        var calls = world.Calls;
        for (var round = 0; round < 3; round++)
        {
            world.Clock.Advance(TimeSpan.FromSeconds(61));
            await world.Worker().Tick.RunAsync(default);
        }

        foreach (var received in unacknowledged)
            await world.Worker().Inbox.ReceiveAsync(received, default);
        await world.Worker().Tick.RunAsync(default);

        Assert.That(await world.Journal.ActiveCommitAsync(default), Is.EqualTo(One), $"killed at {killAt}");
        Assert.That((await world.Journal.ActivePolicyAsync(default))!.Number, Is.EqualTo(2), $"once, killed at {killAt}");
        Assert.That((await world.StateAsync()).Commit, Is.EqualTo(One), $"killed at {killAt}");
        Assert.That(world.News.Select(news => news.Commit).Distinct(), Is.EqualTo(new[] { "c1", One }), $"killed at {killAt}");
        Assert.That(await world.Journal.PolicyNewsAsync(10, default), Is.Empty, $"killed at {killAt}");
        Assert.That(await world.Journal.UnsettledAsync(DateTimeOffset.MaxValue, 10, default), Is.Empty, $"killed at {killAt}");
        return calls;
    }
}
