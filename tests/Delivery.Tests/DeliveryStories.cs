using CdAutomation.Domain.Decisions;
using CdAutomation.Domain.Images;
using CdAutomation.Domain.Releases;

namespace CdAutomation.Delivery.Tests;

public sealed class DeliveryStories
{
    private World _world = null!;

    [SetUp]
    public void Begins() => _world = new World();

    [TearDown]
    public void Ends() => _world.Dispose();

    [Test]
    public async Task A_push_is_journalled_decided_paid_and_announced()
    {
        var push = _world.Push("v1.0.0");
        await _world.Worker().Inbox.ReceiveAsync(push, default);

        Assert.That(_world.Revisions, Is.EqualTo(new[] { $"{World.Web}@{World.DigestOf("v1.0.0")}" }));
        Assert.That(
            (await _world.Journal.RecordsAsync(new("shop", "v1.0.0", 10), default)).Select(record => record.Outcome),
            Is.EqualTo(new[] { Outcome.Deployed, Outcome.Deploying }));
        Assert.That(_world.Announced.Single(), Has.Property("Outcome").EqualTo("deployed").And.Property("Revision").EqualTo("web-00001-aaa"));
        Assert.That((await _world.StateAsync()).Owed, Is.Empty);
    }

    [Test]
    public async Task The_same_message_three_times_is_one_event_and_one_revision()
    {
        var push = _world.Push("v1.0.0");
        for (var time = 0; time < 3; time++)
            await _world.Worker().Inbox.ReceiveAsync(push, default);

        Assert.That(_world.Revisions, Has.Count.EqualTo(1));
        Assert.That((await _world.Journal.EventsAsync([push.Key], default)).Values.Single().Times, Is.EqualTo(3));
        Assert.That(await _world.Journal.RecordsAsync(new("shop", null, 10), default), Has.Length.EqualTo(2));
    }

    [Test]
    public async Task An_event_that_concerns_no_pipeline_is_kept_with_the_reason()
    {
        Assert.That(Repository.TryParse("example.com/other/image", out var other));
        var push = _world.Push("v1.0.0") with { Signal = new Signal.ImagePushed(other!, World.DigestOf("x"), "v1", ArtifactKind.Image) };
        await _world.Worker().Inbox.ReceiveAsync(push, default);

        Assert.That((await _world.Journal.LatestEventsAsync(true, 10, default)).Single().Refusal!.Code, Is.EqualTo("event.unheard"));
    }

    [TestCase("v1.0.0", "candidate.older")]
    [TestCase("v1.2.0", "rollout.serving")]
    public async Task A_digest_that_somebody_asks_for_is_judged_by_the_tag_that_names_it(string tag, string code)
    {
        await _world.Worker().Inbox.ReceiveAsync(_world.Push("v1.1.0"), default);
        var asked = _world.Push(tag) with
        {
            Topic = "request",
            Signal = new Signal.DeployRequested("shop", new ImageReference(World.Web, null, World.DigestOf(tag)), "ann@acme.example"),
        };
        await _world.Worker().Inbox.ReceiveAsync(asked, default);

        var last = (await _world.Journal.RecordsAsync(new("shop", tag, 10), default))[0];
        Assert.That(last.Reason.Code, Is.EqualTo(code));
        Assert.That(last.Actor, Is.EqualTo("ann@acme.example"));
        Assert.That(last.Cause, Is.EqualTo(asked.Key));
    }

