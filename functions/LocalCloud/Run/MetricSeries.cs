using Google.Api;
using Google.Cloud.Monitoring.V3;
using Exponential = Google.Api.Distribution.Types.BucketOptions.Types.Exponential;

namespace CdAutomation.LocalCloud.Run;

/// <summary>One series while it is added up: the values of its spans, by number, 0 for the newest.</summary>
internal sealed class MetricSeries(IReadOnlyDictionary<string, string> labels)
{
    private const string ResourcePrefix = "resource.labels.";
    private const string MetricPrefix = "metric.labels.";

    private readonly SortedDictionary<int, Sum> _spans = [];

    /// <param name="count">Requests.</param>
    /// <param name="slice">Where they are from; its latencies are used by distributions alone.</param>
    public void Add(int span, long count, TrafficSlice slice)
    {
        if (!_spans.TryGetValue(span, out var sum)) _spans[span] = sum = new();
        sum.Count += count;
        sum.Ticks += slice.LatencyTicks;
        for (var index = 0; index < sum.Latencies.Length; index++) sum.Latencies[index] += slice.Latencies[index];
    }

    public TimeSeries Of(MetricFilter filter, MetricAlignment alignment)
    {
        var isCount = filter.Metric == MetricFilter.RequestCount;
        var series = new TimeSeries
        {
            Metric = new() { Type = filter.Metric },
            Resource = new() { Type = MetricFilter.ResourceType },
            MetricKind = MetricDescriptor.Types.MetricKind.Delta,
            ValueType = isCount ? MetricDescriptor.Types.ValueType.Int64 : MetricDescriptor.Types.ValueType.Distribution,
            Unit = isCount ? "1" : "ms",
        };
        foreach (var (label, value) in labels)
            if (label.StartsWith(ResourcePrefix, StringComparison.Ordinal)) series.Resource.Labels[label[ResourcePrefix.Length..]] = value;
            else series.Metric.Labels[label[MetricPrefix.Length..]] = value;
        series.Points.Add(_spans.Select(it => new Point
        {
            Interval = alignment.IntervalOf(it.Key),
            Value = isCount ? new() { Int64Value = it.Value.Count } : new() { DistributionValue = DistributionOf(it.Value) },
        }));
        return series;
    }

    // Class i of the histogram is bucket i: the first is the underflow, the last the overflow.
    private static Distribution DistributionOf(Sum sum)
    {
        var mean = TimeSpan.FromTicks(sum.Ticks).TotalMilliseconds / sum.Count;
        var distribution = new Distribution
        {
            Count = sum.Count,
            Mean = mean,
            // By the upper bounds of the buckets: what each request took is not kept.
            SumOfSquaredDeviation = sum.Latencies
                .Select((count, index) => count * Math.Pow(BoundOf(index) - mean, 2)).Sum(),
            BucketOptions = new()
            {
                ExponentialBuckets = new Exponential
                {
                    NumFiniteBuckets = LatencyHistogram.Classes - 2,
                    GrowthFactor = LatencyHistogram.Growth,
                    Scale = LatencyHistogram.Least,
                },
            },
        };
        distribution.BucketCounts.Add(sum.Latencies);
        return distribution;
    }

    private static double BoundOf(int bucket) => LatencyHistogram.Least * Math.Pow(LatencyHistogram.Growth, bucket);

    private sealed class Sum
    {
        public readonly long[] Latencies = new long[LatencyHistogram.Classes];
        public long Count;
        public long Ticks;
    }
}
