using CdAutomation.Domain.Gates;
using CdAutomation.PolicyFiles.Nodes;
using CsCheck;

namespace CdAutomation.PolicyFiles.Tests;

/// <summary>Spans, shares, days, hours and dates.</summary>
public sealed class ValueTests
{
    private const string Gate = "build: { status: SUCCESS, triggers: [web-release], branch: 'release/*', repository: acme/app }";

    [TestCase("30m", 0, 30, 0, 0)]
    [TestCase("1h30m", 1, 30, 0, 0)]
    [TestCase("2d", 48, 0, 0, 0)]
    [TestCase("1d2h3m4s5ms", 26, 3, 4, 5)]
    [TestCase("90m", 1, 30, 0, 0)]
    [TestCase("800ms", 0, 0, 0, 800)]
    [TestCase("0s", 0, 0, 0, 0)]
    [TestCase("PT30M", 0, 30, 0, 0)]
    [TestCase("P1D", 24, 0, 0, 0)]
    [TestCase("P1W", 168, 0, 0, 0)]
    [TestCase("P1DT2H3M4S", 26, 3, 4, 0)]
    public void A_span_is_read(string text, int hours, int minutes, int seconds, int milliseconds)
    {
        var reading = Policies.ReadChanged("mode: enforce", $"minimumReleaseAge: {text}");
        Assert.That(reading.Only().MinimumReleaseAge, Is.EqualTo(new TimeSpan(0, hours, minutes, seconds, milliseconds)));
    }

    [TestCase("30", "policy.type: 'minimumReleaseAge' is the bare number '30', which has no unit; write e.g. '30m' for minutes")]
    [TestCase("'30'", "policy.duration: 'minimumReleaseAge' is '30', a bare number without a unit")]
    [TestCase("1.5h", "policy.duration: 'minimumReleaseAge' is '1.5h', where a span is needed")]
    [TestCase("-10m", "policy.duration: 'minimumReleaseAge' is '-10m', which is negative")]
    [TestCase("-PT1M", "policy.duration: 'minimumReleaseAge' is '-PT1M', which is negative")]
    [TestCase("+1m", "policy.duration: 'minimumReleaseAge' is '+1m', where a span has no sign")]
    [TestCase("30m1h", "policy.duration")]
    [TestCase("1h1h", "policy.duration")]
    [TestCase("1h 30m", "policy.duration")]
    [TestCase("1y", "policy.duration")]
    [TestCase("P", "policy.duration")]
    [TestCase("PT", "policy.duration")]
    [TestCase("P1Y", "policy.duration")]
    [TestCase("P1DT", "policy.duration")]
    [TestCase("999999999d999999999d", "policy.duration")]
    [TestCase("9999999999999999999h", "policy.duration")]
    [TestCase("999999999d999999999h", "policy.duration: 'minimumReleaseAge' is '999999999d999999999h', where 0s to 3650d is possible")]
    [TestCase("P999999999W", "policy.duration: 'minimumReleaseAge' is 'P999999999W', where 0s to 3650d is possible")]
    public void A_text_that_is_no_span_is_told(string text, string problem) =>
        Assert.That(Policies.ReadChanged("mode: enforce", $"minimumReleaseAge: {text}").Problems.Single().ToString(),
            Does.StartWith($"p.yaml:5:22: error: {problem}"));

    [Test]
    public void A_span_that_is_written_reads_as_itself() => Gen.Long[0, 3650L * 24 * 3600 * 1000].Sample(milliseconds =>
    {
        var span = TimeSpan.FromMilliseconds(milliseconds);
        Assert.That(Durations.TryRead(Durations.Write(span), out var read, out _) && read == span, Is.True, Durations.Write(span));
    });

    [TestCase("1%", 0.01)]
    [TestCase("0.5%", 0.005)]
    [TestCase("100%", 1)]
    [TestCase("0%", 0)]
    [TestCase("99.999999%", 0.99999999)]
    public void A_share_is_read_and_written(string text, decimal share)
    {
        Assert.That(Percents.TryRead(text), Is.EqualTo(share));
        Assert.That(Percents.Write(share), Is.EqualTo(text));
    }

    [TestCase("%")]
    [TestCase("1")]
    [TestCase("101%")]
    [TestCase("-1%")]
    [TestCase("1.%")]
    [TestCase(".5%")]
    [TestCase("1 %")]
    [TestCase("1,5%")]
    [TestCase("1.0000001%")]
    [TestCase("1e1%")]
    public void A_text_that_is_no_share_is_not_read(string text) => Assert.That(Percents.TryRead(text), Is.Null);

