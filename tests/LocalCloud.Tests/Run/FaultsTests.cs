using Google.Cloud.Run.V2;
using Grpc.Core;
using Task = System.Threading.Tasks.Task;

namespace CdAutomation.LocalCloud.Tests.Run;

public sealed class FaultsTests
{
    private Cloud _cloud = null!;

    [SetUp]
    public async Task Start() => _cloud = await Cloud.StartAsync();

    [TearDown]
    public async Task Stop() => await _cloud.DisposeAsync();

    [Test]
    public async Task Exhausted_writes_are_as_many_as_were_ordered_and_reads_go_on()
    {
        _cloud.Faults.ExhaustNextWrites(2);
        Assert.That((await RefusedCreateAsync()).StatusCode, Is.EqualTo(StatusCode.ResourceExhausted));
        Assert.That((await _cloud.Services.ListServicesAsync(new() { Parent = Cloud.Location })).Services, Is.Empty);
        Assert.That((await RefusedCreateAsync()).Detail, Does.StartWith("Quota exceeded for quota metric 'Write requests'"));
        Assert.That(Cloud.CodeOf(await _cloud.CreateAsync("web", Cloud.Wanted(Cloud.Good))), Is.EqualTo(StatusCode.OK));
    }

    [Test]
    public async Task Unavailable_before_leaves_nothing_and_after_has_applied_it()
    {
        _cloud.Faults.FailNextWritesBeforeCommit(1);
        Assert.That((await RefusedCreateAsync()).StatusCode, Is.EqualTo(StatusCode.Unavailable));
        Assert.That((await Cloud.RefusalAsync(async () => await _cloud.GetAsync("web"))).StatusCode, Is.EqualTo(StatusCode.NotFound));

        _cloud.Faults.FailNextWritesAfterCommit(1);
        Assert.That((await RefusedCreateAsync()).StatusCode, Is.EqualTo(StatusCode.Unavailable));
        var operation = (await _cloud.Operations.ListOperationsAsync(new() { Name = Cloud.Location })).Operations.Single();
        await _cloud.EndAsync(operation);
        Assert.That((await _cloud.GetAsync("web")).LatestReadyRevision, Is.Not.Empty);
    }

    [Test]
    public async Task An_operation_that_never_ends_keeps_the_service_reconciling_until_it_is_superseded()
    {
        _cloud.Faults.NeverEndNextOperations(1);
        var stuck = await _cloud.Services.CreateServiceAsync(
            new() { Parent = Cloud.Location, ServiceId = "web", Service = Cloud.Wanted(Cloud.Good) });
        Assert.That((await _cloud.GetAsync("web")).Reconciling, Is.True);

        Assert.That(Cloud.CodeOf(await _cloud.ChangeAsync("web", it => it.Description = "go on")), Is.EqualTo(StatusCode.OK));

        Assert.That((await _cloud.GetAsync("web")).Reconciling, Is.False);
        Assert.That((await _cloud.Operations.GetOperationAsync(new() { Name = stuck.Name })).Done, Is.False);
    }

    [Test]
    public async Task Code_13_in_place_of_9()
    {
        _cloud.Faults.InternalInPlaceOfFailedPrecondition = true;
        Assert.That(Cloud.CodeOf(await _cloud.CreateAsync("web", Cloud.Wanted(Cloud.Bad))), Is.EqualTo(StatusCode.Internal));
        Assert.That(Cloud.CodeOf(await _cloud.CreateAsync("api", Cloud.Wanted(Cloud.Absent))), Is.EqualTo(StatusCode.NotFound),
            "others stay");
    }

    private async Task<Status> RefusedCreateAsync()
    {
        var request = new CreateServiceRequest { Parent = Cloud.Location, ServiceId = "web", Service = Cloud.Wanted(Cloud.Good) };
        return await Cloud.RefusalAsync(async () => await _cloud.Services.CreateServiceAsync(request));
    }
}
