using CdAutomation.Domain.Rollouts.Analysis;

namespace CdAutomation.Domain.Tests.Analysis;

public sealed class JudgeStories
{
    private static AnalysisVerdict Judge(RevisionTraffic? canary, RevisionTraffic? stable, Policies.Analysis? policy = null) =>
        AnalysisJudge.Judge(policy ?? Measured.Policy(), Measured.One(canary, stable));

    [Test]
    public void One_error_in_three_requests_takes_nothing_back()
    {
        var verdict = Judge(Measured.Traffic(3, 1), Measured.Traffic(57, 0));
        Assert.That(verdict, Is.TypeOf<AnalysisVerdict.Inconclusive>());
        Assert.That(verdict.Reason.Code, Is.EqualTo("analysis.traffic"));
        Assert.That(verdict.Reason.Sentence, Is.EqualTo(
            "the canary got 3 requests in 10m, and 300 are needed: 297 more, which takes about 16h30m as it goes"));
        Assert.That(((AnalysisVerdict.Inconclusive)verdict).MoreRequests, Is.EqualTo(297));
    }

    [Test]
    public void A_fifth_of_sixty_requests_in_error_is_taken_back_at_once_with_the_numbers()
    {
        var verdict = Judge(Measured.Traffic(60, 12), RevisionTraffic.None);
        Assert.That(verdict, Is.TypeOf<AnalysisVerdict.Unhealthy>());
        Assert.That(verdict.Reason.ToString(), Is.EqualTo(
            "analysis.errors.limit: the canary failed in 12 of 60 (20%) requests, and at most 1% are allowed: "
            + "the evidence of harm is 10^9, and 400 is reached by at most 1% of rollouts that do none"));
        Assert.That(Judge(Measured.Traffic(60, 12), Measured.Traffic(1140, 1)).Reason.Sentence, Does.StartWith(
            "the canary failed in 12 of 60 (20%) requests and the stable revision in 1 of 1140 (0.088%), and 1.25 times it and 0.1% more are no difference: "));
    }

    [TestCase(2, 0, true)]
    [TestCase(1, 0, false)]
    public void A_canary_that_only_fails_is_found_with_its_second_request_by_the_limit(int requests, int stable, bool found) =>
        Assert.That(Judge(Measured.Traffic(requests, requests), Measured.Traffic(stable, 0)) is AnalysisVerdict.Unhealthy, Is.EqualTo(found));

    [TestCase(10)]
    public void And_with_its_tenth_by_the_stable_alone(int requests) =>
        Assert.That(
            Judge(Measured.Traffic(requests, requests), Measured.Traffic(200, 0), Measured.Policy(null)).Reason.Code,
            Is.EqualTo("analysis.errors.worse"));

    [Test]
    public void Errors_that_the_stable_has_in_the_same_period_are_not_the_canarys()
    {
        // Both are in trouble; the policy sets no limit.
        Assert.That(Judge(Measured.Traffic(1000, 100), Measured.Traffic(19_000, 1900), Measured.Policy(null)), Is.TypeOf<AnalysisVerdict.Healthy>());
        Assert.That(
            Judge(Measured.Traffic(1000, 100), Measured.Traffic(19_000, 190), Measured.Policy(null)).Reason.Code, Is.EqualTo("analysis.errors.worse"));
    }

    [Test]
    public void Trouble_of_both_while_the_canary_had_more_of_the_traffic_is_not_its_own()
    {
        // Added up, the canary would have 500 errors in 6,000 requests (8.3 %) and the stable 519 in 24,000 (2.2 %).
        (RevisionTraffic?, RevisionTraffic?) quiet = (Measured.Traffic(1000, 1), Measured.Traffic(19_000, 19));
        (RevisionTraffic?, RevisionTraffic?) outage = (Measured.Traffic(5000, 500), Measured.Traffic(5000, 500));
        var apart = AnalysisJudge.Judge(Measured.Policy(null), Measured.Several(10, quiet, outage));
        Assert.That(apart, Is.TypeOf<AnalysisVerdict.Healthy>(), apart.Reason.Sentence);
        Assert.That(Judge(Measured.Traffic(6000, 501), Measured.Traffic(24_000, 519), Measured.Policy(null)), Is.TypeOf<AnalysisVerdict.Unhealthy>());
    }

    [Test]
    public void Errors_of_several_periods_weigh_together()
    {
        (RevisionTraffic?, RevisionTraffic?) period = (Measured.Traffic(200, 6), Measured.Traffic(3800, 4));
        Assert.That(AnalysisJudge.Judge(Measured.Policy(null), Measured.Several(10, period)), Is.TypeOf<AnalysisVerdict.Inconclusive>());
        Assert.That(AnalysisJudge.Judge(Measured.Policy(null), Measured.Several(10, period, period, period)), Is.TypeOf<AnalysisVerdict.Unhealthy>());
    }

