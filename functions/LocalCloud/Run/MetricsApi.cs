using System.Security.Cryptography;
using Google.Cloud.Monitoring.V3;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace CdAutomation.LocalCloud.Run;

/// <summary>
/// google.monitoring.v3.MetricService, of which ListTimeSeries tells the requests that the proxy saw in the last hour, to the second.
/// All else answers UNIMPLEMENTED. Counts are by class of the answer's status and not by status, latencies by neither.
/// </summary>
internal sealed class MetricsApi(TrafficMeter meter, LocalRunOptions options) : MetricService.MetricServiceBase
{
    private const int MostPoints = 100_000;

    public override Task<ListTimeSeriesResponse> ListTimeSeries(ListTimeSeriesRequest request, ServerCallContext context)
    {
        var project = request.Name.Split('/') is ["projects", var id] && LocationPath.Segment().IsMatch(id)
            ? id
            : throw Refusal.InvalidArgument($"name: '{Refusal.Shown(request.Name)}' is not of the form projects/*.");
        var filter = MetricFilter.Parse(request.Filter);
        if (request.SecondaryAggregation is not null) throw Refusal.InvalidArgument("secondary_aggregation: is not understood here.");
        if (request.OrderBy.Length > 0) throw Refusal.InvalidArgument("order_by: is not understood here.");
        var (start, end) = Interval(request.Interval);
        var alignment = MetricAlignment.Of(request.Aggregation, filter.Metric, end);
        var series = options.Faults.HidesTimeSeries ? [] : Series(project, filter, alignment, start, end);
        return Task.FromResult(Page(request, series));
    }

    private List<TimeSeries> Series(
        string project, MetricFilter filter, MetricAlignment alignment, DateTimeOffset start, DateTimeOffset end)
    {
        // A slice that begins this very moment is visible as well.
        var visible = options.Clock.GetUtcNow() - options.MetricsLag + TimeSpan.FromTicks(1);
        var found = new SortedDictionary<string, MetricSeries>(StringComparer.Ordinal);
        foreach (var slice in meter.Between(start, end < visible ? end : visible))
        {
            var span = alignment.SpanOf(slice.Start);
            foreach (var (labels, count) in Samples(filter.Metric, slice))
            {
                if (labels["resource.labels.project_id"] != project || filter.Labels.Any(it => labels[it.Key] != it.Value)) continue;
                var kept = alignment.GroupBy is { } fields ? fields.Distinct().ToDictionary(it => it, it => labels[it]) : labels;
                var key = string.Join('\n', kept.OrderBy(it => it.Key, StringComparer.Ordinal).Select(it => it.Value));
                if (!found.TryGetValue(key, out var series)) found[key] = series = new(kept);
                series.Add(span, count, slice);
            }
        }

        return [.. found.Values.Select(it => it.Of(filter, alignment))];
    }

    private static IEnumerable<(Dictionary<string, string> Labels, long Count)> Samples(string metric, TrafficSlice slice)
    {
        if (metric == MetricFilter.RequestLatencies)
        {
            yield return (LabelsOf(slice.Revision), slice.ByStatusClass.Sum());
            yield break;
        }

        for (var index = 0; index < slice.ByStatusClass.Length; index++)
        {
            if (slice.ByStatusClass[index] == 0) continue;
            var labels = LabelsOf(slice.Revision);
            labels[MetricFilter.StatusClass] = $"{index + 1}xx";
            yield return (labels, slice.ByStatusClass[index]);
        }
    }

    private static Dictionary<string, string> LabelsOf(string revision)
    {
        // projects/P/locations/L/services/S/revisions/R
        var parts = revision.Split('/');
        return new()
        {
            ["resource.labels.project_id"] = parts[1],
            ["resource.labels.location"] = parts[3],
            ["resource.labels.service_name"] = parts[5],
            ["resource.labels.configuration_name"] = parts[5],
            ["resource.labels.revision_name"] = parts[7],
        };
    }

    private static (DateTimeOffset Start, DateTimeOffset End) Interval(TimeInterval? interval)
    {
        if (interval is not { StartTime: { } start, EndTime: { } end })
            throw Refusal.InvalidArgument("interval: start_time and end_time are required.");
        if (Instant(start, "start_time") is var first && Instant(end, "end_time") is var last && first < last) return (first, last);
        throw Refusal.InvalidArgument("interval: start_time must be before end_time.");
    }

    private static DateTimeOffset Instant(Timestamp time, string field)
    {
        try
        {
            return time.ToDateTimeOffset();
        }
        catch (Exception problem) when (problem is InvalidOperationException or ArgumentException)
        {
            throw Refusal.InvalidArgument($"interval.{field}: is not an instant between the years 1 and 9999.");
        }
    }

    /// <summary>A page is so many points, of one series or of several; of the view HEADERS so many series.</summary>
    private static ListTimeSeriesResponse Page(ListTimeSeriesRequest request, List<TimeSeries> series)
    {
        if (request.PageSize < 0) throw Refusal.InvalidArgument("page_size: must not be negative.");
        var size = request.PageSize is 0 or > MostPoints ? MostPoints : request.PageSize;
        var list = ListOf(request);
        var offset = request.PageToken.Length == 0 ? 0 : (int)Math.Min(PageTokens.Before(request.PageToken, list), int.MaxValue - size);
        var isHeaders = request.View == ListTimeSeriesRequest.Types.TimeSeriesView.Headers;
        var points = series.SelectMany(it => isHeaders ? [(it, null)] : it.Points.Select(point => (Series: it, Point: (Point?)point)))
            .Skip(offset).ToList();
        var (page, next) = PageTokens.Cut(points, size, list, _ => offset + size);
        var response = new ListTimeSeriesResponse { NextPageToken = next };
        foreach (var group in page.GroupBy(it => it.Series))
        {
            var shown = group.Key.Clone();
            shown.Points.Clear();
            shown.Points.Add(group.Where(it => it.Point is not null).Select(it => it.Point));
            response.TimeSeries.Add(shown);
        }

        return response;
    }

    // A token belongs to a question: the same but for the page.
    private static string ListOf(ListTimeSeriesRequest request)
    {
        var question = request.Clone();
        (question.PageSize, question.PageToken) = (0, "");
        return Convert.ToHexStringLower(SHA256.HashData(question.ToByteArray()));
    }
}
