using Google.Cloud.Monitoring.V3;
using Google.Protobuf.WellKnownTypes;

namespace CdAutomation.LocalCloud.Run;

/// <summary>How samples become points: the spans of time, and the labels that series are added up by.</summary>
/// <param name="End">The end of the newest span.</param>
/// <param name="Period">The length of each.</param>
/// <param name="GroupBy">Canonical labels that are kept; null keeps them all and adds nothing up.</param>
internal sealed record MetricAlignment(DateTimeOffset End, TimeSpan Period, IReadOnlyList<string>? GroupBy)
{
    /// <summary>Cloud Run's metrics are sampled every 60 seconds.</summary>
    private static readonly TimeSpan Sampling = TimeSpan.FromMinutes(1);

    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: an aggregation that is not understood here.</exception>
    public static MetricAlignment Of(Aggregation? aggregation, string metric, DateTimeOffset end)
    {
        aggregation ??= new();
        var groupBy = GroupOf(aggregation, metric);
        switch (aggregation.PerSeriesAligner)
        {
            case Aggregation.Types.Aligner.AlignNone when groupBy is null:
                // The end of the minute that it is in, but for the last one that there is.
                var minute = (end.UtcTicks + Sampling.Ticks - 1) / Sampling.Ticks * Sampling.Ticks;
                return new(new(Math.Min(minute, DateTimeOffset.MaxValue.UtcTicks), TimeSpan.Zero), Sampling, null);
            case Aggregation.Types.Aligner.AlignDelta:
                if (aggregation.AlignmentPeriod is not { Seconds: >= 60 and <= 63_000_000 } period)
                    throw Refusal.InvalidArgument("aggregation.alignment_period: is required with an aligner, at least 60 seconds.");
                return new(end, TimeSpan.FromSeconds(period.Seconds), groupBy);
            default:
                throw Refusal.InvalidArgument(
                    "aggregation.per_series_aligner: the local Cloud Run understands ALIGN_DELTA, and ALIGN_NONE without a reducer.");
        }
    }

    /// <summary>Which span an instant is in, 0 for the newest.</summary>
    public int SpanOf(DateTimeOffset instant) => (int)Math.Max(0, (End.UtcTicks - instant.UtcTicks - 1) / Period.Ticks);

    public TimeInterval IntervalOf(int span)
    {
        var end = End - span * Period;
        return new() { StartTime = Timestamp.FromDateTimeOffset(end - Period), EndTime = Timestamp.FromDateTimeOffset(end) };
    }

    private static List<string>? GroupOf(Aggregation aggregation, string metric)
    {
        switch (aggregation.CrossSeriesReducer)
        {
            case Aggregation.Types.Reducer.ReduceNone when aggregation.GroupByFields.Count == 0:
                return null;
            case Aggregation.Types.Reducer.ReduceSum:
                var fields = aggregation.GroupByFields.Select(MetricFilter.Canonical).ToList();
                return fields.FirstOrDefault(it => !MetricFilter.IsLabelOf(metric, it)) is not { } unknown
                    ? fields
                    : throw Refusal.InvalidArgument(
                        $"aggregation.group_by_fields: '{Refusal.Shown(unknown)}' is not a label of {metric} here.");
            default:
                throw Refusal.InvalidArgument(
                    "aggregation.cross_series_reducer: the local Cloud Run understands REDUCE_SUM, and REDUCE_NONE without "
                    + "group_by_fields.");
        }
    }
}
