using Google.Cloud.Run.V2;
using Google.LongRunning;
using Grpc.Core;
using Task = System.Threading.Tasks.Task;

namespace CdAutomation.LocalCloud.Tests.Run;

public sealed class WorkerPoolTests
{
    private const string Name = Cloud.Location + "/workerPools/crew";

    private Cloud _cloud = null!;

    [SetUp]
    public async Task Start() => _cloud = await Cloud.StartAsync();

    [TearDown]
    public async Task Stop() => await _cloud.DisposeAsync();

    [Test]
    public async Task A_new_pool_has_all_instances_on_its_latest_revision()
    {
        var operation = await CreateAsync(Wanted(Cloud.Good));
        var pool = await GetAsync();
        Assert.That(operation.Response.Unpack<WorkerPool>(), Is.EqualTo(pool));
        Assert.That((pool.Generation, pool.ObservedGeneration, pool.Reconciling), Is.EqualTo((1L, 1L, false)));
        Assert.That(pool.LatestReadyRevision, Does.StartWith(Name + "/revisions/crew-00001-").And.EqualTo(pool.LatestCreatedRevision));
        Assert.That(pool.InstanceSplitStatuses.Single(),
            Is.EqualTo(new InstanceSplitStatus { Type = InstanceSplitAllocationType.Latest, Percent = 100 }));
        Assert.That(pool.Scaling.ManualInstanceCount, Is.EqualTo(1));
        Assert.That(pool.TerminalCondition.State, Is.EqualTo(Condition.Types.State.ConditionSucceeded));
        var revision = await _cloud.Revisions.GetRevisionAsync(new() { Name = pool.LatestReadyRevision });
        Assert.That(revision.Containers[0].Ports, Is.Empty);
    }

    [Test]
    public async Task Pools_and_services_of_one_name_are_apart_in_every_list()
    {
        await CreateAsync(Wanted(Cloud.Good));
        await _cloud.CreateAsync("crew", Cloud.Wanted(Cloud.Good));
        var pools = await _cloud.WorkerPools.ListWorkerPoolsAsync(new() { Parent = Cloud.Location });
        var services = await _cloud.Services.ListServicesAsync(new() { Parent = Cloud.Location });
        Assert.That(pools.WorkerPools.Select(it => it.Name), Is.EqualTo(new[] { Name }));
        Assert.That(services.Services.Select(it => it.Name), Is.EqualTo(new[] { Cloud.Name("crew") }));
        foreach (var parent in new[] { Name, Cloud.Location + "/workerPools/-" })
            Assert.That((await _cloud.Revisions.ListRevisionsAsync(new() { Parent = parent })).Revisions.Single().Name,
                Is.EqualTo(pools.WorkerPools[0].LatestReadyRevision));
        Assert.That((await _cloud.Revisions.ListRevisionsAsync(new() { Parent = Cloud.Location + "/services/-" })).Revisions.Single().Name,
            Is.EqualTo(services.Services[0].LatestReadyRevision));
    }

    [Test]
    public async Task An_unchanged_template_makes_no_revision_unless_it_is_forced()
    {
        await CreateAsync(Wanted(Cloud.Good));
        var pool = await GetAsync();
        await UpdateAsync(new() { WorkerPool = pool });
        Assert.That((await GetAsync()).LatestCreatedRevision, Is.EqualTo(pool.LatestCreatedRevision));
        await UpdateAsync(new() { WorkerPool = await GetAsync(), ForceNewRevision = true });
        Assert.That((await GetAsync()).LatestReadyRevision, Does.Contain("/crew-00002-"));
    }

    [Test]
    public async Task A_mask_changes_only_what_it_names()
    {
        await CreateAsync(Wanted(Cloud.Good));
        var sent = Wanted(Cloud.Better);
        (sent.Name, sent.Description) = (Name, "not asked for");
        await UpdateAsync(new() { WorkerPool = sent, UpdateMask = new() { Paths = { "template" } } });
        var pool = await GetAsync();
        Assert.That((pool.Template.Containers[0].Image, pool.Description), Is.EqualTo((Cloud.Better, "")));
        var refusal = await Cloud.RefusalAsync(async () => await _cloud.WorkerPools.UpdateWorkerPoolAsync(
            new() { WorkerPool = sent, UpdateMask = new() { Paths = { "traffic" } } }));
        Assert.That(refusal, Is.EqualTo(new Status(StatusCode.InvalidArgument, "update_mask: 'traffic' is not a field of a worker pool.")));
    }

