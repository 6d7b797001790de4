using Google.Cloud.Monitoring.V3;
using Grpc.Core;

namespace CdAutomation.LocalCloud.Tests.Run;

/// <summary>Questions that are refused.</summary>
public sealed partial class MetricsTests
{
    [TestCase("metric.type=\"run.googleapis.com/container/cpu\"")]
    [TestCase("resource.type=\"cloud_run_revision\"")]
    [TestCase(Count + " OR resource.type=\"cloud_run_revision\"")]
    [TestCase(Count + " AND resource.type=\"gce_instance\"")]
    [TestCase(Count + " AND metric.labels.response_code=\"200\"")]
    [TestCase(Latencies + " AND metric.labels.response_code_class=\"2xx\"")]
    [TestCase(Count + " AND resource.labels.service_name=starts_with(\"w\")")]
    [TestCase(Count + " AND " + Count)]
    [TestCase("")]
    public async Task A_filter_of_another_kind_is_refused_with_what_is_understood(string filter)
    {
        var refusal = await Cloud.RefusalAsync(() => ListAsync(Summed(filter)));
        Assert.That(refusal.StatusCode, Is.EqualTo(StatusCode.InvalidArgument));
        Assert.That(refusal.Detail, Does.StartWith("filter: ").And.Contains("understands equalities joined by AND"));
    }

    [Test]
    public async Task Aggregations_and_intervals_that_mean_nothing_here_are_refused()
    {
        Action<ListTimeSeriesRequest>[] breaks =
        [
            it => it.Aggregation.PerSeriesAligner = Aggregation.Types.Aligner.AlignPercentile99,
            it => it.Aggregation.CrossSeriesReducer = Aggregation.Types.Reducer.ReducePercentile99,
            it => it.Aggregation.AlignmentPeriod = new() { Seconds = 59 },
            it => it.Aggregation.AlignmentPeriod = null,
            it => it.Aggregation.GroupByFields.Add("resource.labels.zone"),
            it => it.Interval.StartTime = it.Interval.EndTime,
            it => it.Interval.EndTime = new() { Seconds = long.MaxValue },
            it => it.Interval = null,
            it => it.Name = "acme",
            it => it.PageToken = "xyz",
            it => it.PageSize = -1,
            it => it.OrderBy = "x",
        ];
        foreach (var change in breaks)
        {
            var request = Summed(Count);
            change(request);
            Assert.That((await Cloud.RefusalAsync(() => ListAsync(request))).StatusCode, Is.EqualTo(StatusCode.InvalidArgument));
        }

        var last = Asked(Count, Noon, DateTimeOffset.MaxValue);
        Assert.That(await ListAsync(last), Is.Empty, "the end of time is an instant as well");
    }
}
