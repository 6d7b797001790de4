using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace CdAutomation.LocalCloud.Run;

/// <summary>Requests that one revision answered in a span of time, tagged addresses included.</summary>
/// <param name="Revision">Its full name.</param>
/// <param name="ByStatusClass">Five counts: 1xx, 2xx, 3xx, 4xx, 5xx.</param>
/// <param name="Latencies">Of all of them.</param>
public sealed record RevisionTraffic(string Revision, ImmutableArray<long> ByStatusClass, LatencyHistogram Latencies)
{
    /// <summary>All requests.</summary>
    public long Requests => ByStatusClass.Sum();

    /// <summary>Those answered 5xx, a revision that could not be reached included.</summary>
    public long Errors => ByStatusClass[4];
}

/// <summary>
/// Counts of latencies in classes that grow by a fifth: a percentile is at most 20 % too high, and two histograms add up.
/// </summary>
/// <param name="Counts">Class 0 holds up to 0.1 ms, the last one all above about 15 minutes.</param>
public sealed record LatencyHistogram(ImmutableArray<long> Counts)
{
    internal const int Classes = 90;
    internal const double Least = 0.1;
    internal const double Growth = 1.2;

    /// <summary>The latency in milliseconds below which the given share of the requests stayed; null when there were none.</summary>
    /// <param name="share">Above 0 up to 1: 0.99 for p99.</param>
    public double? Percentile(double share)
    {
        var wanted = (long)Math.Ceiling(Counts.Sum() * share);
        if (wanted <= 0) return null;
        for (var index = 0; index < Counts.Length; index++)
            if ((wanted -= Counts[index]) <= 0) return Least * Math.Pow(Growth, index);
        return null;
    }

    internal static int ClassOf(TimeSpan latency) =>
        Math.Clamp((int)Math.Ceiling(Math.Log(Math.Max(latency.TotalMilliseconds, Least) / Least, Growth)), 0, Classes - 1);
}

/// <summary>What a revision answered in a second.</summary>
/// <param name="Revision">Its full name.</param>
/// <param name="Start">When the slice begins.</param>
/// <param name="ByStatusClass">1xx to 5xx.</param>
/// <param name="Latencies">By the classes of <see cref="LatencyHistogram"/>.</param>
/// <param name="LatencyTicks">All latencies added up.</param>
internal sealed record TrafficSlice(
    string Revision, DateTimeOffset Start, ImmutableArray<long> ByStatusClass, ImmutableArray<long> Latencies, long LatencyTicks);

/// <summary>Keeps an hour of traffic in slices of a second.</summary>
internal sealed class TrafficMeter(TimeProvider clock)
{
    private static readonly TimeSpan Slice = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Kept = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<(string Revision, long Slice), Counters> _slices = new();
    private long _swept;

    public void Count(string revision, int status, TimeSpan latency)
    {
        var slice = clock.GetUtcNow().UtcTicks / Slice.Ticks;
        var counters = _slices.GetOrAdd((revision, slice), _ => new());
        Interlocked.Increment(ref counters.ByStatusClass[Math.Clamp(status / 100, 1, 5) - 1]);
        Interlocked.Increment(ref counters.Latencies[LatencyHistogram.ClassOf(latency)]);
        Interlocked.Add(ref counters.LatencyTicks, latency.Ticks);
        if (Interlocked.Exchange(ref _swept, slice) == slice) return;
        foreach (var old in _slices.Keys.Where(it => it.Slice < slice - Kept.Ticks / Slice.Ticks)) _slices.TryRemove(old, out _);
    }

    /// <summary>By revision, since an instant (to the slice); a revision without requests is not there.</summary>
    public IReadOnlyList<RevisionTraffic> Since(DateTimeOffset start)
    {
        var first = start.UtcTicks / Slice.Ticks;
        return
        [
            .. _slices.Where(it => it.Key.Slice >= first).GroupBy(it => it.Key.Revision, it => it.Value)
                .Select(it => new RevisionTraffic(
                    it.Key,
                    Sum(it.Select(one => one.ByStatusClass), 5),
                    new(Sum(it.Select(one => one.Latencies), LatencyHistogram.Classes))))
                .OrderBy(it => it.Revision, StringComparer.Ordinal),
        ];
    }

    /// <summary>
    /// Slice by slice, those that begin from an instant until before another. One in whose middle the instant lies is left out: what changed
    /// there, such as a revision's share, would be mixed with what was before.
    /// </summary>
    public IReadOnlyList<TrafficSlice> Between(DateTimeOffset start, DateTimeOffset end) =>
    [
        .. _slices.Where(it => it.Key.Slice * Slice.Ticks >= start.UtcTicks && it.Key.Slice * Slice.Ticks < end.UtcTicks)
            .Select(it => new TrafficSlice(
                it.Key.Revision,
                new(it.Key.Slice * Slice.Ticks, TimeSpan.Zero),
                Sum([it.Value.ByStatusClass], 5),
                Sum([it.Value.Latencies], LatencyHistogram.Classes),
                Interlocked.Read(ref it.Value.LatencyTicks))),
    ];

    private static ImmutableArray<long> Sum(IEnumerable<long[]> counts, int length)
    {
        var sum = new long[length];
        foreach (var one in counts)
            for (var index = 0; index < length; index++) sum[index] += Interlocked.Read(ref one[index]);
        return [.. sum];
    }

    private sealed class Counters
    {
        public readonly long[] ByStatusClass = new long[5];
        public readonly long[] Latencies = new long[LatencyHistogram.Classes];
        public long LatencyTicks;
    }
}