    [TestCase("mon-thu", "Monday Tuesday Wednesday Thursday")]
    [TestCase("fri-mon", "Sunday Monday Friday Saturday")]
    [TestCase("'mon,wed,fri'", "Monday Wednesday Friday")]
    [TestCase("'mon-tue, sat'", "Monday Tuesday Saturday")]
    [TestCase("[mon, wed]", "Monday Wednesday")]
    [TestCase("[mon-tue, sun]", "Sunday Monday Tuesday")]
    [TestCase("wed", "Wednesday")]
    [TestCase("sun-sat", "Sunday Monday Tuesday Wednesday Thursday Friday Saturday")]
    public void Days_are_read(string days, string expected) =>
        Assert.That(string.Join(' ', Weekly($"days: {days}").Days), Is.EqualTo(expected));

    [TestCase("10:00-17:00", "10:00", "17:00")]
    [TestCase("22:00-02:00", "22:00", "02:00")]
    [TestCase("22:00-24:00", "22:00", "00:00")]
    [TestCase("00:00-24:00", "00:00", "00:00")]
    public void Hours_are_read(string hours, string from, string to)
    {
        var weekly = Weekly($"hours: '{hours}'");
        Assert.That($"{weekly.From:HH:mm} {weekly.To:HH:mm}", Is.EqualTo($"{from} {to}"));
        Assert.That(weekly.Days, Has.Count.EqualTo(7));
    }

    [Test]
    public void Days_without_hours_are_whole_days() => Assert.That(Weekly("days: sat").To, Is.EqualTo(TimeOnly.MinValue));

    [TestCase("days: []", "'days' is an empty list")]
    [TestCase("days: monday", "'monday' is none; possible is mon, tue")]
    [TestCase("days: mon-tue-wed", "'days' is 'mon-tue-wed'")]
    [TestCase("days: Mon", "did you mean 'mon'?")]
    [TestCase("days: ','", "'' is none")]
    [TestCase("days: {}", "'days' is a mapping, where a text is needed")]
    [TestCase("hours: 10-17", "where it is to be two times of the day")]
    [TestCase("hours: '9:00-17:00'", "where it is to be two times of the day")]
    [TestCase("hours: '24:00-01:00'", "where it is to be two times of the day")]
    [TestCase("hours: '00:00-00:00'", "which is empty; the whole day is '00:00-24:00'")]
    [TestCase("from: '2026-12-28'", "a window needs 'to'")]
    [TestCase("from: '2026-12-28', to: '2026-12-29', hours: '10:00-11:00'", "a window has both 'hours' and 'from'")]
    [TestCase("from: '2026-12-28T10:00+09:00', to: '2026-12-29'", "without an offset")]
    [TestCase("from: '2026-02-29', to: '2026-12-29'", "which is no date or time that exists")]
    [TestCase("from: '2026-12-28', to: '2026-12-28'", "which is not after 'from' '2026-12-28'")]
    [TestCase("", "a window needs 'days' or 'hours' or 'from' with 'to'")]
    public void A_window_that_is_none_is_told(string content, string sentence)
    {
        var problems = Windows($"{{ kind: allow, timeZone: Asia/Tokyo, {content} }}").Problems;
        Assert.That(problems.Single().Sentence, Does.Contain(sentence));
    }

    [TestCase("Asia/Tokio", "did you mean 'Asia/Tokyo'?")]
    [TestCase("UTC+09", "which is no IANA time zone")]
    [TestCase("Atlantis/Poseidonis", "write one such as Asia/Tokyo")]
    public void A_zone_that_does_not_exist_is_told(string zone, string sentence) =>
        Assert.That(Windows($"{{ kind: allow, days: mon, timeZone: {zone} }}").Problems.Single().Sentence, Does.Contain(sentence));

    [TestCase("days: mon, hours: '10:00-11:00'", "days: mon", true)]
    [TestCase("days: mon, hours: '10:00-11:00'", "days: tue", false)]
    [TestCase("days: mon, hours: '22:00-02:00'", "days: mon", false)]
    [TestCase("days: sun, hours: '22:00-02:00'", "days: sat-mon", true)]
    [TestCase("days: mon", "hours: '00:00-12:00'", false)]
    [TestCase("from: '2026-12-28', to: '2026-12-30'", "from: '2026-12-27', to: '2026-12-31'", true)]
    [TestCase("from: '2026-12-28', to: '2026-12-30'", "from: '2026-12-27', to: '2026-12-29'", false)]
    public void An_allow_window_under_deny_windows_is_told(string allow, string deny, bool told)
    {
        var problems = Windows($"{{ kind: allow, timeZone: UTC, {allow} }}, {{ kind: deny, timeZone: UTC, {deny} }}").Problems;
        Assert.That(problems.Any(problem => problem.Sentence.Contains("allows nothing", StringComparison.Ordinal)), Is.EqualTo(told));
    }

    private static Schedule.Weekly Weekly(string content) =>
        (Schedule.Weekly)((Gate.Windows)Windows($"{{ kind: allow, timeZone: Asia/Tokyo, {content} }}").Only().Stages[0].Gates.Single()).All.Single().Schedule;

    private static PolicyReading Windows(string windows) => Policies.ReadChanged(Gate, $"windows: [ {windows} ]");
}
