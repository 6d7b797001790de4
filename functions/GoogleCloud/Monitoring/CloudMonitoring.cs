using CdAutomation.Delivery;
using CdAutomation.Domain;
using CdAutomation.Domain.Images;
using CdAutomation.Domain.Rollouts;
using CdAutomation.Domain.Rollouts.Analysis;
using CdAutomation.Domain.Targets;
using CdAutomation.GoogleCloud.Calls;
using CdAutomation.GoogleCloud.Identity;
using Google.Cloud.Monitoring.V3;
using Google.Protobuf.WellKnownTypes;

namespace CdAutomation.GoogleCloud.Monitoring;

/// <summary>
/// Reads Cloud Run's request counts and latencies of two revisions in the same span. The span ends when all of it is surely visible.
/// </summary>
public sealed class CloudMonitoring(MonitoringOptions options, IAccessTokens tokens, TimeProvider clock) : IMeasure, IDisposable
{
    private const string Requests = "run.googleapis.com/request_count";
    private const string Latencies = "run.googleapis.com/request_latencies";
    private const string StatusClass = "metric.labels.response_code_class";
    private const int PagesMax = 20;

    private readonly GoogleChannel _channel = new(options.Endpoint, tokens, null);
    private readonly CallPolicies _policies = new(options.Limits, clock);

    /// <inheritdoc/>
    public async Task<Parsed<Period>> MeasureAsync(Effect.Measure order, CancellationToken cancellation)
    {
        if (MetricsSpan.Known(order.From, clock.GetUtcNow(), options.Delay) is not { } span)
        {
            return new Reason(
                "analysis.unknown", $"metrics are visible {options.Delay.TotalSeconds:0.#} s after the requests; "
                    + $"the first of {order.Revision} are at {order.From + options.Delay:HH:mm:ss}Z");
        }

        var canary = await ReadAsync(order.Target, order.Revision, span, cancellation);
        if (!canary.TryGetValue(out var fresh))
            return Parsed<Period>.Refused(canary.Problems);
        if (order.Stable is not { } other)
            return new Period(span, fresh, RevisionTraffic.None);

        var stable = await ReadAsync(order.Target, other, span, cancellation);
        return stable.TryGetValue(out var known) ? new Period(span, fresh, known) : Parsed<Period>.Refused(stable.Problems);
    }

    /// <summary>Closes the connection.</summary>
    public void Dispose() => _channel.Dispose();

    private async Task<Parsed<RevisionTraffic>> ReadAsync(Target target, string revision, MetricsSpan span, CancellationToken cancellation)
    {
        var counts = await ListAsync(target, revision, Requests, StatusClass, span, cancellation);
        if (!counts.TryGetValue(out var byClass))
            return Parsed<RevisionTraffic>.Refused(counts.Problems);
        var times = await ListAsync(target, revision, Latencies, "resource.labels.revision_name", span, cancellation);
        if (!times.TryGetValue(out var latencies))
            return Parsed<RevisionTraffic>.Refused(times.Problems);

        var histogram = Distributions.Sum(latencies);
        return histogram.TryGetValue(out var timed)
            ? RevisionTraffic.Of(Sum(byClass, _ => true), Sum(byClass, code => code == "5xx"), timed.Histogram)
            : Parsed<RevisionTraffic>.Refused(histogram.Problems);
    }

    private static long Sum(IEnumerable<TimeSeries> series, Func<string, bool> counts) => series
        .Where(each => counts(each.Metric.Labels.TryGetValue("response_code_class", out var code) ? code : ""))
        .Sum(each => each.Points.Sum(point => point.Value.Int64Value));

    /// <summary>All series, however many pages; or why there are none to go by.</summary>
    private async Task<Parsed<List<TimeSeries>>> ListAsync(
        Target target, string revision, string metric, string groupBy, MetricsSpan span, CancellationToken cancellation)
    {
        var request = new ListTimeSeriesRequest
        {
            Name = $"projects/{target.Project}",
            Filter = $"metric.type=\"{metric}\" AND resource.type=\"cloud_run_revision\" AND resource.labels.project_id=\"{target.Project}\""
                + $" AND resource.labels.location=\"{target.Region}\" AND resource.labels.service_name=\"{target.Name}\""
                + $" AND resource.labels.revision_name=\"{revision}\"",
            Interval = new() { StartTime = Timestamp.FromDateTimeOffset(span.From), EndTime = Timestamp.FromDateTimeOffset(span.Until) },
            Aggregation = new()
            {
                AlignmentPeriod = Duration.FromTimeSpan(TimeSpan.FromSeconds(Math.Max(60, Math.Ceiling(span.Length.TotalSeconds)))),
                PerSeriesAligner = Aggregation.Types.Aligner.AlignDelta,
                // Distributions add up bucket by bucket; a percentile of percentiles would be none.
                CrossSeriesReducer = Aggregation.Types.Reducer.ReduceSum,
                GroupByFields = { groupBy },
            },
            View = ListTimeSeriesRequest.Types.TimeSeriesView.Full,
        };

        var all = new List<TimeSeries>();
        for (var page = 0; page < PagesMax; page++)
        {
            var reply = await CallError.CatchAsync(
                _policies.Repeatable,
                token => _channel.CallAsync((headers, stop) => Client().ListTimeSeriesAsync(request, headers, cancellationToken: stop), token),
                cancellation);
            if (!reply.TryGet(out var answer, out var error))
                return new Reason("analysis.unread", $"the metrics of {revision} could not be read: {error.Code}: {Excerpt.Of(error.Message)}");
            all.AddRange(answer.TimeSeries);
            if (answer.NextPageToken.Length == 0)
                return all;
            request.PageToken = answer.NextPageToken;
        }

        return new Reason("analysis.unread", $"the metrics of {revision} fill more than {PagesMax} pages");
    }

    private MetricService.MetricServiceClient Client() => new(_channel.Invoker);
}
