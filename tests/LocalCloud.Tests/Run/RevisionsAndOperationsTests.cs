using Google.Cloud.Run.V2;
using Grpc.Core;
using State = Google.Cloud.Run.V2.Condition.Types.State;
using Task = System.Threading.Tasks.Task;

namespace CdAutomation.LocalCloud.Tests.Run;

public sealed class RevisionsAndOperationsTests
{
    private Cloud _cloud = null!;

    [SetUp]
    public async Task Start() => _cloud = await Cloud.StartAsync();

    [TearDown]
    public async Task Stop() => await _cloud.DisposeAsync();

    [Test]
    public async Task Revisions_are_listed_of_one_service_or_of_all_newest_first()
    {
        await _cloud.CreateAsync("web", Cloud.Wanted(Cloud.Good));
        await _cloud.CreateAsync("api", Cloud.Wanted(Cloud.Good));
        await _cloud.ChangeAsync("web", it => it.Template.Containers[0].Image = Cloud.Better);

        async Task<string[]> List(string service, int size)
        {
            var names = new List<string>();
            var page = new ListRevisionsResponse { NextPageToken = "" };
            do
            {
                page = await _cloud.Revisions.ListRevisionsAsync(
                    new() { Parent = Cloud.Name(service), PageSize = size, PageToken = page.NextPageToken });
                names.AddRange(page.Revisions.Select(it => RolloutContractTests.RevisionOf(it.Name)[..9]));
            }
            while (page.NextPageToken.Length > 0);
            return [.. names];
        }

        Assert.That(await List("web", 1), Is.EqualTo(new[] { "web-00002", "web-00001" }));
        Assert.That(await List("-", 2), Is.EqualTo(new[] { "web-00002", "api-00001", "web-00001" }));
        Assert.That((await Cloud.RefusalAsync(() => List("absent", 1))).StatusCode, Is.EqualTo(StatusCode.NotFound));
    }

    [Test]
    public async Task A_revision_is_retired_without_traffic_and_only_then_can_be_deleted()
    {
        await _cloud.CreateAsync("web", Cloud.Wanted(Cloud.Good));
        var first = (await _cloud.GetAsync("web")).LatestReadyRevision;
        await RefusedAsync(first);
        await _cloud.ChangeAsync("web", it => it.Template.Containers[0].Image = Cloud.Better);
        var second = (await _cloud.GetAsync("web")).LatestReadyRevision;
        await RefusedAsync(second);

        await _cloud.ChangeAsync("web", it => it.Traffic.Add(Cloud.To(RolloutContractTests.RevisionOf(first), 0, "old")));
        await RefusedAsync(first);
        await _cloud.ChangeAsync("web", it => it.Traffic.RemoveAt(1));
        var active = (await _cloud.Revisions.GetRevisionAsync(new() { Name = first })).Conditions.Single(it => it.Type == "Active");
        Assert.That((active.State, active.RevisionReason, active.Severity),
            Is.EqualTo((State.ConditionFailed, Condition.Types.RevisionReason.Retired, Condition.Types.Severity.Info)));

        var operation = await _cloud.EndAsync(await _cloud.Revisions.DeleteRevisionAsync(new() { Name = first }));
        Assert.That(operation.Response.Unpack<Revision>().Name, Is.EqualTo(first));
        Assert.That((await Cloud.RefusalAsync(async () => await _cloud.Revisions.GetRevisionAsync(new() { Name = first }))).StatusCode,
            Is.EqualTo(StatusCode.NotFound));
    }

    [Test]
    public async Task Waiting_ends_at_its_timeout_with_the_state_of_then()
    {
        _cloud.Faults.NeverEndNextOperations(1);
        var operation = await _cloud.Services.CreateServiceAsync(
            new() { Parent = Cloud.Location, ServiceId = "web", Service = Cloud.Wanted(Cloud.Good) });
        var waited = await _cloud.Operations.WaitOperationAsync(new() { Name = operation.Name, Timeout = new() { Nanos = 20_000_000 } });
        Assert.That(waited.Done, Is.False);

        waited = await _cloud.Operations.WaitOperationAsync(
            new() { Name = operation.Name }, deadline: TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(1));
        Assert.That(waited.Done, Is.False, "it answers before the caller's own deadline");
    }

    [Test]
    public async Task Operations_are_listed_and_forgotten()
    {
        var created = await _cloud.CreateAsync("web", Cloud.Wanted(Cloud.Good));
        var changed = await _cloud.ChangeAsync("web", it => it.Description = "x");
        var listed = await _cloud.Operations.ListOperationsAsync(new() { Name = Cloud.Location });
        Assert.That(listed.Operations, Is.EqualTo(new[] { changed, created }));

        await _cloud.Operations.DeleteOperationAsync(new() { Name = created.Name });
        Assert.That((await Cloud.RefusalAsync(async () =>
            await _cloud.Operations.GetOperationAsync(new() { Name = created.Name }))).StatusCode,
            Is.EqualTo(StatusCode.NotFound));
        Assert.That((await Cloud.RefusalAsync(async () =>
            await _cloud.Operations.CancelOperationAsync(new() { Name = changed.Name }))).StatusCode,
            Is.EqualTo(StatusCode.Unimplemented));
    }

    [Test]
    public async Task What_is_not_there_yet_says_so()
    {
        var jobs = await Cloud.RefusalAsync(async () => await _cloud.Services.GetIamPolicyAsync(new() { Resource = Cloud.Name("web") }));
        Assert.That(jobs.StatusCode, Is.EqualTo(StatusCode.Unimplemented));
    }

    private async Task RefusedAsync(string revision) => Assert.That(
        (await Cloud.RefusalAsync(async () => await _cloud.Revisions.DeleteRevisionAsync(new() { Name = revision }))).StatusCode,
        Is.EqualTo(StatusCode.FailedPrecondition));
}
