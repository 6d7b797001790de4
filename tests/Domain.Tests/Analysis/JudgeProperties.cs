using CdAutomation.Domain.Rollouts.Analysis;
using CsCheck;

namespace CdAutomation.Domain.Tests.Analysis;

public sealed class JudgeProperties
{
    private static readonly Gen<long> Count = Gen.OneOf(Gen.Long[0, 5], Gen.Long[0, 400], Gen.Long[0, 20_000]);

    private static readonly Gen<Policies.Analysis> Policy = Gen.Select(
        Gen.OneOf<decimal?>(null, 0m, 0.001m, 0.01m, 0.2m, 0.9m, 1m), Gen.OneOf<int?>(null, 100, 800), Gen.OneOf<int?>(null, 1, 50),
        (errors, latency, requests) => Measured.Policy(errors, latency, requests));

    /// <summary>Requests, how many of them failed, how many were slow.</summary>
    private static readonly Gen<(long Requests, long Errors, long Slow)> Traffic =
        Gen.Select(Count, Gen.OneOf(Gen.Double[0, 0.02], Gen.Double[0, 1]), Gen.OneOf(Gen.Double[0, 0.1], Gen.Double[0, 1]),
            (requests, errors, slow) => (requests, (long)(requests * errors), (long)(requests * slow)));

    private static readonly Gen<RevisionTraffic> Anything = Gen.Select(
        Gen.OneOf(Count, Gen.Long[0, RevisionTraffic.CountMax], Gen.Const(RevisionTraffic.CountMax)), Gen.Double[0, 1], Gen.Double[0, 1], Gen.Bool,
        (requests, errors, slow, timed) => timed
            ? Of((requests, (long)(requests * errors), (long)(requests * slow)))
            : Measured.Untimed(requests, (long)(requests * errors)));

    private static readonly Gen<RevisionTraffic?> AnythingOrNothing = Gen.OneOf(Anything.Select(it => (RevisionTraffic?)it), Gen.Const((RevisionTraffic?)null));

    [Test]
    public void More_errors_never_make_it_healthier() =>
        Gen.Select(Policy, Traffic, Traffic, Gen.Double[0, 1]).Sample((policy, canary, stable, part) =>
        {
            var worse = canary with { Errors = canary.Errors + (long)Math.Ceiling((canary.Requests - canary.Errors) * part * part * part) };
            Assert.That(Rank(policy, worse, stable), Is.LessThanOrEqualTo(Rank(policy, canary, stable)));
        }, iter: 3000);

    [Test]
    public void More_slow_requests_never_make_it_healthier() =>
        Gen.Select(Policy, Traffic, Traffic, Gen.Double[0, 1]).Sample((policy, canary, stable, part) =>
        {
            var worse = canary with { Slow = canary.Slow + (long)Math.Ceiling((canary.Requests - canary.Slow) * part * part * part) };
            Assert.That(Rank(policy, worse, stable), Is.LessThanOrEqualTo(Rank(policy, canary, stable)));
        }, iter: 1000);

    [Test]
    public void A_stable_that_fails_less_never_makes_it_healthier() =>
        Gen.Select(Policy, Traffic, Traffic, Gen.Double[0, 1]).Sample((policy, canary, stable, part) =>
        {
            var better = stable with { Errors = (long)(stable.Errors * part) };
            Assert.That(Rank(policy, canary, better), Is.LessThanOrEqualTo(Rank(policy, canary, stable)));
        }, iter: 3000);

    [Test]
    public void More_of_the_same_never_turns_a_bad_one_good_or_a_good_one_bad() =>
        Gen.Select(Policy, Traffic, Traffic, Gen.Int[2, 50]).Sample((policy, canary, stable, times) =>
        {
            var (before, after) = (Rank(policy, canary, stable), Rank(policy, Times(canary, times), Times(stable, times)));
            if (before == 0)
                Assert.That(after, Is.Zero);
            // What is within the tolerances stays so; what is beyond them by too little to be seen may come to be seen.
            if (after == 2 && canary.Requests >= AnalysisJudge.MinRequests(policy) && stable.Requests >= AnalysisJudge.MinRequests(policy))
                Assert.That(before, Is.EqualTo(2));
        }, iter: 2000);

