using CdAutomation.LocalCloud.Run;
using Google.Cloud.Monitoring.V3;
using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.Time.Testing;

namespace CdAutomation.LocalCloud.Tests.Run;

public sealed partial class MetricsTests
{
    private const string Count = "metric.type=\"run.googleapis.com/request_count\"";
    private const string Latencies = "metric.type=\"run.googleapis.com/request_latencies\"";
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private FakeTimeProvider _clock = null!;
    private TrafficMeter _meter = null!;
    private LocalRunOptions _options = null!;

    [SetUp]
    public void Begin()
    {
        _clock = new(Noon);
        _meter = new(_clock);
        _options = new() { Images = new NamedImages(), Clock = _clock };
    }

    [Test]
    public async Task Requests_through_the_proxy_are_told_over_the_wire()
    {
        await using var cloud = await Cloud.StartAsync();
        await cloud.CreateAsync("web", Cloud.Wanted(Cloud.Good));
        var service = await cloud.GetAsync("web");
        for (var number = 0; number < 3; number++) (await cloud.BrowseAsync(service.Uri)).Dispose();
        var now = TimeProvider.System.GetUtcNow();
        var request = Asked(Count + " AND resource.labels.service_name=\"web\"", now.AddMinutes(-5), now.AddSeconds(1));
        var series = (await cloud.Metrics.ListTimeSeriesAsync(request)).TimeSeries.Single();
        Assert.That(series.Points.Sum(it => it.Value.Int64Value), Is.EqualTo(3));
        Assert.That(series.Metric.Labels["response_code_class"], Is.EqualTo("2xx"));
        Assert.That(series.Resource.Type, Is.EqualTo("cloud_run_revision"));
        Assert.That(series.Resource.Labels, Is.EquivalentTo(new Dictionary<string, string>
        {
            ["project_id"] = "acme",
            ["location"] = "asia-northeast1",
            ["service_name"] = "web",
            ["configuration_name"] = "web",
            ["revision_name"] = service.LatestReadyRevision.Split('/')[^1],
        }));
    }

    [Test]
    public async Task Counts_are_added_up_by_the_labels_that_are_asked_for()
    {
        Count2xx("a", 4);
        Count2xx("b", 5);
        _meter.Count(Revision("b"), 503, TimeSpan.FromMilliseconds(1));
        var request = Summed(Count, "metric.labels.response_code_class");
        var sums = (await ListAsync(request)).ToDictionary(
            it => it.Metric.Labels["response_code_class"], it => it.Points.Single().Value.Int64Value);
        Assert.That(sums, Is.EquivalentTo(new Dictionary<string, long> { ["2xx"] = 9, ["5xx"] = 1 }));

        var one = (await ListAsync(Summed(Count + " AND resource.labels.revision_name = \"b\"", "resource.label.service_name"))).Single();
        Assert.That((one.Points.Single().Value.Int64Value, one.Resource.Labels["service_name"], one.Metric.Labels.Count),
            Is.EqualTo((6L, "web", 0)));
        Assert.That(one.Points[0].Interval.EndTime.ToDateTimeOffset(), Is.EqualTo(Noon.AddMinutes(1)));
        Assert.That(await ListAsync(Summed(Count + " AND resource.labels.revision_name=\"c\"")), Is.Empty, "no requests, no series");
    }

    [Test]
    public async Task A_latency_distribution_gives_a_percentile_within_its_bucket()
    {
        for (var number = 0; number < 99; number++) _meter.Count(Revision("a"), 200, TimeSpan.FromMilliseconds(10));
        _meter.Count(Revision("a"), 200, TimeSpan.FromMilliseconds(900));
        var value = (await ListAsync(Summed(Latencies))).Single().Points.Single().Value.DistributionValue;
        var buckets = value.BucketOptions.ExponentialBuckets;
        Assert.That((value.Count, value.BucketCounts.Sum()), Is.EqualTo((100L, 100L)));
        Assert.That(value.BucketCounts, Has.Count.EqualTo(buckets.NumFiniteBuckets + 2));
        Assert.That(value.Mean, Is.EqualTo(18.9).Within(0.001));
        foreach (var (index, latency) in value.BucketCounts.Select((count, index) => (count, index)).Where(it => it.count > 0)
            .Zip([10.0, 900.0], (it, latency) => (it.index, latency)))
            Assert.That(latency, Is.GreaterThan(buckets.Scale * Math.Pow(buckets.GrowthFactor, index - 1))
                .And.LessThanOrEqualTo(buckets.Scale * Math.Pow(buckets.GrowthFactor, index)), "bucket i ends at scale * growth^i");
    }

