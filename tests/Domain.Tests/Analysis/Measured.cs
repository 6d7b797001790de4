using System.Collections.Immutable;
using CdAutomation.Domain.Rollouts.Analysis;

namespace CdAutomation.Domain.Tests.Analysis;

/// <summary>Traffic as the stories need it.</summary>
internal static class Measured
{
    public static readonly DateTimeOffset Began = new(2026, 11, 2, 10, 0, 0, TimeSpan.Zero);

    /// <summary>Bounds as a metrics store has them: each so much of the one before it.</summary>
    public static readonly ImmutableArray<TimeSpan> Bounds = [.. Enumerable.Range(0, 30).Select(at => TimeSpan.FromMilliseconds(Math.Round(10 * Math.Pow(1.4, at), 1)))];

    public static Policies.Analysis Policy(
        decimal? maxErrorRate = 0.01m, int? maxLatency = null, int? minRequests = null, TimeSpan? window = null) =>
        new(maxErrorRate, maxLatency is { } limit ? TimeSpan.FromMilliseconds(limit) : null, minRequests, window);

    /// <summary>Requests that all took as long.</summary>
    public static RevisionTraffic Traffic(long requests, long errors, int milliseconds = 50) => Traffic(requests, errors, [(milliseconds, requests)]);

    public static RevisionTraffic Traffic(long requests, long errors, (int Milliseconds, long Requests)[] took) =>
        Value(RevisionTraffic.Of(requests, errors, Histogram(Bounds, took)));

    public static RevisionTraffic Untimed(long requests, long errors) => Value(RevisionTraffic.Of(requests, errors, null));

    public static LatencyHistogram Histogram(ImmutableArray<TimeSpan> bounds, params (int Milliseconds, long Requests)[] took)
    {
        var counts = new long[bounds.Length + 1];
        foreach (var (milliseconds, requests) in took)
            counts[bounds.Count(bound => bound <= TimeSpan.FromMilliseconds(milliseconds))] += requests;
        return Value(LatencyHistogram.Of(bounds, [.. counts]));
    }

    public static Comparison One(RevisionTraffic? canary, RevisionTraffic? stable, int minutes = 10) => Several(minutes, (canary, stable));

    /// <summary>Periods of as many minutes each.</summary>
    public static Comparison Several(int minutes, params (RevisionTraffic? Canary, RevisionTraffic? Stable)[] periods) => new(
    [
        .. periods.Select((it, at) => new Period(Span(Began.AddMinutes(at * minutes), minutes), it.Canary, it.Stable)),
    ]);

    public static MetricsSpan Span(DateTimeOffset from, int minutes) =>
        MetricsSpan.Known(from, from.AddMinutes(minutes), TimeSpan.Zero)!;

    /// <summary>From the worst, 0, to the best.</summary>
    public static int Rank(AnalysisVerdict verdict) => verdict.Match(_ => 2, _ => 0, _ => 1);

    public static T Value<T>(Parsed<T> parsed)
        where T : class
    {
        Assert.That(parsed.Problems, Is.Empty);
        return parsed.TryGetValue(out var value) ? value : throw new AssertionException("no value");
    }
}