    [Test]
    public void Periods_without_traffic_change_nothing() =>
        Gen.Select(Policy, Traffic, Traffic, Traffic, Traffic).Sample((policy, one, other, two, another) =>
        {
            (RevisionTraffic?, RevisionTraffic?) first = (Of(one), Of(other));
            (RevisionTraffic?, RevisionTraffic?) second = (Of(two), Of(another));
            (RevisionTraffic?, RevisionTraffic?) empty = (RevisionTraffic.None, RevisionTraffic.None);
            var verdict = Measured.Rank(AnalysisJudge.Judge(policy, Measured.Several(10, first, second)));
            Assert.That(Measured.Rank(AnalysisJudge.Judge(policy, Measured.Several(10, empty, first, empty, second, empty))), Is.EqualTo(verdict));
        }, iter: 500);

    [Test]
    public void A_worse_period_more_never_makes_it_healthier() =>
        Gen.Select(Policy, Traffic, Traffic, Traffic, Gen.Double[0, 1]).Sample((policy, one, other, two, part) =>
        {
            (RevisionTraffic?, RevisionTraffic?) first = (Of(one), Of(other));
            // Of harm that the periods before have shown already, a period whose own cause is less clear can take more away than a good one.
            if (one.Errors * other.Requests > other.Errors * one.Requests)
                return;
            var worse = two with { Errors = two.Errors + (long)Math.Ceiling((two.Requests - two.Errors) * part * part * part) };
            Assert.That(
                Measured.Rank(AnalysisJudge.Judge(policy, Measured.Several(10, first, (Of(worse), Of(other))))),
                Is.LessThanOrEqualTo(Measured.Rank(AnalysisJudge.Judge(policy, Measured.Several(10, first, (Of(two), Of(other)))))));
        }, iter: 1000);

    [Test]
    public void Every_verdict_has_numbers_and_promises_only_what_can_be() =>
        Gen.Select(Policy, Gen.Select(AnythingOrNothing, AnythingOrNothing).Array[0, 3]).Sample((policy, periods) =>
        {
            var seen = Measured.Several(10, periods);
            var verdict = AnalysisJudge.Judge(policy, seen);
            Assert.That(verdict.Reason.Sentence, Does.Not.Contain("NaN").And.Not.Contain("∞").And.Not.Contain("Infinity").And.Not.EndWith("."));
            Assert.That(verdict.Reason.Code, Does.StartWith("analysis."));
            Assert.That((verdict as AnalysisVerdict.Inconclusive)?.MoreRequests ?? 1, Is.Positive);
            if (periods.Length == 0 || periods.Any(it => it.Item1 is null || it.Item2 is null || !it.Item1.IsTimed || !it.Item2.IsTimed))
                Assert.That(verdict, Is.Not.TypeOf<AnalysisVerdict.Healthy>());
            if (seen.Canary.Requests < AnalysisJudge.MinRequests(policy))
                Assert.That(verdict, Is.Not.TypeOf<AnalysisVerdict.Healthy>());
        }, iter: 2000);

    [Test]
    public void Adding_up_is_the_same_in_any_order() => Gen.Select(Anything, Anything, Anything).Sample((one, two, three) =>
    {
        var (left, right) = (one.Plus(two).Plus(three), three.Plus(one).Plus(two));
        Assert.That((left.Requests, left.ServerErrors), Is.EqualTo((right.Requests, right.ServerErrors)));
        Assert.That(left.Latencies?.Counts, Is.EqualTo(right.Latencies?.Counts));
    });

    private static int Rank(Policies.Analysis policy, (long, long, long) canary, (long, long, long) stable) =>
        Measured.Rank(AnalysisJudge.Judge(policy, Measured.One(Of(canary), Of(stable))));

    private static (long, long, long) Times((long Requests, long Errors, long Slow) traffic, int times) =>
        (traffic.Requests * times, traffic.Errors * times, traffic.Slow * times);

    private static RevisionTraffic Of((long Requests, long Errors, long Slow) traffic) =>
        Measured.Traffic(traffic.Requests, traffic.Errors, [(50, traffic.Requests - traffic.Slow), (900, traffic.Slow)]);
}