    [Test]
    public async Task Points_are_newest_first_and_pages_join_up()
    {
        for (var minute = 0; minute < 4; minute++)
        {
            Count2xx("a", minute + 1);
            Count2xx("b", 10);
            _clock.Advance(TimeSpan.FromMinutes(1));
        }

        var request = Asked(Count, Noon, Noon.AddMinutes(4));
        var whole = await ListAsync(request);
        Assert.That(whole[0].Points.Select(it => it.Value.Int64Value), Is.EqualTo(new[] { 4L, 3, 2, 1 }));
        var points = new List<Point>();
        request.PageSize = 3;
        do
        {
            var page = await Api().ListTimeSeries(request, null!);
            Assert.That(page.TimeSeries.Sum(it => it.Points.Count), Is.LessThanOrEqualTo(3));
            points.AddRange(page.TimeSeries.SelectMany(it => it.Points));
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        Assert.That(points, Is.EqualTo(whole.SelectMany(it => it.Points)));
    }

    [Test]
    public async Task What_is_younger_than_the_lag_is_not_there_yet_and_a_fault_hides_all()
    {
        _options = new() { Images = new NamedImages(), Clock = _clock, MetricsLag = TimeSpan.FromMinutes(2) };
        Count2xx("a", 1);
        var request = Asked(Count, Noon.AddMinutes(-5), Noon.AddMinutes(5));
        _clock.Advance(TimeSpan.FromSeconds(119));
        Assert.That(await ListAsync(request), Is.Empty);
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.That(await ListAsync(request), Has.Count.EqualTo(1));
        _options.Faults.HidesTimeSeries = true;
        Assert.That(await ListAsync(request), Is.Empty);
    }

    [Test]
    public async Task The_second_in_which_an_interval_begins_is_left_out()
    {
        Count2xx("a", 3);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Count2xx("a", 4);
        var request = Summed(Count);
        request.Interval.StartTime = Timestamp.FromDateTimeOffset(Noon.AddMilliseconds(500));
        Assert.That((await ListAsync(request)).Single().Points.Sum(it => it.Value.Int64Value), Is.EqualTo(4));
        request.Interval.StartTime = Timestamp.FromDateTimeOffset(Noon);
        Assert.That((await ListAsync(request)).Single().Points.Sum(it => it.Value.Int64Value), Is.EqualTo(7));
    }

    [Test]
    public async Task Another_project_s_requests_are_not_told()
    {
        Count2xx("a", 1);
        var request = Summed(Count);
        request.Name = "projects/other";
        Assert.That(await ListAsync(request), Is.Empty);
    }

    private static string Revision(string revision) => Cloud.RevisionName("web", revision);

    private void Count2xx(string revision, int count)
    {
        for (var number = 0; number < count; number++) _meter.Count(Revision(revision), 200, TimeSpan.FromMilliseconds(5));
    }

    private static ListTimeSeriesRequest Asked(string filter, DateTimeOffset start, DateTimeOffset end) => new()
    {
        Name = "projects/acme",
        Filter = filter,
        Interval = new() { StartTime = Timestamp.FromDateTimeOffset(start), EndTime = Timestamp.FromDateTimeOffset(end) },
    };

    private static ListTimeSeriesRequest Summed(string filter, params string[] groupBy)
    {
        var request = Asked(filter, Noon.AddMinutes(-9), Noon.AddMinutes(1));
        request.Aggregation = new()
        {
            AlignmentPeriod = new() { Seconds = 600 },
            PerSeriesAligner = Aggregation.Types.Aligner.AlignDelta,
            CrossSeriesReducer = Aggregation.Types.Reducer.ReduceSum,
            GroupByFields = { groupBy },
        };
        return request;
    }

    private MetricsApi Api() => new(_meter, _options);

    private async Task<IReadOnlyList<TimeSeries>> ListAsync(ListTimeSeriesRequest request) =>
        (await Api().ListTimeSeries(request, null!)).TimeSeries;
}
