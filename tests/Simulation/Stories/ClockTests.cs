using CdAutomation.Simulation.Time;

namespace CdAutomation.Simulation.Stories;

public sealed class ClockTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 23, 10, 0, 0, TimeSpan.Zero);

    [Test]
    public void Things_happen_in_the_order_of_their_time_and_then_of_their_asking()
    {
        var clock = new VirtualClock(Start);
        var happened = new List<string>();
        clock.After(TimeSpan.FromSeconds(2), () => happened.Add($"late at {clock.Now - Start}"));
        clock.After(TimeSpan.FromSeconds(1), () => happened.Add("first"));
        clock.After(TimeSpan.FromSeconds(1), () => happened.Add("second"));
        while (clock.Step())
        {
        }

        Assert.That(happened, Is.EqualTo(new[] { "first", "second", "late at 00:00:02" }));
    }

    [Test]
    public void A_delay_and_a_deadline_go_by_the_clock()
    {
        var clock = new VirtualClock(Start);
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(5), clock);
        var delay = Task.Delay(TimeSpan.FromSeconds(3), clock, CancellationToken.None);
        clock.Step();
        Assert.That((delay.IsCompleted, deadline.IsCancellationRequested, clock.Now - Start), Is.EqualTo((true, false, TimeSpan.FromSeconds(3))));
        clock.Step();
        Assert.That(deadline.IsCancellationRequested);
    }

    [Test]
    public void A_timer_that_was_stopped_never_fires()
    {
        var clock = new VirtualClock(Start);
        var fired = 0;
        using var timer = clock.CreateTimer(_ => fired++, null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
        clock.Step();
        clock.Step();
        timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Assert.That((clock.Step(), fired), Is.EqualTo((false, 2)));
    }

    [Test]
    public void Whoever_goes_on_in_another_thread_is_caught()
    {
        var clock = new VirtualClock(Start);
        Exception? caught = null;
        var thread = new Thread(() => caught = Assert.Throws<InvalidOperationException>(() => clock.After(TimeSpan.Zero, () => { })));
        thread.Start();
        thread.Join();
        Assert.That(caught, Is.Not.Null);
    }

    [Test]
    public void Streams_of_one_seed_are_the_same_everywhere_and_do_not_disturb_each_other()
    {
        var (one, two, other) = (new Chance(7, 0), new Chance(7, 0), new Chance(7, 1));
        _ = other.Hex(100);
        Assert.That(one.Hex(32), Is.EqualTo(two.Hex(32)));
        Assert.That(other.Hex(32), Is.Not.EqualTo(one.Hex(32)));
    }
}
