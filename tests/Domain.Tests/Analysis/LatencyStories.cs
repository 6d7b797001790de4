using System.Collections.Immutable;
using CdAutomation.Domain.Rollouts.Analysis;

namespace CdAutomation.Domain.Tests.Analysis;

public sealed class LatencyStories
{
    private static readonly ImmutableArray<TimeSpan> Coarse = [TimeSpan.FromMilliseconds(500), TimeSpan.FromMilliseconds(1000)];

    private static AnalysisVerdict Judge(RevisionTraffic canary, RevisionTraffic stable, int? limit) =>
        AnalysisJudge.Judge(Measured.Policy(maxLatency: limit), Measured.One(canary, stable));

    [Test]
    public void A_canary_whose_slowest_are_within_the_limit_is_healthy_and_one_beyond_it_is_not()
    {
        var stable = Measured.Traffic(1000, 0);
        Assert.That(Judge(Measured.Traffic(1000, 0, [(50, 980), (2000, 20)]), stable, 800), Is.TypeOf<AnalysisVerdict.Healthy>());
        var slow = Judge(Measured.Traffic(1000, 0, [(50, 800), (2000, 200)]), RevisionTraffic.None, 800);
        Assert.That(slow, Is.TypeOf<AnalysisVerdict.Unhealthy>());
        Assert.That(slow.Reason.ToString(), Does.StartWith(
            "analysis.latency.limit: 200 of 1000 (20%) requests of the canary took longer than 800 ms, and at most 5% may: the evidence of harm is 10^"));
    }

    [Test]
    public void A_slow_canary_is_found_by_the_stable_without_a_limit()
    {
        var slow = Judge(Measured.Traffic(300, 0, 200), Measured.Traffic(5000, 0, 50), null);
        Assert.That(slow.Reason.ToString(), Does.StartWith(
            "analysis.latency.worse: the 95th percentile of the canary is from 147.6 to 206.6 ms and of the stable revision from 38.4 to 53.8 ms"));
        Assert.That(slow, Is.TypeOf<AnalysisVerdict.Unhealthy>());
    }

    [Test]
    public void The_next_bucket_is_not_slower_yet() =>
        Assert.That(Judge(Measured.Traffic(100_000, 0, 60), Measured.Traffic(100_000, 0, 50), null), Is.TypeOf<AnalysisVerdict.Healthy>());

    [Test]
    public void A_few_cold_starts_are_not_slower_yet() => Assert.That(
        Judge(Measured.Traffic(5000, 0, [(50, 4960), (3000, 40)]), Measured.Traffic(95_000, 0, 50), null), Is.TypeOf<AnalysisVerdict.Healthy>());

    [Test]
    public void What_the_buckets_do_not_tell_is_not_healthy()
    {
        var canary = Measured.Value(RevisionTraffic.Of(1000, 0, Measured.Histogram(Coarse, (50, 900), (700, 100))));
        var verdict = Judge(canary, canary, 800);
        Assert.That(verdict.Reason.ToString(), Is.EqualTo(
            "analysis.latency.coarse: the 95th percentile of the canary is from 500 to 1000 ms, and its buckets do not tell on which side of 800 ms"));
        Assert.That(((AnalysisVerdict.Inconclusive)verdict).MoreRequests, Is.Null);
        Assert.That(Judge(canary, canary, 1000), Is.TypeOf<AnalysisVerdict.Healthy>());
    }

    [Test]
    public void A_limit_on_latency_asks_for_as_many_timed_requests()
    {
        var canary = Measured.Value(RevisionTraffic.Of(1000, 0, Measured.Histogram(Measured.Bounds, (50, 120))));
        var verdict = Judge(canary, Measured.Traffic(1000, 0), 800);
        Assert.That(verdict.Reason.Code, Is.EqualTo("analysis.traffic"));
        Assert.That(((AnalysisVerdict.Inconclusive)verdict).MoreRequests, Is.EqualTo(180));
    }

    [Test]
    public void A_histogram_says_between_what_its_answers_lie()
    {
        var histogram = Measured.Histogram(Coarse, (100, 90), (700, 6), (5000, 4));
        Assert.That(histogram.Requests, Is.EqualTo(100));
        Assert.That(histogram.Above(TimeSpan.FromMilliseconds(800)), Is.EqualTo((4L, 10L)));
        Assert.That(histogram.Above(TimeSpan.FromMilliseconds(500)), Is.EqualTo((10L, 10L)));
        Assert.That(histogram.Above(TimeSpan.FromMilliseconds(2000)), Is.EqualTo((0L, 4L)));
        Assert.That(histogram.Percentile(0.9), Is.EqualTo(((TimeSpan, TimeSpan?)?)(TimeSpan.Zero, TimeSpan.FromMilliseconds(500))));
        Assert.That(histogram.Percentile(0.95), Is.EqualTo(((TimeSpan, TimeSpan?)?)(TimeSpan.FromMilliseconds(500), TimeSpan.FromMilliseconds(1000))));
        Assert.That(histogram.Percentile(0.99), Is.EqualTo(((TimeSpan, TimeSpan?)?)(TimeSpan.FromMilliseconds(1000), null)));
        Assert.That(Measured.Histogram(Coarse).Percentile(0.95), Is.Null);
    }

    [Test]
    public void Histograms_add_up_on_the_bounds_that_both_have()
    {
        var fine = Measured.Histogram([.. new[] { 100, 500, 700, 1000 }.Select(it => TimeSpan.FromMilliseconds(it))], (50, 1), (200, 2), (600, 3), (800, 4), (2000, 5));
        var sum = fine.Plus(Measured.Histogram(Coarse, (50, 10), (600, 20), (2000, 30)));
        Assert.That(sum.Bounds, Is.EqualTo(Coarse));
        Assert.That(sum.Counts, Is.EqualTo(new long[] { 13, 27, 35 }));
        Assert.That(fine.Plus(Measured.Histogram([], (50, 1))).Counts, Is.EqualTo(new long[] { 16 }));
    }

    [Test]
    public void What_is_no_histogram_is_refused_with_every_problem()
    {
        var problems = LatencyHistogram.Of([TimeSpan.FromMilliseconds(5), TimeSpan.FromMilliseconds(5)], [1, -1, long.MaxValue]).Problems;
        Assert.That(problems.Select(it => it.ToString()), Is.EqualTo(new[]
        {
            "latencies.bounds: bound 1 is 5 ms and not above the one before it",
            "latencies.count: bucket 1 counts -1, and a count is from 0 to 1000000000000",
            "latencies.count: bucket 2 counts 9223372036854775807, and a count is from 0 to 1000000000000",
        }));
        Assert.That(LatencyHistogram.Of([TimeSpan.Zero], [1, 1]).Problems.Single().Code, Is.EqualTo("latencies.bounds"));
        Assert.That(LatencyHistogram.Of([], []).Problems.Single().Code, Is.EqualTo("latencies.shape"));
        Assert.That(LatencyHistogram.Of(default, default).Problems.Single().Code, Is.EqualTo("latencies.shape"));
        Assert.That(LatencyHistogram.Of([.. Enumerable.Range(1, 500).Select(it => TimeSpan.FromMilliseconds(it))], [.. new long[501]]).Problems.Single().Code,
            Is.EqualTo("latencies.buckets"));
    }
}