    [Test]
    public async Task A_pinned_pool_keeps_its_instances_when_a_new_revision_comes_and_a_bad_one_fails()
    {
        await CreateAsync(Wanted(Cloud.Good));
        var first = (await GetAsync()).LatestReadyRevision.Split('/')[^1];
        var pool = await GetAsync();
        pool.InstanceSplits.Clear();
        pool.InstanceSplits.Add(Split(first));
        pool.Template.Containers[0].Image = Cloud.Better;
        await UpdateAsync(new() { WorkerPool = pool });
        Assert.That((await GetAsync()).InstanceSplitStatuses.Single().Revision, Is.EqualTo(first));

        pool = await GetAsync();
        var good = pool.LatestReadyRevision;
        pool.Template.Containers[0].Image = Cloud.Bad;
        var failed = await UpdateAsync(new() { WorkerPool = pool });
        Assert.That(Cloud.CodeOf(failed), Is.EqualTo(StatusCode.FailedPrecondition));
        Assert.That(failed.Error.Message, Does.Contain("failed to start and stay running"));
        pool = await GetAsync();
        Assert.That((pool.LatestReadyRevision, pool.TerminalCondition.State), Is.EqualTo((good, Condition.Types.State.ConditionFailed)));
        Assert.That(pool.InstanceSplitStatuses.Single().Revision, Is.EqualTo(first));
    }

    [Test]
    public async Task Splits_that_are_not_whole_or_name_nothing_are_refused()
    {
        var half = Wanted(Cloud.Good);
        half.InstanceSplits.Add(new InstanceSplit { Type = InstanceSplitAllocationType.Latest, Percent = 50 });
        var refusal = await Cloud.RefusalAsync(() => CreateAsync(half));
        Assert.That(refusal.Detail, Is.EqualTo("instance_splits[].percent: the percents add up to 50, not to 100."));

        await CreateAsync(Wanted(Cloud.Good));
        var pool = await GetAsync();
        pool.InstanceSplits.Clear();
        pool.InstanceSplits.Add(Split("crew-00009-abc"));
        var operation = await UpdateAsync(new() { WorkerPool = pool });
        Assert.That(operation.Error.Message, Does.StartWith("Revision 'crew-00009-abc' does not exist or is deleted."));
        pool = await GetAsync();
        Assert.That(pool.InstanceSplitStatuses.Single().Type, Is.EqualTo(InstanceSplitAllocationType.Latest));
        Assert.That(pool.Conditions.Single(it => it.Type == "InstanceSplitsReady").State,
            Is.EqualTo(Condition.Types.State.ConditionFailed));
    }

    [Test]
    public async Task An_old_etag_is_aborted_validation_writes_nothing_and_what_is_missing_may_be_made()
    {
        var sent = Wanted(Cloud.Good);
        sent.Name = Name;
        Assert.That((await Cloud.RefusalAsync(() => UpdateAsync(new() { WorkerPool = sent }))).Detail,
            Does.Contain("of kind 'WORKERPOOL'"));
        await UpdateAsync(new() { WorkerPool = sent, AllowMissing = true, ValidateOnly = true });
        Assert.That((await Cloud.RefusalAsync(GetAsync)).StatusCode, Is.EqualTo(StatusCode.NotFound));
        await UpdateAsync(new() { WorkerPool = sent, AllowMissing = true });

        var old = await GetAsync();
        var next = old.Clone();
        next.Description = "newer";
        await UpdateAsync(new() { WorkerPool = next });
        Assert.That((await Cloud.RefusalAsync(() => UpdateAsync(new() { WorkerPool = old }))).StatusCode, Is.EqualTo(StatusCode.Aborted));
        Assert.That((await Cloud.RefusalAsync(async () => await _cloud.WorkerPools.DeleteWorkerPoolAsync(
            new() { Name = Name, Etag = old.Etag }))).StatusCode, Is.EqualTo(StatusCode.Aborted));
        await _cloud.EndAsync(await _cloud.WorkerPools.DeleteWorkerPoolAsync(new() { Name = Name }));
        Assert.That((await Cloud.RefusalAsync(GetAsync)).StatusCode, Is.EqualTo(StatusCode.NotFound));
    }

    [Test]
    public async Task Faults_reach_pools()
    {
        _cloud.Faults.ExhaustNextWrites(1);
        Assert.That((await Cloud.RefusalAsync(() => CreateAsync(Wanted(Cloud.Good)))).StatusCode,
            Is.EqualTo(StatusCode.ResourceExhausted));
        _cloud.Faults.FailNextWritesAfterCommit(1);
        Assert.That((await Cloud.RefusalAsync(() => CreateAsync(Wanted(Cloud.Good)))).StatusCode, Is.EqualTo(StatusCode.Unavailable));
        Assert.That((await GetAsync()).Name, Is.EqualTo(Name), "it was applied");
    }

    internal static WorkerPool Wanted(string image) => new() { Template = new() { Containers = { new Container { Image = image } } } };

    private static InstanceSplit Split(string revision) =>
        new() { Type = InstanceSplitAllocationType.Revision, Revision = revision, Percent = 100 };

    private async Task<Operation> CreateAsync(WorkerPool pool) => await _cloud.EndAsync(await _cloud.WorkerPools.CreateWorkerPoolAsync(
        new() { Parent = Cloud.Location, WorkerPoolId = "crew", WorkerPool = pool }));

    private async Task<Operation> UpdateAsync(UpdateWorkerPoolRequest request) =>
        await _cloud.EndAsync(await _cloud.WorkerPools.UpdateWorkerPoolAsync(request));

    private async Task<WorkerPool> GetAsync() => await _cloud.WorkerPools.GetWorkerPoolAsync(new() { Name = Name });
}