    [Test]
    public void Without_traffic_of_the_stable_the_limits_alone_decide()
    {
        Assert.That(Judge(Measured.Traffic(300, 0), RevisionTraffic.None), Is.TypeOf<AnalysisVerdict.Healthy>());
        var alone = Judge(Measured.Traffic(300, 0), RevisionTraffic.None, Measured.Policy(null));
        Assert.That(alone.Reason.Code, Is.EqualTo("analysis.alone"));
        Assert.That(((AnalysisVerdict.Inconclusive)alone).MoreRequests, Is.Null);
    }

    [Test]
    public void A_rate_above_the_limit_without_enough_evidence_is_undecided_and_says_how_much_more_would_do()
    {
        var seen = Judge(Measured.Traffic(300, 5), Measured.Traffic(300, 0));
        Assert.That(seen.Reason.Code, Is.EqualTo("analysis.undecided"));
        var more = ((AnalysisVerdict.Inconclusive)seen).MoreRequests!.Value;
        Assert.That(more, Is.InRange(3000, 6000));
        // So it is: as many more of the same kind, and it is taken back; a little fewer, and it is not.
        Assert.That(Judge(Measured.Traffic(300 + more, (long)Math.Ceiling(5.0 * (300 + more) / 300)), RevisionTraffic.None), Is.TypeOf<AnalysisVerdict.Unhealthy>());
        Assert.That(Judge(Measured.Traffic(200 + more, 5 * (200 + more) / 300), RevisionTraffic.None), Is.TypeOf<AnalysisVerdict.Inconclusive>());
    }

    [Test]
    public void More_requests_would_fall_into_the_last_period()
    {
        (RevisionTraffic?, RevisionTraffic?) quiet = (Measured.Traffic(1000, 1), Measured.Traffic(19_000, 19));
        var seen = With(200, 7);
        Assert.That(seen.Reason.Code, Is.EqualTo("analysis.undecided"));
        var more = (int)((AnalysisVerdict.Inconclusive)seen).MoreRequests!.Value;
        Assert.That(With(200 + more, (int)Math.Ceiling(0.035 * (200 + more))), Is.TypeOf<AnalysisVerdict.Unhealthy>());
        Assert.That(With(200 + more / 2, 35 * (200 + more / 2) / 1000), Is.TypeOf<AnalysisVerdict.Inconclusive>());

        AnalysisVerdict With(int requests, int errors) => AnalysisJudge.Judge(
            Measured.Policy(null), Measured.Several(10, quiet, (Measured.Traffic(requests, errors), Measured.Traffic(19 * requests, 19 * requests / 1000))));
    }

    [Test]
    public void A_whole_window_must_have_been_measured()
    {
        var policy = Measured.Policy(window: TimeSpan.FromMinutes(5));
        var seen = (Measured.Traffic(1000, 0), Measured.Traffic(1000, 0));
        Assert.That(AnalysisJudge.Judge(policy, Measured.One(seen.Item1, seen.Item2, 4)).Reason.ToString(),
            Is.EqualTo("analysis.window: 4m were measured of 5m"));
        Assert.That(AnalysisJudge.Judge(policy, Measured.One(seen.Item1, seen.Item2, 5)), Is.TypeOf<AnalysisVerdict.Healthy>());
    }

    [TestCase(null, null, 100)]
    [TestCase(0.01, null, 300)]
    [TestCase(0.001, null, 3000)]
    [TestCase(0.5, null, 100)]
    [TestCase(0, null, 10_000)]
    [TestCase(0.000_000_001, null, 10_000)]
    [TestCase(0.01, 50, 50)]
    public void Enough_is_what_the_policy_says_or_what_goes_on_three_errors_of_its_limit(double? limit, int? asked, long enough) =>
        Assert.That(AnalysisJudge.MinRequests(Measured.Policy((decimal?)limit, minRequests: asked)), Is.EqualTo(enough));

    [Test]
    public void Where_no_error_is_allowed_one_is_proof()
    {
        var verdict = Judge(Measured.Traffic(1_000_000, 1), Measured.Traffic(1_000_000, 1), Measured.Policy(0));
        Assert.That(verdict, Is.TypeOf<AnalysisVerdict.Unhealthy>());
        Assert.That(verdict.Reason.Sentence, Does.Contain("beyond doubt"));
    }

    [Test]
    public void Who_has_several_targets_gives_each_a_part_of_the_false_alarms()
    {
        var seen = Measured.One(Measured.Traffic(100, 9), Measured.Traffic(100, 0));
        Assert.That(AnalysisJudge.Judge(Measured.Policy(), seen, 0.01), Is.TypeOf<AnalysisVerdict.Unhealthy>());
        Assert.That(AnalysisJudge.Judge(Measured.Policy(), seen, 0.000_01), Is.Not.TypeOf<AnalysisVerdict.Unhealthy>());
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(-1)]
    [TestCase(double.NaN)]
    public void A_probability_that_is_none_is_a_mistake_of_the_caller(double falseAlarms) => Assert.That(
        () => AnalysisJudge.Judge(Measured.Policy(), Measured.One(null, null), falseAlarms), Throws.InstanceOf<ArgumentOutOfRangeException>());
}
