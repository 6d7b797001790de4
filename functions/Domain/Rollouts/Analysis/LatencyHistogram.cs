using System.Collections.Immutable;

namespace CdAutomation.Domain.Rollouts.Analysis;

/// <summary>
/// How long requests took, by buckets: all that a metrics store keeps. What cannot be known is not made up: a percentile and a share above a
/// limit are read as the bounds between which they lie, not as a guess within a bucket.
/// </summary>
public sealed class LatencyHistogram
{
    /// <summary>Far more than a metrics store keeps of a latency, and few enough that a judgement takes milliseconds.</summary>
    public const int BucketsMax = 500;

    private LatencyHistogram(ImmutableArray<TimeSpan> bounds, ImmutableArray<long> counts) => (Bounds, Counts) = (bounds, counts);

    /// <summary>
    /// Ascending and above 0. Bucket i holds what took at least bound i - 1 and less than bound i, as in Cloud Monitoring's BucketOptions.
    /// </summary>
    public ImmutableArray<TimeSpan> Bounds { get; }

    /// <summary>One more than bounds: the first bucket begins at 0, the last has no end.</summary>
    public ImmutableArray<long> Counts { get; }

    /// <summary>All requests of it.</summary>
    public long Requests => Counts.Sum();

    /// <summary>Reads a histogram; every problem is named.</summary>
    /// <param name="bounds">Ascending and above 0; none says only how many requests there were.</param>
    /// <param name="counts">From 0 to <see cref="RevisionTraffic.CountMax"/>, one more than bounds.</param>
    public static Parsed<LatencyHistogram> Of(ImmutableArray<TimeSpan> bounds, ImmutableArray<long> counts)
    {
        var problems = ImmutableArray.CreateBuilder<Reason>();
        if (bounds.IsDefault || counts.IsDefault || counts.Length != bounds.Length + 1)
        {
            return new Reason(
                "latencies.shape", $"{Length(bounds)} bounds make {Length(bounds) + 1} buckets, and there are {Length(counts)} counts");
        }

        if (counts.Length > BucketsMax)
            return new Reason("latencies.buckets", $"there are {counts.Length} buckets, and at most {BucketsMax} are read");

        for (var at = 0; at < bounds.Length; at++)
        {
            if (bounds[at] <= (at == 0 ? TimeSpan.Zero : bounds[at - 1]))
                problems.Add(new("latencies.bounds", $"bound {at} is {bounds[at].TotalMilliseconds:0.###} ms and not above the one before it"));
        }

        for (var at = 0; at < counts.Length; at++)
        {
            if (counts[at] is < 0 or > RevisionTraffic.CountMax)
                problems.Add(new("latencies.count", $"bucket {at} counts {counts[at]}, and a count is from 0 to {RevisionTraffic.CountMax}"));
        }

        return problems.Count > 0 ? Parsed<LatencyHistogram>.Refused(problems.ToImmutable()) : new LatencyHistogram(bounds, counts);
    }

    /// <summary>Both together, on the bounds that both have: what only one of them tells apart cannot be told of the sum.</summary>
    public LatencyHistogram Plus(LatencyHistogram other)
    {
        ImmutableArray<TimeSpan> shared = [.. Bounds.Intersect(other.Bounds)];
        var (mine, theirs) = (On(shared), other.On(shared));
        return new(shared, [.. mine.Counts.Zip(theirs.Counts, (one, two) => Math.Min(one + two, RevisionTraffic.CountMax))]);
    }

    /// <summary>How many requests took so long or longer: at least, and at most. Both are the same where the limit is a bound.</summary>
    public (long Least, long Most) Above(TimeSpan limit)
    {
        long least = 0, most = 0;
        for (var at = 0; at < Counts.Length; at++)
        {
            if (at > 0 && Bounds[at - 1] >= limit)
                least += Counts[at];
            if (at == Bounds.Length || Bounds[at] > limit)
                most += Counts[at];
        }

        return (least, most);
    }

    /// <summary>
    /// Between which bounds the latency lies that this share of requests does not exceed; no upper one in the last bucket; null without requests.
    /// </summary>
    /// <param name="share">Above 0 and at most 1, e.g. 0.95.</param>
    public (TimeSpan Low, TimeSpan? High)? Percentile(double share)
    {
        var rank = Math.Max(1, (long)Math.Ceiling(share * Requests));
        long passed = 0;
        for (var at = 0; at < Counts.Length; at++)
        {
            passed += Counts[at];
            if (passed >= rank)
                return (at == 0 ? TimeSpan.Zero : Bounds[at - 1], at == Bounds.Length ? null : Bounds[at]);
        }

        return null;
    }

    /// <summary>The same requests on fewer bounds.</summary>
    private LatencyHistogram On(ImmutableArray<TimeSpan> bounds)
    {
        if (bounds.Length == Bounds.Length)
            return this;

        var counts = new long[bounds.Length + 1];
        for (int at = 0, to = 0; at < Counts.Length; at++)
        {
            while (to < bounds.Length && at > 0 && Bounds[at - 1] >= bounds[to])
                to++;
            counts[to] = Math.Min(counts[to] + Counts[at], RevisionTraffic.CountMax);
        }

        return new(bounds, [.. counts]);
    }

    private static int Length<T>(ImmutableArray<T> items) => items.IsDefault ? 0 : items.Length;
}