    [Test]
    public async Task While_the_registry_is_down_the_push_waits_and_the_tick_finishes_it()
    {
        _world.RegistryIsDown = true;
        var (inbox, tick) = _world.Worker();
        await inbox.ReceiveAsync(_world.Push("v1.0.0"), default);
        Assert.That(_world.Revisions, Is.Empty);

        _world.RegistryIsDown = false;
        _world.Clock.Advance(TimeSpan.FromSeconds(6));
        await tick.RunAsync(default);
        Assert.That(_world.Revisions, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_push_whose_event_never_came_is_found_by_the_survey()
    {
        var (inbox, tick) = _world.Worker();
        await inbox.ReceiveAsync(_world.Push("v1.0.0"), default);
        _ = _world.Push("v1.1.0");

        _world.Clock.Advance(TimeSpan.FromMinutes(6));
        await tick.RunAsync(default);
        Assert.That(_world.Revisions[^1], Does.EndWith(World.DigestOf("v1.1.0").Value));
    }

    [Test]
    public async Task A_journal_that_cannot_be_reached_is_the_callers_to_see()
    {
        var down = new MortalJournal(_world.Journal, () => throw new JournalUnavailableException("the disk is gone", new IOException()));
        var inbox = new Inbox(down, null!, null!, null!);

        Assert.That(async () => await inbox.ReceiveAsync(_world.Push("v1.0.0"), default), Throws.TypeOf<JournalUnavailableException>());
        Assert.That(await _world.Journal.CountEventsAsync(default), Is.EqualTo(new EventCounts(0, 0)));
    }

    [Test]
    public async Task Many_workers_at_once_end_on_the_newest_with_no_revision_twice()
    {
        var pushes = Enumerable.Range(0, 30).Select(patch => _world.Push($"v1.0.{patch}")).ToArray();
        await Parallel.ForEachAsync(
            pushes.Concat(pushes).OrderBy(push => push.MessageId.Length % 3),
            new ParallelOptions { MaxDegreeOfParallelism = 16 },
            async (push, cancellation) => await _world.Worker().Inbox.ReceiveAsync(push, cancellation));

        // A worker that lost the race for a message leaves it unsettled for the tick.
        await TicksAsync();
        Assert.That(_world.Revisions[^1], Does.EndWith(World.DigestOf("v1.0.29").Value));
        Assert.That(_world.Revisions, Is.Unique);
    }

    [Test]
    public async Task Killed_at_any_call_the_next_delivery_and_tick_finish_the_story()
    {
        var calls = await CallsOfAsync(1_000_000);
        Assert.That(calls, Is.GreaterThan(40), "the story must be worth dying in");
        for (var call = 1; call <= calls; call++)
            _ = await CallsOfAsync(call);
    }

    /// <summary>Two versions and an older one, the worker dying at one call; then what Pub/Sub and the scheduler would do.</summary>
    private static async Task<int> CallsOfAsync(int killAt)
    {
        using var world = new World();
        var pushes = new[] { world.Push("v1.0.0"), world.Push("v1.2.0"), world.Push("v1.1.0") };
        world.KillAt(killAt);

        var unacknowledged = new List<JournalEvent>();
        foreach (var push in pushes)
        {
            try
            {
                await world.Worker().Inbox.ReceiveAsync(push, default);
            }
            catch (Killed)
            {
                unacknowledged.Add(push);
            }
        }

        var calls = world.Calls;
        for (var round = 0; round < 4; round++)
        {
            world.Clock.Advance(TimeSpan.FromSeconds(61));
            await world.Worker().Tick.RunAsync(default);
        }

        foreach (var push in unacknowledged)
            await world.Worker().Inbox.ReceiveAsync(push, default);

        Assert.That(world.Revisions[^1], Does.EndWith(World.DigestOf("v1.2.0").Value), $"killed at {killAt}");
        Assert.That(world.Revisions, Is.Unique, $"killed at {killAt}");
        Assert.That((await world.StateAsync()).Owed, Is.Empty, $"killed at {killAt}");
        foreach (var tag in new[] { "v1.1.0", "v1.2.0" })
            Assert.That(await world.Journal.RecordsAsync(new("shop", tag, 10), default), Is.Not.Empty, $"{tag}, killed at {killAt}");
        Assert.That(await world.Journal.UnsettledAsync(DateTimeOffset.MaxValue, 10, default), Is.Empty, $"killed at {killAt}");
        return calls;
    }

    private async Task TicksAsync()
    {
        for (var round = 0; round < 4; round++)
        {
            _world.Clock.Advance(TimeSpan.FromSeconds(61));
            await _world.Worker().Tick.RunAsync(default);
        }
    }
}
