using CdAutomation.Domain.Rollouts.Analysis;

namespace CdAutomation.Domain.Tests.Analysis;

/// <summary>Requests one by one, judged after each of them. The seeds are fixed, so each run of the tests sees the same streams.</summary>
public sealed class SimulatedStreams
{
    private const int Streams = 150;
    private const int Requests = 1000;

    // So many false alarms that they can be counted: with 1 in 100 there would hardly be one.
    private const double FalseAlarms = 0.2;

    /// <summary>A canary that does no harm, even where it is as bad as the tolerance and the limit allow.</summary>
    [TestCase(0.5, 0.0, 0.0, 0.01)]
    [TestCase(0.5, 0.01, 0.01, 0.01)]
    [TestCase(0.05, 0.01, 0.01, 0.01)]
    [TestCase(0.5, 0.1, 0.1, null)]
    [TestCase(0.5, 0.126, 0.1, null)]
    [TestCase(0.05, 0.126, 0.1, null)]
    [TestCase(0.5, 0.5, 0.5, 0.5)]
    public void Looked_at_after_every_request_false_alarms_are_no_more_than_asked_for(double weight, double canary, double stable, double? limit)
    {
        var alarms = Found(weight, canary, stable, limit, FalseAlarms).Count(it => it is not null);
        Assert.That(alarms, Is.LessThanOrEqualTo(FalseAlarms * Streams));
    }

    /// <summary>A canary that does harm is found in nearly every stream, and soon.</summary>
    [TestCase(0.5, 1.0, 0.001, 0.01, 4)]
    [TestCase(0.5, 0.2, 0.001, 0.01, 60)]
    [TestCase(0.5, 0.2, 0.001, null, 200)]
    [TestCase(0.05, 0.2, 0.001, null, 900)]
    [TestCase(0.5, 0.05, 0.001, 0.01, 500)]
    public void Harm_is_found_in_half_of_the_streams_within_so_many_requests_of_both(
        double weight, double canary, double stable, double? limit, int within)
    {
        var found = Found(weight, canary, stable, limit, AnalysisJudge.FalseAlarms);
        Assert.That(found.Count(it => it <= within), Is.GreaterThanOrEqualTo(Streams / 2));
        Assert.That(found.Count(it => it is null), Is.LessThanOrEqualTo(Streams / 10));
    }

    /// <summary>The same for latencies: a log-normal one of both, and a canary that takes so many times as long.</summary>
    [TestCase(1.0, 0, 30)]
    [TestCase(1.3, 0, 30)]
    [TestCase(4.0, 135, 150)]
    public void A_canary_is_slower_where_it_takes_several_times_as_long(double times, int least, int most)
    {
        var found = Enumerable.Range(1, Streams).AsParallel().Count(seed => IsFoundSlow(new Random(seed), times));
        Assert.That(found, Is.InRange(least, most));
    }

    private static bool IsFoundSlow(Random chance, double times)
    {
        var (mine, others) = (Nothing(), Nothing());
        for (var request = 1; request <= 400; request++)
        {
            mine = mine.Plus(One(times));
            others = others.Plus(One(1));
            if (request % 4 == 0 && AnalysisJudge.Judge(Measured.Policy(), Measured.One(Timed(mine), Timed(others)), FalseAlarms) is AnalysisVerdict.Unhealthy)
                return true;
        }

        return false;

        static LatencyHistogram Nothing() => Measured.Histogram(Measured.Bounds);
        static RevisionTraffic Timed(LatencyHistogram latencies) => Measured.Value(RevisionTraffic.Of(latencies.Requests, 0, latencies));
        LatencyHistogram One(double factor) => Measured.Histogram(Measured.Bounds, ((int)(80 * factor * Math.Exp(0.7 * Normal())), 1));
        double Normal() => Math.Sqrt(-2 * Math.Log(1 - chance.NextDouble())) * Math.Cos(2 * Math.PI * chance.NextDouble());
    }

    /// <summary>After how many requests of both revisions each stream is called unhealthy; null where it never is.</summary>
    private static int?[] Found(double weight, double canary, double stable, double? limit, double falseAlarms)
    {
        var policy = Measured.Policy((decimal?)limit);
        return [.. Enumerable.Range(1, Streams).AsParallel().AsOrdered().Select(seed => Found(new Random(seed), policy, weight, canary, stable, falseAlarms))];
    }

    private static int? Found(Random chance, Policies.Analysis policy, double weight, double canary, double stable, double falseAlarms)
    {
        (long Requests, long Errors) mine = default, others = default;
        for (var request = 1; request <= Requests; request++)
        {
            var isMine = chance.NextDouble() < weight;
            ref var one = ref isMine ? ref mine : ref others;
            one = (one.Requests + 1, one.Errors + (chance.NextDouble() < (isMine ? canary : stable) ? 1 : 0));
            var seen = Measured.One(Measured.Untimed(mine.Requests, mine.Errors), Measured.Untimed(others.Requests, others.Errors));
            if (AnalysisJudge.Judge(policy, seen, falseAlarms) is AnalysisVerdict.Unhealthy)
                return request;
        }

        return null;
    }
}
