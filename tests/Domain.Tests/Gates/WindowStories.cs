using System.Collections.Immutable;
using CdAutomation.Domain.Gates;
using static CdAutomation.Domain.Tests.Gates.WindowWords;

namespace CdAutomation.Domain.Tests.Gates;

/// <summary>Windows of days without a clock change, and at the ends of what a policy can say.</summary>
public sealed class WindowStories
{
    [Test]
    public void A_night_from_friday_ends_on_saturday_and_saturday_has_none() => Assert.That(
        Flips("2026-11-27T12:00Z", 3, Allow("fri", "22:00", "04:00", "Asia/Tokyo")),
        Is.EqualTo([At("2026-11-27T13:00Z"), At("2026-11-27T19:00Z"), At("2026-12-04T13:00Z")]));

    [Test]
    public void A_weekend_of_whole_days_has_no_gap_at_midnight() => Assert.That(
        Flips("2026-11-27T12:00Z", 2, Allow("sat,sun", "00:00", "00:00", "Asia/Tokyo")), Is.EqualTo([At("2026-11-27T15:00Z"), At("2026-11-29T15:00Z")]));

    [Test]
    public void Twenty_four_hours_from_ten_end_at_ten() => Assert.That(
        Flips("2026-11-27T00:00Z", 2, Allow("sat", "10:00", "10:00", "Asia/Tokyo")), Is.EqualTo([At("2026-11-28T01:00Z"), At("2026-11-29T01:00Z")]));

    [Test]
    public void Windows_of_two_zones_that_touch_are_one() => Assert.That(
        Flips("2026-11-27T05:00Z", 2, Allow(Daily, "10:00", "18:00", "Asia/Tokyo"), Allow(Daily, "09:00", "10:00", "Etc/UTC")),
        Is.EqualTo([At("2026-11-27T10:00Z"), At("2026-11-28T01:00Z")]));

    [Test]
    public void A_one_off_deny_wins_over_the_week_and_says_why()
    {
        ImmutableArray<Window> windows =
        [
            Allow("mon-fri", "10:00", "17:00", "Asia/Tokyo"),
            Once(WindowKind.Deny, "2026-12-28T00:00", "2027-01-04T12:00", "Asia/Tokyo", "year end"),
        ];

        var held = Judge("2026-12-30T11:00:00+09:00", windows);
        Assert.That((held.Finding, held.Reason.Code, held.NextLook), Is.EqualTo((Finding.Hold, "windows.denied", (DateTimeOffset?)At("2027-01-04T03:00Z"))));
        Assert.That(held.Reason.Sentence, Is.EqualTo(
            "window 2026-12-28 00:00 to 2027-01-04 12:00 Asia/Tokyo ('year end') denies it; "
            + "window mon-fri 10:00-17:00 Asia/Tokyo opens 2027-01-04 12:00 Asia/Tokyo (2027-01-04 03:00:00Z)"));

        var open = Judge("2026-12-25T11:00:00+09:00", windows);
        Assert.That((open.Finding, open.Reason.Code, open.NextLook), Is.EqualTo((Finding.Pass, "windows.open", (DateTimeOffset?)At("2026-12-25T08:00Z"))));
        Assert.That(open.Reason.Sentence, Is.EqualTo("window mon-fri 10:00-17:00 Asia/Tokyo allows it, until 2026-12-25 17:00 Asia/Tokyo (2026-12-25 08:00:00Z)"));
    }

    [Test]
    public void A_deny_in_the_middle_of_the_day_closes_it_and_is_named()
    {
        ImmutableArray<Window> windows = [Allow(Daily, "10:00", "17:00", "Asia/Tokyo"), Deny(Daily, "12:00", "13:00", "Asia/Tokyo", "lunch")];
        Assert.That(Flips("2026-11-27T00:00Z", 4, windows), Is.EqualTo([At("2026-11-27T01:00Z"), At("2026-11-27T03:00Z"), At("2026-11-27T04:00Z"), At("2026-11-27T08:00Z")]));
        Assert.That(Judge("2026-11-27T02:00Z", windows).Reason.Sentence, Does.EndWith(
            "until 2026-11-27 12:00 Asia/Tokyo (2026-11-27 03:00:00Z), when window mon-sun 12:00-13:00 Asia/Tokyo ('lunch') begins to deny it"));
    }

    [Test]
    public void Without_a_window_that_allows_all_is_allowed_but_what_is_denied()
    {
        var deny = Once(WindowKind.Deny, "2029-01-01T00:00", "2031-01-01T00:00", "Europe/Berlin");
        Assert.That(Flips("2026-01-01T00:00Z", 2, deny), Is.EqualTo([At("2028-12-31T23:00Z"), At("2030-12-31T23:00Z")]));

        var after = Judge("2031-06-01T00:00Z", deny);
        Assert.That((after.Finding, after.NextLook), Is.EqualTo((Finding.Pass, (DateTimeOffset?)null)));
    }

