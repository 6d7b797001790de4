using CdAutomation.Domain.Gates;
using static CdAutomation.Domain.Tests.Gates.WindowWords;

namespace CdAutomation.Domain.Tests.Gates;

/// <summary>Windows on the days on which clocks change, written out in UTC.</summary>
public sealed class ClockChangeStories
{
    [TestCase("Europe/Berlin", "2026-03-28T18:00:00+01:00", "2026-03-29T08:00:00Z")]
    [TestCase("Europe/Berlin", "2026-10-24T18:00:00+02:00", "2026-10-25T09:00:00Z")]
    [TestCase("America/New_York", "2026-03-07T20:00:00-05:00", "2026-03-08T14:00:00Z")]
    [TestCase("America/New_York", "2026-10-31T20:00:00-04:00", "2026-11-01T15:00:00Z")]
    [TestCase("Australia/Lord_Howe", "2026-10-03T20:00:00+10:30", "2026-10-03T23:00:00Z")]
    [TestCase("Australia/Lord_Howe", "2026-04-04T20:00:00+11:00", "2026-04-04T23:30:00Z")]
    public void What_waits_over_the_night_of_a_clock_change_goes_at_ten_by_the_new_clock(string zone, string evening, string opens)
    {
        var verdict = Judge(evening, Allow(Daily, "10:00", "17:00", zone));
        Assert.That((verdict.Finding, verdict.Reason.Code, verdict.NextLook), Is.EqualTo((Finding.Hold, "windows.closed", (DateTimeOffset?)At(opens))));
        Assert.That(verdict.Reason.Sentence, Does.Contain($"mon-sun 10:00-17:00 {zone}").And.Contain($"10:00 {zone} ({At(opens):yyyy-MM-dd HH:mm:ss}Z)"));

        Assert.That(Judge(opens, Allow(Daily, "10:00", "17:00", zone)).NextLook, Is.EqualTo(At(opens).AddHours(7)));
    }

    [TestCase("Europe/Berlin", "02:00", "02:30", "2026-10-24T12:00Z", "2026-10-25T00:00Z 2026-10-25T00:30Z 2026-10-25T01:00Z 2026-10-25T01:30Z 2026-11-01T01:00Z")]
    [TestCase("America/New_York", "01:00", "01:30", "2026-10-31T12:00Z", "2026-11-01T05:00Z 2026-11-01T05:30Z 2026-11-01T06:00Z 2026-11-01T06:30Z 2026-11-08T06:00Z")]
    [TestCase("Australia/Lord_Howe", "01:30", "01:45", "2026-04-04T12:00Z", "2026-04-04T14:30Z 2026-04-04T14:45Z 2026-04-04T15:00Z 2026-04-04T15:15Z 2026-04-11T15:00Z")]
    public void A_window_in_the_hour_that_repeats_is_open_twice(string zone, string from, string to, string now, string flips) =>
        Assert.That(Flips(now, 5, Allow("sun", from, to, zone)), Is.EqualTo(flips.Split(' ').Select(At)));

    [Test]
    public void A_window_that_is_the_whole_hour_that_repeats_is_open_for_two_without_a_gap() => Assert.That(
        Flips("2026-10-24T12:00Z", 2, Allow("sun", "02:00", "03:00", "Europe/Berlin")), Is.EqualTo([At("2026-10-25T00:00Z"), At("2026-10-25T02:00Z")]));

    [TestCase("Europe/Berlin", "02:00", "02:59", "2026-03-28T12:00Z", "2026-04-05T00:00Z")]
    [TestCase("America/New_York", "02:00", "03:00", "2026-03-07T12:00Z", "2026-03-15T06:00Z")]
    [TestCase("Australia/Lord_Howe", "02:00", "02:30", "2026-10-03T12:00Z", "2026-10-10T15:00Z")]
    public void A_window_in_the_hour_that_is_missing_waits_for_the_next_week(string zone, string from, string to, string now, string opens) =>
        Assert.That(Flips(now, 1, Allow("sun", from, to, zone)), Is.EqualTo([At(opens)]));

    [Test]
    public void Of_a_window_that_is_partly_missing_the_rest_is_open() => Assert.That(
        Flips("2026-03-28T12:00Z", 2, Allow("sun", "02:30", "03:30", "Europe/Berlin")), Is.EqualTo([At("2026-03-29T01:00Z"), At("2026-03-29T01:30Z")]));

    [Test]
    public void A_window_on_the_day_that_Apia_left_out_waits_for_the_next_week() => Assert.That(
        Flips("2011-12-29T20:00Z", 2, Allow("fri", "00:00", "00:00", "Pacific/Apia")), Is.EqualTo([At("2012-01-05T10:00Z"), At("2012-01-06T10:00Z")]));

    [Test]
    public void A_one_off_window_in_the_hour_that_is_missing_never_opens()
    {
        var verdict = Judge("2026-03-01T00:00Z", Once(WindowKind.Allow, "2026-03-29T02:10", "2026-03-29T02:50", "Europe/Berlin"));
        Assert.That((verdict.Finding, verdict.Reason.Code, verdict.NextLook), Is.EqualTo((Finding.Hold, "windows.over", (DateTimeOffset?)null)));
    }

    [Test]
    public void A_deny_of_another_zone_leaves_a_gap_where_only_one_clock_has_changed() =>
        // From the second Sunday of March to the last New York is an hour nearer to Berlin.
        Assert.That(
            Flips("2026-11-27T00:00Z", 2, Allow(Daily, "12:00", "13:00", "Europe/Berlin"), Deny(Daily, "06:00", "07:00", "America/New_York")),
            Is.EqualTo([At("2027-03-14T11:00Z"), At("2027-03-14T12:00Z")]));
}
