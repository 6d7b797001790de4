using CdAutomation.Domain.Rollouts.Analysis;
using CsCheck;

namespace CdAutomation.Domain.Tests.Analysis;

/// <summary>What the evidence promises, computed exactly rather than drawn by lot.</summary>
public sealed class EvidenceTests
{
    private static readonly Tolerance Tolerated = new(1.25, 0.001);

    [TestCase(0.01, 0.01, 20)]
    [TestCase(0.01, 0.01, 400)]
    [TestCase(0.05, 0.05, 5)]
    [TestCase(0.05, 0.02, 5)]
    [TestCase(0.5, 0.5, 20)]
    [TestCase(0.9, 0.9, 5)]
    public void At_any_of_a_thousand_looks_a_rate_within_the_limit_reaches_it_no_more_often_than_promised(double limit, double rate, double reached) =>
        Assert.That(EverReaching(rate, 1000, seen => Evidence.Above(seen, limit) >= Math.Log(reached)), Is.LessThanOrEqualTo(1 / reached));

    /// <summary>The same looks, by a rule that is right at each of them alone: it shows that the sum above can be greater.</summary>
    [Test]
    public void A_test_for_one_look_does_not_keep_that_promise() => Assert.That(
        EverReaching(0.05, 1000, seen => seen.Hits - 0.05 * seen.Requests > 1.645 * Math.Sqrt(0.05 * 0.95 * seen.Requests)), Is.GreaterThan(0.2));

    [Test]
    public void The_mean_of_the_evidence_is_at_most_1_where_the_rate_is_within_the_limit() =>
        Gen.Select(Gen.Double[0, 1], Gen.Double[0, 1], Gen.Int[0, 60]).Sample((limit, part, requests) =>
        {
            var mean = Enumerable.Range(0, requests + 1)
                .Sum(hits => Weighed(LogProbability(hits, requests, limit * part), Evidence.Above(new(hits, requests), limit)));
            Assert.That(mean, Is.LessThanOrEqualTo(1 + 1e-9));
        });

    [Test]
    public void The_mean_of_the_evidence_is_at_most_1_where_the_canary_is_no_worse() =>
        Gen.Select(Gen.Double[0, 1], Gen.Double[0, 1], Gen.Int[0, 25], Gen.Int[0, 25], Gen.Double[1, 3], Gen.Double[0, 0.1])
            .Sample((stable, part, requests, others, factor, margin) =>
            {
                var tolerance = new Tolerance(factor, margin);
                var canary = Math.Min(1, tolerance.Of(stable)) * Math.Sqrt(part);
                var mean = 0.0;
                for (var hits = 0; hits <= requests; hits++)
                {
                    for (var misses = 0; misses <= others; misses++)
                    {
                        mean += Weighed(
                            LogProbability(hits, requests, canary) + LogProbability(misses, others, stable),
                            Evidence.Worse(new(hits, requests), new(misses, others), tolerance));
                    }
                }

                Assert.That(mean, Is.LessThanOrEqualTo(1 + 1e-9));
            });

    /// <summary>The greatest likelihood of the claim by search, as a check of the root that is computed.</summary>
    [Test]
    public void No_pair_of_rates_within_the_claim_explains_what_was_seen_better() =>
        Gen.Select(Gen.Int[1, 300], Gen.Int[1, 300], Gen.Double[0, 1], Gen.Double[0, 1]).Sample((requests, others, canaryPart, stablePart) =>
        {
            var (canary, stable) = (new Share(Math.Round(requests * canaryPart), requests), new Share(Math.Round(others * stablePart), others));
            var claimed = Mixture(canary) + Mixture(stable) - Evidence.Worse(canary, stable, Tolerated);
            var searched = Enumerable.Range(0, 2001).Select(at => at / 2000.0).Max(rate =>
                stable.LogLikelihood(rate) + canary.LogLikelihood(Math.Min(canary.Rate, Math.Min(1, Tolerated.Of(rate)))));
            Assert.That(searched, Is.LessThanOrEqualTo(claimed + 1e-6));
            Assert.That(searched, Is.EqualTo(claimed).Within(0.2));
        });

    [Test]
    public void The_mean_of_several_lies_between_them_and_none_says_nothing()
    {
        Assert.That(Evidence.Mean([]), Is.Zero);
        Assert.That(Evidence.Mean([Math.Log(2), Math.Log(4)]), Is.EqualTo(Math.Log(3)).Within(1e-12));
        Assert.That(Evidence.Mean([0, double.PositiveInfinity]), Is.EqualTo(double.PositiveInfinity));
        Assert.That(Evidence.Mean([1e6, 0]), Is.EqualTo(1e6 - Math.Log(2)));
    }

    [Test]
    public void The_weights_of_all_beginnings_sum_up_to_1()
    {
        Assert.That(Evidence.SinceAny([]), Is.Zero);
        Assert.That(Evidence.SinceAny([Math.Log(3)]), Is.EqualTo(Math.Log(2)).Within(1e-12));
        Assert.That(Evidence.SinceAny(new double[50]), Is.Zero.Within(1e-12));
        Assert.That(Evidence.SinceAny([-50, Math.Log(600)]), Is.EqualTo(Math.Log(100 + 1.0 / 3)).Within(1e-9));
    }

    // What never happens may have evidence without end.
    private static double Weighed(double logProbability, double logEvidence) =>
        double.IsNegativeInfinity(logProbability) ? 0 : Math.Exp(logProbability + logEvidence);

    // Against a limit of 1 the best explanation is the rate seen.
    private static double Mixture(Share seen) => Evidence.Above(seen, 1) + seen.LogLikelihood(seen.Rate);

    private static double LogProbability(int hits, int requests, double rate) =>
        new Share(hits, requests).LogLikelihood(rate) - LogGamma.Beta(hits + 1, requests - hits + 1) - Math.Log(requests + 1);

    /// <summary>The probability that a rule ever says yes, where it is asked after each request: by all paths at once.</summary>
    private static double EverReaching(double rate, int requests, Func<Share, bool> says)
    {
        var ever = 0.0;
        var still = new double[requests + 2];
        still[0] = 1;
        for (var seen = 1; seen <= requests; seen++)
        {
            for (var hits = seen; hits >= 0; hits--)
            {
                still[hits] = still[hits] * (1 - rate) + (hits > 0 ? still[hits - 1] * rate : 0);
                if (still[hits] > 0 && says(new(hits, seen)))
                {
                    ever += still[hits];
                    still[hits] = 0;
                }
            }
        }

        return ever;
    }
}
