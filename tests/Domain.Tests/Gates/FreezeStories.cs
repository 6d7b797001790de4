using System.Collections.Immutable;
using CdAutomation.Domain.Gates;

namespace CdAutomation.Domain.Tests.Gates;

public sealed class FreezeStories
{
    private static readonly Freeze Earnings = In("earnings", "Asia/Tokyo", new(2026, 11, 2), new(2026, 11, 5), "earnings week");

    [Test]
    public void Before_a_freeze_releases_go_and_the_next_one_is_named()
    {
        var verdict = Judge([Earnings], new(2026, 11, 1, 14, 59, 59, TimeSpan.Zero));
        Assert.That((verdict.Gate, verdict.Finding, verdict.NextLook), Is.EqualTo(("freeze", Finding.Pass, (DateTimeOffset?)Utc(11, 1, 15))));
        Assert.That(verdict.Reason, Is.EqualTo(new Reason(
            "freeze.none", "no freeze is in force; freeze earnings ('earnings week') begins 2026-11-02 00:00 Asia/Tokyo (2026-11-01 15:00:00Z)")));
    }

    [Test]
    public void During_it_everything_holds_until_it_ends()
    {
        var verdict = Judge([Earnings], Utc(11, 1, 15));
        Assert.That((verdict.Finding, verdict.NextLook), Is.EqualTo((Finding.Hold, (DateTimeOffset?)Utc(11, 4, 15))));
        Assert.That(verdict.Reason, Is.EqualTo(new Reason(
            "freeze.active", "freeze earnings ('earnings week') holds everything, until 2026-11-05 00:00 Asia/Tokyo (2026-11-04 15:00:00Z)")));
    }

    [Test]
    public void After_the_last_one_only_an_event_can_bring_another()
    {
        var verdict = Judge([Earnings], Utc(11, 4, 15));
        Assert.That((verdict.Finding, verdict.Reason, verdict.NextLook), Is.EqualTo(
            (Finding.Pass, new Reason("freeze.none", "no freeze is in force, and none is to come"), (DateTimeOffset?)null)));
        Assert.That(Judge([], Utc(11, 4, 15)), Is.EqualTo(verdict));
    }

    [Test]
    public void Freezes_that_overlap_or_touch_are_one_whatever_their_zones()
    {
        ImmutableArray<Freeze> freezes =
        [
            In("audit", "Europe/Berlin", new(2026, 11, 4, 7, 0, 0), new(2026, 11, 6), null),
            Earnings,
            In("move", "Etc/UTC", new(2026, 11, 5, 23, 0, 0), new(2026, 11, 7), null),
            In("later", "Etc/UTC", new(2026, 11, 7, 0, 1, 0), new(2026, 11, 8), null),
        ];

        var verdict = Judge(freezes, Utc(11, 4, 10));
        Assert.That(verdict.NextLook, Is.EqualTo(Utc(11, 7, 0)));
        Assert.That(verdict.Reason.Sentence, Is.EqualTo("freeze audit with 1 more holds everything, until 2026-11-07 01:00 Europe/Berlin (2026-11-07 00:00:00Z)"));
    }

    [Test]
    public void A_freeze_that_is_years_long_or_years_away_is_exact_all_the_same()
    {
        var decade = In("decade", "America/New_York", new(2030, 7, 1), new(2040, 1, 1), null);
        Assert.That(Judge([decade], Utc(11, 4, 10)).NextLook, Is.EqualTo(new DateTimeOffset(2030, 7, 1, 4, 0, 0, TimeSpan.Zero)));
        Assert.That(Judge([decade], new(2033, 1, 1, 0, 0, 0, TimeSpan.Zero)).NextLook, Is.EqualTo(new DateTimeOffset(2040, 1, 1, 5, 0, 0, TimeSpan.Zero)));
    }

    [Test]
    public void A_freeze_that_ends_in_the_hour_that_repeats_holds_in_both()
    {
        // From 02:00 to 02:30 the clock of Berlin is inside twice, at 00:00Z and at 01:00Z.
        var night = In("night", "Europe/Berlin", new(2026, 10, 24), new(2026, 10, 25, 2, 30, 0), null);
        Assert.That(Judge([night], Utc(10, 24, 12)).NextLook, Is.EqualTo(Utc(10, 25, 0).AddMinutes(30)));
        Assert.That(Judge([night], Utc(10, 25, 0).AddMinutes(30)).NextLook, Is.EqualTo(Utc(10, 25, 1)));
        Assert.That(Judge([night], Utc(10, 25, 1)).NextLook, Is.EqualTo(Utc(10, 25, 1).AddMinutes(30)));
    }

    [Test]
    public void A_zone_that_nobody_knows_is_never_a_pass()
    {
        var verdict = Judge([Earnings with { TimeZone = "Mars/Base" }], Utc(1, 1, 0));
        Assert.That((verdict.Finding, verdict.Reason.Code), Is.EqualTo((Finding.Unknown, "freeze.zone")));
    }

    private static Verdict Judge(ImmutableArray<Freeze> freezes, DateTimeOffset now) => FreezeGate.Judge(new(freezes), now);

    private static Freeze In(string name, string zone, DateTime from, DateTime to, string? reason) => new(name, new(from, to), zone, reason, []);

    private static DateTimeOffset Utc(int month, int day, int hour) => new(2026, month, day, hour, 0, 0, TimeSpan.Zero);
}
