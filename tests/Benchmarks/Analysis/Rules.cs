using System.Collections.Immutable;
using CdAutomation.Domain.Rollouts.Analysis;

namespace CdAutomation.Benchmarks.Analysis;

/// <summary>Counts of one span.</summary>
/// <param name="Requests">All.</param>
/// <param name="Errors">Those that failed.</param>
internal readonly record struct Counts(long Requests, long Errors)
{
    public static Counts operator +(Counts one, Counts two) => new(one.Requests + two.Requests, one.Errors + two.Errors);

    public static Counts operator -(Counts one, Counts two) => new(one.Requests - two.Requests, one.Errors - two.Errors);
}

/// <summary>The plain rule: errors by requests of the canary in the last window, held against the limit.</summary>
/// <param name="LeastRequests">With fewer in the window it says nothing.</param>
internal sealed record ThresholdRule(int LeastRequests)
{
    /// <summary>The policy's <c>window</c>, in minutes.</summary>
    public const int Window = 5;

    /// <summary>Whether the canary is taken back.</summary>
    public bool TakesBack(Counts window) => window.Requests >= LeastRequests && window.Errors > (double)Grid.MaxErrorRate * window.Requests;
}

/// <summary>Our rule: the domain's own judge. The traffic has no latencies to speak of: all requests are in the only bucket.</summary>
internal static class JudgeRule
{
    private static readonly Domain.Policies.Analysis Policy = new(Grid.MaxErrorRate, null, null, TimeSpan.FromMinutes(ThresholdRule.Window));

    private static readonly DateTimeOffset Began = new(2026, 11, 2, 10, 0, 0, TimeSpan.Zero);

    /// <summary>Judges all that is visible at a look.</summary>
    /// <param name="canary">Since the canary began.</param>
    /// <param name="stable">In the same time.</param>
    /// <param name="minute">Of the look, since the canary began.</param>
    public static AnalysisVerdict? Look(Counts canary, Counts stable, int minute) =>
        MetricsSpan.Known(Began, Began.AddMinutes(minute), MetricsSpan.Delay) is { } span
            ? AnalysisJudge.Judge(Policy, new Comparison([new Period(span, Traffic(canary), Traffic(stable))]))
            : null;

    private static RevisionTraffic Traffic(Counts counts)
    {
        ImmutableArray<long> bucket = [counts.Requests];
        return Value(RevisionTraffic.Of(counts.Requests, counts.Errors, Value(LatencyHistogram.Of([], bucket))));
    }

    private static T Value<T>(Domain.Parsed<T> parsed)
        where T : class => parsed.TryGetValue(out var value) ? value : throw new InvalidOperationException(parsed.Problems[0].ToString());
}
