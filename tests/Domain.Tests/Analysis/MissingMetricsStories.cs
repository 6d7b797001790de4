using CdAutomation.Domain.Rollouts.Analysis;

namespace CdAutomation.Domain.Tests.Analysis;

public sealed class MissingMetricsStories
{
    private static readonly RevisionTraffic Good = Measured.Traffic(10_000, 0);

    private static IEnumerable<TestCaseData> Incomplete()
    {
        yield return Case("nothing", Measured.Several(10));
        yield return Case("no canary", Measured.One(null, Good));
        yield return Case("no stable", Measured.One(Good, null));
        yield return Case("canary once missing", Measured.Several(10, (Good, Good), (null, Good), (Good, Good)));
        yield return Case("stable once missing", Measured.Several(10, (Good, Good), (Good, null)));
        yield return Case("canary untimed", Measured.One(Measured.Untimed(10_000, 0), Good));
        yield return Case("stable untimed", Measured.One(Good, Measured.Untimed(10_000, 0)));
        yield return Case("canary once untimed", Measured.Several(10, (Good, Good), (Measured.Untimed(1, 0), Good)));

        static TestCaseData Case(string name, Comparison seen) => new TestCaseData(seen).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(Incomplete))]
    public void What_is_not_known_is_never_healthy(Comparison seen)
    {
        var verdict = AnalysisJudge.Judge(Measured.Policy(), seen);
        Assert.That(verdict, Is.TypeOf<AnalysisVerdict.Inconclusive>());
        Assert.That(verdict.Reason.Code, Is.EqualTo("analysis.unknown"));
    }

    [Test]
    public void What_is_known_is_evidence_all_the_same() => Assert.That(
        AnalysisJudge.Judge(Measured.Policy(), Measured.Several(10, (Measured.Untimed(100, 50), null), (null, null))), Is.TypeOf<AnalysisVerdict.Unhealthy>());

    [Test]
    public void The_complete_ones_are_healthy() => Assert.That(
        AnalysisJudge.Judge(Measured.Policy(), Measured.Several(10, (Good, Good), (RevisionTraffic.None, Good))), Is.TypeOf<AnalysisVerdict.Healthy>());

    [Test]
    public void A_revision_that_was_not_measured_is_not_one_without_traffic() => Assert.That(
        AnalysisJudge.Judge(Measured.Policy(), Measured.One(RevisionTraffic.None, Good)).Reason.Code, Is.EqualTo("analysis.traffic"));

    [TestCase(-1, 0, "traffic.requests")]
    [TestCase(1_000_000_000_001, 0, "traffic.requests")]
    [TestCase(10, 11, "traffic.errors")]
    [TestCase(10, -1, "traffic.errors")]
    public void Counts_that_cannot_be_are_refused(long requests, long errors, string code) =>
        Assert.That(RevisionTraffic.Of(requests, errors, null).Problems.Select(it => it.Code), Is.EqualTo(new[] { code }));

    [Test]
    public void Of_a_period_is_known_what_ended_three_minutes_ago()
    {
        var began = Measured.Began;
        var seen = MetricsSpan.Known(began, began.AddMinutes(7), MetricsSpan.Delay)!;
        Assert.That((seen.From, seen.Until, seen.Length), Is.EqualTo((began, began.AddMinutes(4), TimeSpan.FromMinutes(4))));
        Assert.That(MetricsSpan.Known(DateTimeOffset.MinValue, DateTimeOffset.MinValue, MetricsSpan.Delay), Is.Null);
    }

    [Test]
    public void What_is_counted_twice_is_a_mistake_of_the_caller() => Assert.That(
        () => new Comparison([new(Measured.Span(Measured.Began, 10), Good, Good), new(Measured.Span(Measured.Began.AddMinutes(9), 10), Good, Good)]),
        Throws.ArgumentException);
}
