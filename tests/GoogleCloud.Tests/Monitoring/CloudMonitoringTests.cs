using Google.Api;
using Google.Cloud.Monitoring.V3;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace CdAutomation.GoogleCloud.Tests.Monitoring;

/// <summary>What becomes of Cloud Monitoring's answers, the odd ones included.</summary>
public sealed class CloudMonitoringTests
{
    private static readonly DateTimeOffset Now = ScriptedMonitoring.Now;

    [Test]
    public async Task Counts_by_class_and_latencies_of_both_revisions_are_read_over_all_pages()
    {
        await using var monitoring = await ScriptedMonitoring.StartAsync(request => IsCount(request)
            ? request.PageToken.Length == 0 ? Page("next", Counted("2xx", 90), Counted("5xx", 6)) : Page("", Counted("4xx", 4))
            : Page("", Timed([90, 10])));
        var seen = await monitoring.MeasureAsync();

        Assert.That(seen.TryGetValue(out var period), seen.Problems.FirstOrDefault()?.ToString());
        Assert.That((period!.Canary!.Requests, period.Canary.ServerErrors), Is.EqualTo((100L, 6L)));
        Assert.That((period.Stable!.Requests, period.Stable.ServerErrors), Is.EqualTo((100L, 6L)));
        Assert.That(period.Canary.Latencies!.Counts, Is.EqualTo(new long[] { 90, 10, 0 }));
    }

    [Test]
    public async Task The_same_span_is_asked_of_both_and_ends_when_all_of_it_is_visible()
    {
        await using var monitoring = await ScriptedMonitoring.StartAsync(_ => Page(""));
        await monitoring.MeasureAsync();

        Assert.That(monitoring.Asked.Select(it => it.Interval).Distinct().Single(), Is.EqualTo(new TimeInterval
        {
            StartTime = Timestamp.FromDateTimeOffset(Now.AddMinutes(-10)),
            EndTime = Timestamp.FromDateTimeOffset(Now.AddMinutes(-3)),
        }));
        Assert.That(monitoring.Asked.Select(it => it.Filter).Distinct().Count(), Is.EqualTo(4), "two metrics of two revisions");
        Assert.That(monitoring.Asked.First(), Has.Property(nameof(ListTimeSeriesRequest.Name)).EqualTo("projects/acme")
            .And.Property(nameof(ListTimeSeriesRequest.Filter)).EqualTo(
                "metric.type=\"run.googleapis.com/request_count\" AND resource.type=\"cloud_run_revision\" AND resource.labels.project_id=\"acme\""
                + " AND resource.labels.location=\"asia-northeast1\" AND resource.labels.service_name=\"web\" AND resource.labels.revision_name=\"web-2\""));
    }

    [Test]
    public async Task No_series_is_no_traffic_and_no_stable_revision_is_nothing_to_compare_with()
    {
        await using var monitoring = await ScriptedMonitoring.StartAsync(_ => Page(""));
        var seen = await monitoring.MeasureAsync(ScriptedMonitoring.Order(Now.AddMinutes(-10)) with { Stable = null });
        Assert.That(seen.TryGetValue(out var period));
        Assert.That((period!.Canary!.Requests, period.Stable!.Requests, monitoring.Asked.Count), Is.EqualTo((0L, 0L, 2)));
    }

    [Test]
    public async Task Before_anything_can_be_visible_nobody_is_asked()
    {
        await using var monitoring = await ScriptedMonitoring.StartAsync(_ => Page(""));
        var seen = await monitoring.MeasureAsync(ScriptedMonitoring.Order(Now.AddMinutes(-3)));
        Assert.That(seen.Problems.Single().Code, Is.EqualTo("analysis.unknown"));
        Assert.That(seen.Problems.Single().Sentence, Does.Contain("visible 180 s after"));
        Assert.That(monitoring.Asked, Is.Empty);
    }

    [TestCase(StatusCode.PermissionDenied, 1)]
    [TestCase(StatusCode.Unavailable, 5)]
    public async Task What_cannot_be_read_is_no_measurement(StatusCode status, int asked)
    {
        await using var monitoring = await ScriptedMonitoring.StartAsync(_ => throw new RpcException(new Status(status, "monitoring.timeSeries.list denied")));
        var seen = await monitoring.MeasureAsync();
        Assert.That(seen.Problems.Single().Code, Is.EqualTo("analysis.unread"));
        Assert.That(seen.Problems.Single().Sentence, Does.Contain("monitoring.timeSeries.list denied"));
        Assert.That(monitoring.Asked, Has.Count.EqualTo(asked));
    }

    [Test]
    public async Task The_stable_revision_missing_is_no_measurement_either()
    {
        await using var monitoring = await ScriptedMonitoring.StartAsync(request => request.Filter.Contains("web-1", StringComparison.Ordinal)
            ? throw new RpcException(new Status(StatusCode.NotFound, "no such metric"))
            : Page(""));
        Assert.That((await monitoring.MeasureAsync()).Problems.Single().Sentence, Does.Contain("the metrics of web-1 could not be read"));
    }

    [Test]
    public async Task Pages_without_an_end_are_given_up()
    {
        await using var monitoring = await ScriptedMonitoring.StartAsync(_ => Page("more", Counted("2xx", 1)));
        Assert.That((await monitoring.MeasureAsync()).Problems.Single().Sentence, Does.Contain("more than 20 pages"));
        Assert.That(monitoring.Asked, Has.Count.EqualTo(20));
    }

    [Test]
    public async Task Buckets_of_a_form_that_is_not_known_are_no_latencies()
    {
        await using var monitoring = await ScriptedMonitoring.StartAsync(request => IsCount(request) ? Page("") : Page("", Timed([1], new())));
        Assert.That((await monitoring.MeasureAsync()).Problems.Single().Sentence, Does.Contain("a form that is not known"));
    }

    [Test]
    public async Task Counts_that_contradict_each_other_are_refused()
    {
        await using var monitoring = await ScriptedMonitoring.StartAsync(request => IsCount(request) ? Page("", Counted("5xx", -1)) : Page(""));
        Assert.That((await monitoring.MeasureAsync()).Problems.Select(it => it.Code), Does.Contain("traffic.requests"));
    }

    private static bool IsCount(ListTimeSeriesRequest request) => request.Filter.Contains("request_count", StringComparison.Ordinal);

    private static ListTimeSeriesResponse Page(string next, params TimeSeries[] series) => new() { NextPageToken = next, TimeSeries = { series } };

    private static TimeSeries Counted(string code, long requests) => new()
    {
        Metric = new() { Labels = { ["response_code_class"] = code } },
        Points = { new Point { Value = new() { Int64Value = requests } } },
    };

    private static TimeSeries Timed(long[] counts, Distribution.Types.BucketOptions? options = null) => new()
    {
        Points =
        {
            new Point
            {
                Value = new()
                {
                    DistributionValue = new()
                    {
                        Count = counts.Sum(),
                        BucketOptions = options ?? new() { ExplicitBuckets = new() { Bounds = { 100, 500 } } },
                        BucketCounts = { counts },
                    },
                },
            },
        },
    };
}
