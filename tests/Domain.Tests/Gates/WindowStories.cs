using System.Collections.Immutable;
using System.Globalization;
using CdAutomation.Domain.Gates;

namespace CdAutomation.Domain.Tests.Gates;

/// <summary>Windows on the days on which clocks change, and at the ends of what a policy can say, written out in UTC.</summary>
public sealed class WindowStories
{
    private const string Daily = "mon-sun";

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
        ImmutableArray<Window> windows = [Allow("mon-fri", "10:00", "17:00", "Asia/Tokyo"), Once(WindowKind.Deny, "2026-12-28T00:00", "2027-01-04T12:00", "Asia/Tokyo", "year end")];

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
        var verdict = Judge("2026-11-27T00:00Z", Once(WindowKind.Allow, "2026-11-20T10:00", "2026-11-20T12:00", "Asia/Tokyo", "launch"), Deny(Daily, "00:00", "00:00", "Asia/Tokyo"));
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
    public void A_deny_of_another_zone_leaves_a_gap_where_only_one_clock_has_changed() =>
        // From the second Sunday of March to the last New York is an hour nearer to Berlin.
        Assert.That(
            Flips("2026-11-27T00:00Z", 2, Allow(Daily, "12:00", "13:00", "Europe/Berlin"), Deny(Daily, "06:00", "07:00", "America/New_York")),
            Is.EqualTo([At("2027-03-14T11:00Z"), At("2027-03-14T12:00Z")]));

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
        ImmutableArray<Window> windows = [Once(WindowKind.Allow, "2030-01-01T10:00", "2030-01-01T12:00", "Asia/Tokyo"), Deny("sun", "00:00", "00:00", "Asia/Tokyo")];
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

    private static Verdict Judge(string now, params ImmutableArray<Window> windows) => WindowsGate.Judge(new(windows), At(now));

    /// <summary>Follows each verdict to its next look.</summary>
    private static IEnumerable<DateTimeOffset> Flips(string now, int count, params ImmutableArray<Window> windows)
    {
        var at = At(now);
        for (var index = 0; index < count; index++)
            yield return at = WindowsGate.Judge(new(windows), at).NextLook!.Value;
    }

    private static Window Allow(string days, string from, string to, string zone) => new(WindowKind.Allow, Weekly(days, from, to), zone, null);

    private static Window Deny(string days, string from, string to, string zone, string? reason = null) => new(WindowKind.Deny, Weekly(days, from, to), zone, reason);

    private static Window Once(WindowKind kind, string from, string to, string zone, string? reason = null) =>
        new(kind, new Schedule.Once(DateTime.Parse(from, CultureInfo.InvariantCulture), DateTime.Parse(to, CultureInfo.InvariantCulture)), zone, reason);

    private static Schedule.Weekly Weekly(string days, string from, string to) => new(
        [.. days switch
        {
            Daily => Enum.GetValues<DayOfWeek>(),
            "mon-fri" => Enum.GetValues<DayOfWeek>()[1..6],
            _ => days.Split(',').Select(name => Enum.GetValues<DayOfWeek>().Single(day => day.ToString().StartsWith(name, StringComparison.OrdinalIgnoreCase))),
        }],
        TimeOnly.Parse(from, CultureInfo.InvariantCulture),
        TimeOnly.Parse(to, CultureInfo.InvariantCulture));

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
