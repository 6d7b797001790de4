namespace CdAutomation.Domain.Rollouts.Analysis;

/// <summary>
/// Evidence against a claim, as the natural logarithm of an e-value: how many times better the requests are explained by a mixture of all
/// rates, fixed before looking, than by the best rate that the claim allows.
/// </summary>
/// <remarks>
/// <para>
/// At every instant it is at most the likelihood ratio of that mixture against the true rates, whenever these fulfil the claim. That ratio is
/// a martingale which begins at 1, so by Ville's inequality the probability that the evidence is <em>ever</em> 1/α or more, at whichever of
/// any number of looks, is at most α. This is universal inference (Wasserman, Ramdas and Balakrishnan, "Universal inference", PNAS 117, 2020,
/// section 7 on sequential tests), with a mixture in the numerator in place of a running estimate. For two streams see also Turner, Ly and
/// Grünwald, "Generic E-variables for exact sequential k-sample tests that allow for optional stopping", 2021 (arXiv 2106.02693).
/// </para>
/// <para>
/// What it rests on: one request's outcome does not depend on the others. Errors that come in bursts of one cause count for more than they say.
/// </para>
/// </remarks>
internal static class Evidence
{
    // Half the prior's weight is Jeffreys' Beta(½, ½), which no rate surprises; half is Beta(½, 50), for services that err once in a hundred.
    private const double Few = 0.5;
    private const double Usual = 50;

    private static readonly double JeffreysScale = LogGamma.Beta(Few, Few);
    private static readonly double UsualScale = LogGamma.Beta(Few, Usual);

    /// <summary>Against "the true rate is at most the limit".</summary>
    /// <param name="seen">What was seen.</param>
    /// <param name="limit">From 0 to 1. With 0 one hit is proof.</param>
    public static double Above(Share seen, double limit) => LogMixture(seen) - seen.LogLikelihood(Math.Min(seen.Rate, limit));

    /// <summary>Against "the true rate of the canary is at most what the tolerance makes of the stable's".</summary>
    /// <param name="canary">What was seen of the canary.</param>
    /// <param name="stable">What was seen of the stable in the same span. Where either has no requests there is nothing to compare.</param>
    /// <param name="tolerance">What is still no difference.</param>
    public static double Worse(Share canary, Share stable, Tolerance tolerance)
    {
        if (canary.Requests <= 0 || stable.Requests <= 0)
            return 0;

        var explained = canary.Rate <= tolerance.Of(stable.Rate)
            ? canary.LogLikelihood(canary.Rate) + stable.LogLikelihood(stable.Rate)
            : OnTheEdge(canary, stable, tolerance);
        return LogMixture(canary) + LogMixture(stable) - explained;
    }

    /// <summary>ln of the mean of e-values, which is an e-value: of many claims none was chosen after looking.</summary>
    /// <param name="logs">Logarithms of e-values of the same traffic; none is an e-value of 1.</param>
    public static double Mean(IReadOnlyCollection<double> logs) => logs.Count == 0 ? 0 : LogSum(logs) - Math.Log(logs.Count);

    /// <summary>
    /// ln of the mean of the evidence since the first period, since the second and so on, so that a long quiet beginning does not outweigh harm
    /// that comes with more traffic. The weights, ½, ⅙, 1/12 …, are fixed before looking and sum up to 1; periods to come hold an evidence of 1.
    /// </summary>
    /// <param name="since">The logarithms, since each period that there was.</param>
    public static double SinceAny(IReadOnlyCollection<double> since) =>
        LogSum([.. since.Select((log, at) => log - Math.Log((at + 1.0) * (at + 2.0))), -Math.Log(since.Count + 1.0)]);

    /// <summary>
    /// The best explanation where the rates seen do not fulfil the claim. The likelihood is concave, so its greatest value lies where the claim
    /// just holds, at a stable's rate between the one seen and the one at which the canary's is the one seen.
    /// </summary>
    private static double OnTheEdge(Share canary, Share stable, Tolerance tolerance)
    {
        var (low, high) = (stable.Rate, tolerance.Back(canary.Rate));
        for (var halving = 0; halving < 100; halving++)
        {
            var middle = (low + high) / 2;
            if (middle <= low || middle >= high)
                break;
            if (Slope(stable, middle) + tolerance.Factor * Slope(canary, tolerance.Of(middle)) > 0)
                low = middle;
            else
                high = middle;
        }

        var rate = (low + high) / 2;
        return stable.LogLikelihood(rate) + canary.LogLikelihood(Math.Min(tolerance.Of(rate), 1));
    }

    /// <summary>The derivative of the logarithm of the likelihood.</summary>
    private static double Slope(Share seen, double rate) =>
        (seen.Hits > 0 ? seen.Hits / rate : 0) - (seen.Requests > seen.Hits ? (seen.Requests - seen.Hits) / (1 - rate) : 0);

    private static double LogMixture(Share seen)
    {
        var misses = seen.Requests - seen.Hits;
        var jeffreys = LogGamma.Beta(seen.Hits + Few, misses + Few) - JeffreysScale;
        var usual = LogGamma.Beta(seen.Hits + Few, misses + Usual) - UsualScale;
        return Math.Max(jeffreys, usual) + Math.Log((1 + Math.Exp(-Math.Abs(jeffreys - usual))) / 2);
    }

    private static double LogSum(IReadOnlyCollection<double> logs)
    {
        var greatest = logs.Max();
        return double.IsPositiveInfinity(greatest) ? greatest : greatest + Math.Log(logs.Sum(log => Math.Exp(log - greatest)));
    }
}

/// <summary>What is still no difference: a canary's rate up to <c>Factor</c> times the stable's and <c>Margin</c> more.</summary>
/// <param name="Factor">At least 1.</param>
/// <param name="Margin">From 0 to 1. Above 0: otherwise a single error of the canary weighs for ever where the stable never has one.</param>
internal readonly record struct Tolerance(double Factor, double Margin)
{
    /// <summary>The largest rate of the canary that is no worse than this of the stable; may be above 1.</summary>
    public double Of(double stable) => Factor * stable + Margin;

    /// <summary>The rate of the stable for which this of the canary is just no worse.</summary>
    public double Back(double canary) => (canary - Margin) / Factor;

    /// <summary>For people.</summary>
    public override string ToString() => $"{Factor:0.##} times it and {Margin:0.###%} more";
}