    [Test]
    public void When_the_last_one_off_window_is_past_it_is_over_and_time_changes_nothing()
    {
        var verdict = Judge(
            "2026-11-27T00:00Z",
            Once(WindowKind.Allow, "2026-11-20T10:00", "2026-11-20T12:00", "Asia/Tokyo", "launch"),
            Deny(Daily, "00:00", "00:00", "Asia/Tokyo"));
        Assert.That((verdict.Finding, verdict.Reason.Code, verdict.NextLook), Is.EqualTo((Finding.Hold, "windows.over", (DateTimeOffset?)null)));
        Assert.That(verdict.Reason.Sentence, Is.EqualTo(
            "no window lets a release go after 2026-11-27 00:00:00Z any more; the last that allows is 2026-11-20 10:00 to 2026-11-20 12:00 Asia/Tokyo ('launch')"));
    }

    [Test]
    public void What_every_deny_covers_is_looked_at_again_at_the_horizon()
    {
        var now = At("2026-11-27T00:00Z");
        var verdict = Judge("2026-11-27T00:00Z", Allow(Daily, "10:00", "12:00", "Asia/Tokyo"), Deny(Daily, "09:00", "13:00", "Asia/Tokyo"));
        Assert.That((verdict.Finding, verdict.Reason.Code, verdict.NextLook), Is.EqualTo((Finding.Hold, "windows.denied", (DateTimeOffset?)now.AddDays(400))));
    }

    [Test]
    public void What_is_open_round_the_clock_stays_open_as_far_as_is_looked()
    {
        var verdict = Judge("2026-11-27T00:00Z", Allow(Daily, "00:00", "00:00", "Europe/Berlin"));
        Assert.That((verdict.Finding, verdict.NextLook), Is.EqualTo((Finding.Pass, (DateTimeOffset?)At("2026-11-27T00:00Z").AddDays(400))));
        Assert.That(verdict.Reason.Sentence, Does.EndWith("until 2028-01-01 00:00:00Z at least"));
    }

    [Test]
    public void A_one_off_window_beyond_the_horizon_is_not_over()
    {
        ImmutableArray<Window> windows =
        [
            Once(WindowKind.Allow, "2030-01-01T10:00", "2030-01-01T12:00", "Asia/Tokyo"),
            Deny("sun", "00:00", "00:00", "Asia/Tokyo"),
        ];
        Assert.That(Judge("2026-11-27T00:00Z", windows) is { Finding: Finding.Hold, Reason.Code: "windows.closed" });
        // Twice the horizon is looked at again, and then it is within it.
        Assert.That(Flips("2026-11-27T00:00Z", 3, windows), Is.EqualTo(
            [At("2026-11-27T00:00Z").AddDays(400), At("2026-11-27T00:00Z").AddDays(800), At("2030-01-01T01:00Z")]));
    }

    [Test]
    public void A_one_off_window_that_is_all_denied_is_over_before_it_begins() => Assert.That(
        Judge(
            "2026-11-27T00:00Z",
            Once(WindowKind.Allow, "2026-12-24T10:00", "2026-12-24T12:00", "Asia/Tokyo"),
            Once(WindowKind.Deny, "2026-12-24T00:00", "2026-12-25T00:00", "Asia/Tokyo")) is { Finding: Finding.Hold, Reason.Code: "windows.over", NextLook: null });

    [TestCase("Mars/Base")]
    [TestCase("asia/tokyo")]
    [TestCase("UTC+09:00")]
    [TestCase("")]
    public void A_zone_that_nobody_knows_is_never_a_pass(string zone)
    {
        Assert.That(WindowSchedule.Exists(zone), Is.False);
        var verdict = Judge("2026-11-27T02:00Z", Allow(Daily, "00:00", "00:00", "Asia/Tokyo"), Allow(Daily, "00:00", "00:00", zone));
        Assert.That((verdict.Finding, verdict.Reason.Code), Is.EqualTo((Finding.Unknown, "windows.zone")));
        Assert.That(verdict.Reason.Sentence, Does.Contain($"'{zone}'"));
    }

    [Test]
    public void The_ends_of_the_calendar_are_no_trouble([Values] bool first, [Values("Pacific/Kiritimati", "Pacific/Niue")] string zone)
    {
        var now = first ? DateTimeOffset.MinValue : DateTimeOffset.MaxValue;
        var forever = new Window(WindowKind.Deny, new Schedule.Once(DateTime.MinValue, DateTime.MaxValue), zone, null);
        foreach (var windows in new ImmutableArray<Window>[] { [forever], [Allow(Daily, "23:00", "01:00", zone)], [forever, Allow(Daily, "23:00", "01:00", zone)] })
            Assert.That(() => WindowsGate.Judge(new(windows), now), Throws.Nothing);
        Assert.That(WindowsGate.Judge(new([forever]), At("2026-11-27T00:00Z")).Finding, Is.EqualTo(Finding.Hold));
    }
}
