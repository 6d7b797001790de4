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

    /// <summary>Against "the canary's rate is at most the limit". It leans where the rate seen is above it.</summary>
    public static SequentialTest Limit(string code, string finding, Share canary, double limit) => new(
        code, finding, Evidence.Above(canary, limit), canary.Rate > limit,
        more => canary.Requests > 0 ? Evidence.Above(canary.Times((canary.Requests + more) / canary.Requests), limit) : 0);

    /// <summary>
    /// Against "in no period was the canary worse than the stable, beyond the tolerance", by a function of further requests. It leans where what
    /// was seen is better explained by harm than by any rates that do none.
    /// </summary>
    public static SequentialTest Worse(string code, string finding, Func<double, double> logEvidenceAfter)
    {
        var now = logEvidenceAfter(0);
        return new(code, finding, now, now > 0, logEvidenceAfter);
    }

    /// <summary>
    /// The evidence of consecutive periods is multiplied: what one found is settled before the next begins. More traffic would fall into the last.
    /// </summary>
    public static double Product(IReadOnlyList<(Share Canary, Share Stable)> periods, Tolerance tolerance, double more)
    {
        var sum = 0.0;
        for (var at = 0; at < periods.Count; at++)
        {
            var (canary, stable) = periods[at];
            var grown = at == periods.Count - 1 && canary.Requests > 0 ? (canary.Requests + more) / canary.Requests : 1;
            sum += Evidence.Worse(canary.Times(grown), stable.Times(grown), tolerance);
        }

        return sum;
    }

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
