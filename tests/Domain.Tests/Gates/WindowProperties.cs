using System.Collections.Immutable;
using CdAutomation.Domain.Gates;
using CsCheck;

namespace CdAutomation.Domain.Tests.Gates;

/// <summary>Windows and freezes agree, at every instant that was tried, with the slow way round.</summary>
public sealed class WindowProperties
{
    private static readonly TimeSpan Scanned = TimeSpan.FromDays(9);

    private static readonly ImmutableArray<(string Zone, int Year)> Places =
    [
        ("Europe/Berlin", 2025), ("America/New_York", 2025), ("Asia/Tokyo", 2025), ("Australia/Lord_Howe", 2025),
        ("America/Santiago", 2025), ("Africa/Casablanca", 2025), ("Pacific/Apia", 2011),
    ];

    /// <summary>Each clock change of the places, and the middle of the year, which is far from any.</summary>
    private static readonly ImmutableArray<(string Zone, DateTimeOffset At)> Anchors =
    [
        .. from place in Places
           let year = new DateTimeOffset(place.Year, 1, 1, 0, 0, 0, TimeSpan.Zero)
           from at in WindowOracle.Changes(place.Zone, year, year.AddYears(1)).Add(year.AddDays(180))
           where WindowOracle.Agrees(place.Zone, at.AddDays(-9), at.AddDays(20))
           select (place.Zone, at),
    ];

    private static readonly Gen<TimeOnly> Times = Gen.Frequency(
        (3, Gen.Int[0, 8].Select(half => new TimeOnly(half / 2, half % 2 * 30))),
        (1, Gen.Int[0, 1439].Select(minute => TimeOnly.MinValue.AddMinutes(minute))));

    private static readonly Gen<Schedule> Weekly =
        from days in Gen.Int[1, 127]
        from start in Times
        from end in Gen.Frequency((5, Times), (1, Gen.Const(start)))
        select (Schedule)new Schedule.Weekly([.. Enum.GetValues<DayOfWeek>().Where(day => (days & (1 << (int)day)) != 0)], start, end);

    private static Gen<Schedule> Once(DateTimeOffset near) =>
        from start in Gen.Int[-5 * 48, 9 * 48]
        from length in Gen.Frequency((3, Gen.Int[1, 200]), (1, Gen.Int[1, 9 * 1440]))
        let wall = near.DateTime.AddMinutes(start * 30)
        select (Schedule)new Schedule.Once(wall, wall.AddMinutes(length));

    private static Gen<Window> OneWindow(string zone, DateTimeOffset near) =>
        from kind in Gen.Frequency((2, Gen.Const(WindowKind.Allow)), (1, Gen.Const(WindowKind.Deny)))
        from schedule in Gen.Frequency((2, Weekly), (1, Once(near)))
        from other in Gen.Int[0, 2 * Places.Length]
        let elsewhere = other < Places.Length && WindowOracle.Agrees(Places[other].Zone, near.AddDays(-9), near.AddDays(20)) ? Places[other].Zone : zone
        select new Window(kind, schedule, elsewhere, null);

    private static readonly Gen<(ImmutableArray<Window> Windows, DateTimeOffset Now)> Cases =
        from anchor in Gen.Int[0, Anchors.Length - 1].Select(index => Anchors[index])
        from windows in OneWindow(anchor.Zone, anchor.At).Array[1, 4]
        from minutes in Gen.Frequency((1, Gen.Int[-3 * 1440, 3 * 1440]), (1, Gen.Int[-4, 4].Select(half => half * 30)))
        from ticks in Gen.Frequency((1, Gen.Const(0)), (1, Gen.Int[-599_999_999, 599_999_999]))
        select (windows.ToImmutableArray(), anchor.At.AddMinutes(minutes).AddTicks(ticks));

    [Test]
    public void The_machine_and_the_product_know_the_same_clock_changes()
    {
        // Years that are past, so that no government changes them any more: two changes in five zones, none in Tokyo, and Apia's lost day beside its two.
        Assert.That(Anchors.Select(anchor => anchor.Zone).Distinct(), Is.EquivalentTo(Places.Select(place => place.Zone)));
        Assert.That(Anchors, Has.Length.EqualTo(Places.Length + 2 * (Places.Length - 2) + 3));
    }

    [Test]
    public void A_window_opens_and_closes_exactly_when_the_wall_clock_says() => Cases.Sample(
        (windows, now) =>
        {
            var verdict = WindowsGate.Judge(new(windows), now);
            Assert.That(verdict.Finding, Is.EqualTo(WindowOracle.IsOpen(windows, now) ? Finding.Pass : Finding.Hold), verdict.Reason.Sentence);
            Agrees(windows, now, verdict);
        },
        iter: 500,
        print: Print);

    [Test]
    public void A_freeze_holds_exactly_while_the_wall_clock_says() => Cases.Sample(
        (windows, now) =>
        {
            var spans = windows.Where(window => window.Schedule is Schedule.Once).Select(window => window with { Kind = WindowKind.Deny }).ToImmutableArray();
            var freezes = spans.Select(span => new Freeze("f", (Schedule.Once)span.Schedule, span.TimeZone, null, [])).ToImmutableArray();

            var verdict = FreezeGate.Judge(new(freezes), now);
            Assert.That(verdict.Finding, Is.EqualTo(WindowOracle.IsOpen(spans, now) ? Finding.Pass : Finding.Hold), verdict.Reason.Sentence);
            Agrees(spans, now, verdict);
        },
        iter: 300,
        print: Print);

    [Test]
    public void Each_next_look_finds_the_other_answer() => Cases.Sample(
        (windows, now) =>
        {
            var (at, verdict) = (now, WindowsGate.Judge(new(windows), now));
            for (var turn = 0; turn < 20 && verdict.NextLook is { } next && next - at < TimeSpan.FromDays(400); turn++)
            {
                var before = WindowsGate.Judge(new(windows), next.AddTicks(-1));
                var after = WindowsGate.Judge(new(windows), next);
                Assert.That(before.Finding, Is.EqualTo(verdict.Finding));
                Assert.That(before.NextLook, Is.EqualTo(next));
                Assert.That(after.Finding, Is.Not.EqualTo(verdict.Finding));
                (at, verdict) = (next, after);
            }
        },
        iter: 300,
        print: Print);

    private static void Agrees(ImmutableArray<Window> windows, DateTimeOffset now, Verdict verdict)
    {
        if (WindowOracle.Flip(windows, now, Scanned) is { } flip)
            Assert.That(verdict.NextLook, Is.EqualTo(flip), verdict.Reason.Sentence);
        else
            Assert.That(verdict.NextLook, Is.Null.Or.GreaterThan(now + Scanned), verdict.Reason.Sentence);
    }

    private static string Print((ImmutableArray<Window> Windows, DateTimeOffset Now) one) =>
        $"{one.Now:O}: {string.Join("; ", one.Windows.Select(window => $"{window.Kind} {WindowsGate.Describe(window)}"))}";
}
