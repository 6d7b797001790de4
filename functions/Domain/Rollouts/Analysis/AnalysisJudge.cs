using System.Collections.Immutable;
using CdAutomation.Domain.Gates;

namespace CdAutomation.Domain.Rollouts.Analysis;

/// <summary>
/// Does the new revision do harm? Its errors and latencies are held against the policy's limits and against the stable revision in the
/// same periods, by tests that may be looked at as often as one likes: each verdict is a function of all that was counted since the canary began.
/// </summary>
/// <remarks>
/// <see cref="AnalysisVerdict.Unhealthy"/> needs strong evidence and no minimum of requests. <see cref="AnalysisVerdict.Healthy"/> needs the
/// minimum, the whole window, all metrics, and numbers that do not lean the other way. What <see cref="Evidence"/> promises is
/// kept for the tests together: each gets an equal part of the false alarms that a rollout may have.
/// </remarks>
public static class AnalysisJudge
{
    /// <summary>The probability that a canary which does no harm is ever called unhealthy, unless another is asked for: 1 in 100 rollouts.</summary>
    public const double FalseAlarms = 0.01;

    // Errors and latency, each against the limit and against the stable; also where the policy sets no limit, so that the bound is one number.
    private const int Tests = 4;

    private const long LeastByDefault = 100;
    private const long MostByDefault = 10_000;

    /// <summary>
    /// With how many requests a canary can be called healthy. Where the policy says nothing: three times as many as go on one error that it
    /// allows, since a canary at the limit gets through these without any error in only 5 of 100 cases (the rule of three); from 100 to 10,000.
    /// </summary>
    /// <param name="policy">What the policy asks.</param>
    public static long MinRequests(Policies.Analysis policy) => policy switch
    {
        { MinRequests: { } asked } => Math.Max(asked, 1),
        { MaxErrorRate: null } => LeastByDefault,
        { MaxErrorRate: <= 3m / MostByDefault } => MostByDefault,
        _ => Math.Max((long)decimal.Ceiling(3 / policy.MaxErrorRate.Value), LeastByDefault),
    };

    /// <summary>Judges all that was measured since the canary began.</summary>
    /// <param name="policy">The limits. Without any the canary is held against the stable revision alone.</param>
    /// <param name="seen">What was measured.</param>
    /// <param name="falseAlarms">
    /// The probability, above 0 and below 1, that a canary which does no harm is ever called unhealthy. Who judges several targets of one rollout
    /// gives each its part.
    /// </param>
    public static AnalysisVerdict Judge(Policies.Analysis policy, Comparison seen, double falseAlarms = FalseAlarms)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(falseAlarms);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(falseAlarms, 1);
        var bound = Math.Log(Tests / falseAlarms);
        var tests = TestsOf(policy, seen);
        var strongest = tests.MaxBy(test => test.LogEvidence)!;

        if (strongest.LogEvidence >= bound)
        {
            return new AnalysisVerdict.Unhealthy(new(strongest.Code,
                $"{strongest.Finding}: the evidence of harm is {Times(strongest.LogEvidence)}, and {Times(bound)} is reached by "
                + $"at most {falseAlarms:0.####%} of rollouts that do none"));
        }

        if ((Lacking(policy, seen) ?? Undecided(tests, bound)) is { } inconclusive)
            return inconclusive;

        return new AnalysisVerdict.Healthy(new("analysis.ok",
            $"{Seen(seen)}: the strongest evidence of harm is {Times(strongest.LogEvidence)}, and {Times(bound)} would be needed"));
    }

    private static ImmutableArray<SequentialTest> TestsOf(Policies.Analysis policy, Comparison seen)
    {
        var tests = ImmutableArray.CreateBuilder<SequentialTest>(Tests);
        if (policy.MaxErrorRate is { } errors)
            tests.Add(ErrorTests.Limit(seen, errors));
        if (policy.MaxLatencyP95 is { } latency)
            tests.Add(LatencyTests.Limit(seen, latency));
        tests.Add(ErrorTests.Worse(seen));
        tests.Add(LatencyTests.Worse(seen));
        return tests.ToImmutable();
    }

    /// <summary>What must be there before a canary can be called healthy, and is not.</summary>
    private static AnalysisVerdict.Inconclusive? Lacking(Policies.Analysis policy, Comparison seen)
    {
        var enough = MinRequests(policy);
        var timed = policy.MaxLatencyP95 is null ? long.MaxValue : seen.Canary.Latencies?.Requests ?? 0;
        var counted = Math.Min(seen.Canary.Requests, timed);
        long? more = counted < enough ? enough - counted : null;
        if (seen.Missing is { } missing)
            return new(new("analysis.unknown", $"{missing}, and what is not known is not healthy"), more);

        if (more is not null)
        {
            return new(new("analysis.traffic",
                $"the canary got {counted} requests in {Instants.Length(seen.Length)}, and {enough} are needed: "
                + $"{more} more{Pace(seen, counted, more.Value)}"), more);
        }

        if (policy.MaxErrorRate is null && seen.Stable.Requests < enough)
        {
            return new(new("analysis.alone",
                $"the policy sets no limit to errors, and the stable revision got {seen.Stable.Requests} requests "
                + $"of {enough} needed to compare with"), null);
        }

        return seen.Length < policy.Window
            ? new(new("analysis.window", $"{Instants.Length(seen.Length)} were measured of {Instants.Length(policy.Window.Value)}"), null)
            : null;
    }

    /// <summary>What the numbers do not decide: they lean against the canary, or cannot be told.</summary>
    private static AnalysisVerdict.Inconclusive? Undecided(ImmutableArray<SequentialTest> tests, double bound)
    {
        if (tests.Where(test => test.Leans).MaxBy(test => test.LogEvidence) is { } leaning)
        {
            var more = leaning.RequestsUntil(bound);
            var then = more is null ? "no number of requests" : $"{more} more requests";
            return new(new("analysis.undecided",
                $"{leaning.Finding}: the evidence of harm is {Times(leaning.LogEvidence)}, "
                + $"and {then} of the same kind would bring it to {Times(bound)}"), more);
        }

        return tests.FirstOrDefault(test => test.Unanswerable is not null)?.Unanswerable is { } reason ? new(reason, null) : null;
    }

    private static string Seen(Comparison seen) =>
        $"in {Instants.Length(seen.Length)} the canary failed in {seen.Canary.Errors} requests and the stable revision in {seen.Stable.Errors}, "
        + $"95th percentiles {LatencyTests.Percentile(seen.Canary.Latencies)} and {LatencyTests.Percentile(seen.Stable.Latencies)}";

    private static string Pace(Comparison seen, long counted, long more)
    {
        if (counted == 0)
            return "";

        var minutes = Math.Ceiling(seen.Length.TotalMinutes * more / counted);
        return minutes < TimeSpan.FromDays(365).TotalMinutes
            ? $", which takes about {Instants.Length(TimeSpan.FromMinutes(minutes))} as it goes"
            : "";
    }

    /// <summary>For people: evidence as the factor that it is.</summary>
    private static string Times(double log) => (log / Math.Log(10)) switch
    {
        double.PositiveInfinity => "beyond doubt",
        >= 6 and var digits => $"10^{Math.Floor(digits)}",
        _ => $"{Math.Exp(log):0.##}",
    };
}
