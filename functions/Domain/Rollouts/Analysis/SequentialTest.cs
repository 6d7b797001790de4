namespace CdAutomation.Domain.Rollouts.Analysis;

/// <summary>One question that the traffic answers, as far as it does.</summary>
/// <param name="Code">Of the reason, if the answer is bad.</param>
/// <param name="Finding">What was seen, beside what it is held against.</param>
/// <param name="LogEvidence">ln of an e-value against "it does no harm"; see <see cref="Evidence"/>.</param>
/// <param name="Leans">Whether the numbers speak against the canary, though perhaps not loudly enough.</param>
/// <param name="LogEvidenceAfter">What <paramref name="LogEvidence"/> would be after so many more requests of the same kind.</param>
internal sealed record SequentialTest(string Code, string Finding, double LogEvidence, bool Leans, Func<double, double> LogEvidenceAfter)
{
    /// <summary>Why no traffic answers the question, where it is so.</summary>
    public Reason? Unanswerable { get; init; }

    /// <summary>Against "the canary's rate is at most the limit". It leans too where the rate seen is above it.</summary>
    /// <param name="code">Of the reason.</param>
    /// <param name="finding">What was seen.</param>
    /// <param name="periods">Of the canary.</param>
    /// <param name="limit">From 0 to 1.</param>
    public static SequentialTest Limit(string code, string finding, IEnumerable<Share> periods, double limit)
    {
        Share[] known = [.. periods.Where(it => it.Requests > 0)];
        var isAbove = known.Aggregate(new Share(0, 0), (sum, it) => sum.Plus(it)).Rate > limit;
        var test = Of(code, finding, more => Above(known, limit, more));
        return test with { Leans = test.Leans || isAbove };
    }

    /// <summary>Against "the canary is no worse than the stable, beyond the tolerance", by a function of further requests.</summary>
    /// <param name="code">Of the reason.</param>
    /// <param name="finding">What was seen.</param>
    /// <param name="logEvidenceAfter">The evidence after so many more requests, 0 for that of now.</param>
    public static SequentialTest Of(string code, string finding, Func<double, double> logEvidenceAfter)
    {
        var now = logEvidenceAfter(0);
        // Above 1 what was seen is better explained by harm than by any rates that do none.
        return new(code, finding, now, now > 0, logEvidenceAfter);
    }

    /// <summary>
    /// The evidence of consecutive periods is multiplied: what one found is settled before the next begins. More traffic would fall into the last.
    /// </summary>
    public static double Worse(IEnumerable<(Share Canary, Share Stable)> periods, Tolerance tolerance, double more)
    {
        (Share Canary, Share Stable)[] known = [.. periods.Where(it => it.Canary.Requests > 0 && it.Stable.Requests > 0)];
        var since = new double[known.Length];
        for (var at = known.Length - 1; at >= 0; at--)
        {
            var isLast = at == known.Length - 1;
            var grown = isLast ? Growth(known[at].Canary, more) : 1;
            since[at] = Evidence.Worse(known[at].Canary.Times(grown), known[at].Stable.Times(grown), tolerance) + (isLast ? 0 : since[at + 1]);
        }

        return Evidence.SinceAny(since);
    }

    /// <summary>Requests of consecutive periods are added up: the limit is the same in all of them.</summary>
    private static double Above(Share[] periods, double limit, double more)
    {
        var since = new double[periods.Length];
        var sum = new Share(0, 0);
        for (var at = periods.Length - 1; at >= 0; at--)
        {
            sum = sum.Plus(at == periods.Length - 1 ? periods[at].Times(Growth(periods[at], more)) : periods[at]);
            since[at] = Evidence.Above(sum, limit);
        }

        return Evidence.SinceAny(since);
    }

    private static double Growth(Share share, double more) => (share.Requests + more) / share.Requests;

    /// <summary>How many more requests of the same kind bring the evidence to a bound; null where more than can be counted are needed.</summary>
    public long? RequestsUntil(double logBound)
    {
        long reached = 1;
        while (LogEvidenceAfter(reached) < logBound)
        {
            reached *= 2;
            if (reached > RevisionTraffic.CountMax)
                return null;
        }

        // The first is known not to reach it, or is 0; the other does.
        for (var below = reached / 2; reached - below > 1;)
        {
            var middle = below + (reached - below) / 2;
            if (LogEvidenceAfter(middle) < logBound)
                below = middle;
            else
                reached = middle;
        }

        return reached;
    }
}
