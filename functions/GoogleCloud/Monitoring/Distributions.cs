using System.Collections.Immutable;
using CdAutomation.Domain;
using CdAutomation.Domain.Rollouts.Analysis;
using Google.Api;
using Google.Cloud.Monitoring.V3;

namespace CdAutomation.GoogleCloud.Monitoring;

/// <summary>A histogram, or that nothing was timed.</summary>
internal sealed record Timed(LatencyHistogram? Histogram);

/// <summary>Reads distributions of latencies in milliseconds (google.api.Distribution) as histograms that add up.</summary>
internal static class Distributions
{
    // More buckets than any metric of Google's has.
    private const int BucketsMax = 2_000;

    /// <summary>All points of all series together.</summary>
    public static Parsed<Timed> Sum(IEnumerable<TimeSeries> series)
    {
        LatencyHistogram? sum = null;
        foreach (var distribution in series.SelectMany(each => each.Points).Select(point => point.Value.DistributionValue).Where(each => each is { Count: > 0 }))
        {
            if (Bounds(distribution.BucketOptions) is not { IsDefault: false } bounds)
                return new Reason("analysis.unread", "the latencies are in buckets of a form that is not known");
            var counts = distribution.BucketCounts.Concat(Enumerable.Repeat(0L, Math.Max(0, bounds.Length + 1 - distribution.BucketCounts.Count))).ToImmutableArray();
            var read = LatencyHistogram.Of(bounds, counts);
            if (!read.TryGetValue(out var histogram))
                return Parsed<Timed>.Refused(read.Problems);
            sum = sum is null ? histogram : sum.Plus(histogram);
        }

        return new Timed(sum);
    }

    /// <summary>The bounds between the buckets; default for a form that is not known.</summary>
    private static ImmutableArray<TimeSpan> Bounds(Distribution.Types.BucketOptions? options) => options switch
    {
        { ExponentialBuckets: { NumFiniteBuckets: > 0 and <= BucketsMax } it } =>
            [.. Enumerable.Range(0, it.NumFiniteBuckets + 1).Select(at => Span(it.Scale * Math.Pow(it.GrowthFactor, at)))],
        { LinearBuckets: { NumFiniteBuckets: > 0 and <= BucketsMax } it } =>
            [.. Enumerable.Range(0, it.NumFiniteBuckets + 1).Select(at => Span(it.Offset + it.Width * at))],
        { ExplicitBuckets: { Bounds.Count: > 0 and <= BucketsMax } it } => [.. it.Bounds.Select(Span)],
        _ => default,
    };

    private static TimeSpan Span(double milliseconds) =>
        double.IsFinite(milliseconds) && milliseconds is >= 0 and < 1e12 ? TimeSpan.FromTicks((long)(milliseconds * TimeSpan.TicksPerMillisecond)) : TimeSpan.FromDays(10_000);
}
