using System.Globalization;
using CdAutomation.Domain.Decisions;
using CdAutomation.Domain.Gates;

namespace CdAutomation.Delivery.Tests;

/// <summary>What a closed window holds goes by itself when it opens, through the whole of events, ticks, journal and Cloud Run.</summary>
public sealed class WindowStories
{
    /// <summary>A window of every day, the push, and the first instant at which the wall clock shows a time inside the window.</summary>
    // On the day when clocks go back an hour comes twice, and a release that missed the first goes in the second.
    [TestCase("Europe/Berlin", "02:30-03:00", "2026-10-24T12:00:00Z", "2026-10-25T00:30:00Z")]
    [TestCase("Europe/Berlin", "02:30-03:00", "2026-10-25T01:05:00Z", "2026-10-25T01:30:00Z")]
    [TestCase("America/New_York", "01:30-02:00", "2026-11-01T05:00:00Z", "2026-11-01T05:30:00Z")]
    [TestCase("America/New_York", "01:30-02:00", "2026-11-01T06:05:00Z", "2026-11-01T06:30:00Z")]
    [TestCase("Australia/Lord_Howe", "01:30-02:00", "2026-04-04T14:00:00Z", "2026-04-04T14:30:00Z")]
    // On the day when they go forward the window never comes, and the release goes on the next day.
    [TestCase("Europe/Berlin", "02:30-03:00", "2027-03-27T23:00:00Z", "2027-03-29T00:30:00Z")]
    [TestCase("America/New_York", "02:30-03:00", "2027-03-14T05:00:00Z", "2027-03-15T06:30:00Z")]
    [TestCase("Australia/Lord_Howe", "02:00-02:30", "2026-10-03T15:00:00Z", "2026-10-04T15:00:00Z")]
    public async Task It_goes_at_the_very_second_on_both_days_on_which_clocks_change(string zone, string hours, string pushed, string opens)
    {
        using var world = new World(Instant(pushed), Daily(zone, hours));
        await world.Worker().Inbox.ReceiveAsync(world.Push("v1.0.0"), default);
        var held = (await world.Journal.RecordsAsync(new("shop", "v1.0.0", 10), default)).Single();
        Assert.That(held.Outcome, Is.EqualTo(Outcome.Held));
        Assert.That(held.NextLook, Is.EqualTo(Instant(opens)));

        await TicksUntilAsync(world, Instant(opens) - TimeSpan.FromSeconds(1));
        Assert.That(world.Revisions, Is.Empty);

        world.Clock.Advance(TimeSpan.FromSeconds(1));
        await world.Worker().Tick.RunAsync(default);
        Assert.That(world.Revisions, Is.EqualTo(new[] { $"{World.Web}@{World.DigestOf("v1.0.0")}" }));
    }

    [Test]
    public async Task Of_several_that_were_held_the_newest_goes_and_the_others_are_told_so()
    {
        using var world = new World(Instant("2026-11-23T10:00:00Z"), Daily("UTC", "12:00-13:00"));
        foreach (var tag in new[] { "v1.0.0", "v1.2.0", "v1.1.0" })
            await world.Worker().Inbox.ReceiveAsync(world.Push(tag), default);

        await TicksUntilAsync(world, Instant("2026-11-23T12:00:00Z"));
        Assert.That(world.Revisions, Is.EqualTo(new[] { $"{World.Web}@{World.DigestOf("v1.2.0")}" }));
        foreach (var tag in new[] { "v1.0.0", "v1.1.0" })
            Assert.That((await world.Journal.RecordsAsync(new("shop", tag, 1), default)).Single().Reason.Code, Is.EqualTo("candidate.overtaken").Or.EqualTo("candidate.older"));
    }

    /// <summary>Goes on to the instant in steps of a quarter of an hour at most, with a tick at the end of each, as a scheduler would.</summary>
    private static async Task TicksUntilAsync(World world, DateTimeOffset end)
    {
        while (world.Clock.GetUtcNow() is var now && now < end)
        {
            world.Clock.Advance(TimeSpan.FromTicks(Math.Min((end - now).Ticks, TimeSpan.FromMinutes(15).Ticks)));
            await world.Worker().Tick.RunAsync(default);
        }
    }

    private static Gate.Windows Daily(string zone, string hours)
    {
        var (from, to) = (TimeOnly.Parse(hours[..5], CultureInfo.InvariantCulture), TimeOnly.Parse(hours[6..], CultureInfo.InvariantCulture));
        return new([new(WindowKind.Allow, new Schedule.Weekly([.. Enum.GetValues<DayOfWeek>()], from, to), zone, null)]);
    }

    private static DateTimeOffset Instant(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
