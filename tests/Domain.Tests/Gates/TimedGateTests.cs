using System.Collections.Immutable;
using CdAutomation.Domain.Gates;
using CdAutomation.Domain.Releases;
using CdAutomation.Domain.Tests.Decisions;
using CsCheck;

namespace CdAutomation.Domain.Tests.Gates;

/// <summary>The gates that only count time: age, proof of an earlier stage, rate.</summary>
public sealed class TimedGateTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);
    private static readonly ReleaseImage Image = new(Story.Web, Story.DigestOf("v1.2.3"), "v1.2.3", Noon);
    private static readonly Gen<TimeSpan> Spans = Gen.Long[0, 3 * TimeSpan.TicksPerHour].Select(TimeSpan.FromTicks);

    [TestCase(0, Finding.Hold)]
    [TestCase(599, Finding.Hold)]
    [TestCase(600, Finding.Pass)]
    public void An_image_is_old_enough_exactly_when_the_time_has_passed(int seconds, Finding finding)
    {
        var verdict = AgeGate.Judge(new(TimeSpan.FromMinutes(10)), Image, Noon.AddSeconds(seconds));
        Assert.That((verdict.Gate, verdict.Finding), Is.EqualTo(("minimumReleaseAge", finding)));
        Assert.That(verdict.NextLook, Is.EqualTo(finding == Finding.Hold ? Noon.AddMinutes(10) : (DateTimeOffset?)null));
    }

    [Test]
    public void The_age_is_told_with_its_numbers()
    {
        Assert.That(AgeGate.Judge(new(TimeSpan.FromMinutes(90)), Image, Noon.AddMinutes(1)).Reason, Is.EqualTo(new Reason(
            "age.young", $"{Image.Label} has been in the registry since 2026-11-23 12:00:00Z, and 1h30m are required, which it has at 2026-11-23 13:30:00Z")));
        Assert.That(AgeGate.Judge(new(TimeSpan.FromMinutes(10)), Image, Noon.AddHours(26)).Reason, Is.EqualTo(new Reason(
            "age.ok", $"{Image.Label} has been in the registry since 2026-11-23 12:00:00Z, which is 26h, and 10m are required")));
    }

    [Test]
    public void A_release_that_no_earlier_stage_has_proved_waits_for_an_event()
    {
        var verdict = AfterGate.Judge(new("staging", TimeSpan.FromMinutes(30)), Image, null, Noon);
        Assert.That((verdict.Gate, verdict.Finding, verdict.Reason.Code, verdict.NextLook), Is.EqualTo(("after", Finding.Hold, "after.awaited", (DateTimeOffset?)null)));
        Assert.That(verdict.Reason.Sentence, Is.EqualTo($"{Image.Label} has not served all of staging yet"));
    }

    [TestCase(30, 29, "after.soaking")]
    [TestCase(30, 30, "after.ok")]
    [TestCase(0, 0, "after.ok")]
    public void A_release_soaks_from_when_it_was_proved(int soak, int minutes, string code)
    {
        var verdict = AfterGate.Judge(new("staging", TimeSpan.FromMinutes(soak)), Image, Noon, Noon.AddMinutes(minutes));
        Assert.That(verdict.Reason.Code, Is.EqualTo(code));
        Assert.That(verdict.Finding, Is.EqualTo(code == "after.ok" ? Finding.Pass : Finding.Hold));
        Assert.That(verdict.NextLook, Is.EqualTo(code == "after.ok" ? (DateTimeOffset?)null : Noon.AddMinutes(soak)));
        Assert.That(verdict.Reason.Sentence, Does.Contain("has served all of staging since 2026-11-23 12:00:00Z"));
    }

    [Test]
    public void A_full_hour_has_room_again_when_the_oldest_leaves_it()
    {
        var gate = new Gate.Rate(2, TimeSpan.FromHours(1));
        ImmutableArray<DateTimeOffset> taken = [Noon.AddMinutes(50), Noon, Noon.AddMinutes(10)];

        Assert.That(RateGate.Judge(gate, [], Noon).Finding, Is.EqualTo(Finding.Pass));
        var full = RateGate.Judge(gate, taken, Noon.AddMinutes(60));
        Assert.That((full.Gate, full.Finding, full.NextLook), Is.EqualTo(("rate", Finding.Hold, (DateTimeOffset?)Noon.AddMinutes(70))));
        Assert.That(full.Reason, Is.EqualTo(new Reason(
            "rate.full", "2 of at most 2 releases were taken within 1h of 2026-11-23 13:00:00Z; there is room again at 2026-11-23 13:10:00Z")));
        Assert.That(RateGate.Judge(gate, taken, Noon.AddMinutes(70)).Reason, Is.EqualTo(new Reason(
            "rate.ok", "1 of at most 2 releases were taken within 1h of 2026-11-23 13:10:00Z")));
    }

    [Test]
    public void The_rate_is_what_counting_gives_and_holds_until_exactly_the_instant_it_names() =>
        Gen.Select(Spans.Array[0, 8], Gen.Int[1, 4], Spans.Where(span => span > TimeSpan.Zero), Spans).Sample((ages, atMost, per, ahead) =>
        {
            var (gate, now) = (new Gate.Rate(atMost, per), Noon + ahead);
            ImmutableArray<DateTimeOffset> taken = [.. ages.Select(age => Noon + age)];
            Finding Counted(DateTimeOffset at) => taken.Count(each => each > at - per) < atMost ? Finding.Pass : Finding.Hold;

            var verdict = RateGate.Judge(gate, taken, now);
            Assert.That(verdict.Finding, Is.EqualTo(Counted(now)));
            Assert.That(verdict.NextLook is null, Is.EqualTo(verdict.Finding == Finding.Pass));
            if (verdict.NextLook is { } next)
                Assert.That((Counted(next.AddTicks(-1)), Counted(next)), Is.EqualTo((Finding.Hold, Finding.Pass)));
        });

    [Test]
    public void Age_and_soak_hold_until_exactly_the_instant_they_name() =>
        Gen.Select(Spans, Spans).Sample((required, passed) =>
        {
            Verdict[] Both(DateTimeOffset at) => [AgeGate.Judge(new(required), Image, at), AfterGate.Judge(new("staging", required), Image, Noon, at)];

            foreach (var (verdict, index) in Both(Noon + passed).Select((verdict, index) => (verdict, index)))
            {
                Assert.That(verdict.Finding, Is.EqualTo(passed < required ? Finding.Hold : Finding.Pass));
                if (verdict.NextLook is { } next)
                    Assert.That((Both(next.AddTicks(-1))[index].Finding, Both(next)[index].Finding), Is.EqualTo((Finding.Hold, Finding.Pass)));
            }
        });

    [Test]
    public void No_length_is_too_long()
    {
        Assert.That(AgeGate.Judge(new(TimeSpan.MaxValue), Image, Noon).NextLook, Is.EqualTo(DateTimeOffset.MaxValue));
        Assert.That(AfterGate.Judge(new("staging", TimeSpan.MaxValue), Image, Noon, Noon).NextLook, Is.EqualTo(DateTimeOffset.MaxValue));
        Assert.That(RateGate.Judge(new(1, TimeSpan.MaxValue), [Noon], Noon).NextLook, Is.EqualTo(DateTimeOffset.MaxValue));
    }

    [TestCase(0, "0s")]
    [TestCase(59, "59s")]
    [TestCase(3600, "1h")]
    [TestCase(5400, "1h30m")]
    [TestCase(90061, "25h1m1s")]
    public void Lengths_are_told_as_policies_write_them(int seconds, string text) =>
        Assert.That(Instants.Length(TimeSpan.FromSeconds(seconds)), Is.EqualTo(text));
}
