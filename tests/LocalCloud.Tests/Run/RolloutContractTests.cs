using Google.Cloud.Run.V2;
using Grpc.Core;
using CommonReason = Google.Cloud.Run.V2.Condition.Types.CommonReason;
using RevisionReason = Google.Cloud.Run.V2.Condition.Types.RevisionReason;
using State = Google.Cloud.Run.V2.Condition.Types.State;
using Task = System.Threading.Tasks.Task;

namespace CdAutomation.LocalCloud.Tests.Run;

/// <summary>What happens to traffic when revisions come up or do not.</summary>
public sealed class RolloutContractTests
{
    private Cloud _cloud = null!;

    [SetUp]
    public async Task Start() => _cloud = await Cloud.StartAsync();

    [TearDown]
    public async Task Stop() => await _cloud.DisposeAsync();

    [Test]
    public async Task A_container_that_does_not_listen_fails_with_9_and_what_served_goes_on()
    {
        await _cloud.CreateAsync("web", Cloud.Wanted(Cloud.Good));
        var before = await _cloud.GetAsync("web");

        var operation = await _cloud.ChangeAsync("web", it => it.Template.Containers[0].Image = Cloud.Bad);

        var after = await _cloud.GetAsync("web");
        var failed = RevisionOf(after.LatestCreatedRevision);
        Assert.That(Cloud.CodeOf(operation), Is.EqualTo(StatusCode.FailedPrecondition));
        Assert.That(operation.Error.Message, Does.StartWith(
            $"Revision '{failed}' is not ready and cannot serve traffic. The user-provided container failed to start and listen "
            + "on the port defined provided by the PORT=8080 environment variable within the allocated timeout."));
        Assert.That((after.Reconciling, after.Generation, after.ObservedGeneration), Is.EqualTo((false, 2L, 1L)));
        Assert.That((after.LatestReadyRevision, after.TrafficStatuses), Is.EqualTo((before.LatestReadyRevision, before.TrafficStatuses)));
        Assert.That(after.LatestCreatedRevision, Is.Not.EqualTo(after.LatestReadyRevision));
        Assert.That((after.TerminalCondition.State, after.TerminalCondition.RevisionReason, after.TerminalCondition.Message),
            Is.EqualTo((State.ConditionFailed, RevisionReason.HealthCheckContainerError, operation.Error.Message)));
        Assert.That(after.Conditions.Select(it => (it.Type, it.State)), Is.EqualTo(new[]
        {
            ("RoutesReady", State.ConditionSucceeded), ("ConfigurationsReady", State.ConditionFailed),
        }));
        var revision = await _cloud.Revisions.GetRevisionAsync(new() { Name = after.LatestCreatedRevision });
        Assert.That(revision.Conditions.Single(it => it.Type == "Ready").RevisionReason,
            Is.EqualTo(RevisionReason.HealthCheckContainerError));
        Assert.That(after.Template.Containers[0].Image, Is.EqualTo(Cloud.Bad), "the service goes on wanting it");
    }

    [Test]
    public async Task A_new_service_that_fails_has_no_traffic_at_all()
    {
        var operation = await _cloud.CreateAsync("web", Cloud.Wanted(Cloud.Absent));
        var service = await _cloud.GetAsync("web");
        Assert.That(Cloud.CodeOf(operation), Is.EqualTo(StatusCode.NotFound));
        Assert.That(operation.Error.Message, Is.EqualTo(
            $"Revision '{RevisionOf(service.LatestCreatedRevision)}' is not ready and cannot serve traffic. "
            + $"Image '{Cloud.Absent}' not found."));
        Assert.That(service.TerminalCondition.Reason, Is.EqualTo(CommonReason.ContainerMissing));
        Assert.That((service.TrafficStatuses.Count, service.ObservedGeneration, service.LatestReadyRevision), Is.EqualTo((0, 0L, "")));
    }

    [Test]
    public async Task Writing_the_same_again_tries_a_failed_revision_again()
    {
        var images = new NamedImages();
        await using var cloud = await Cloud.StartAsync(new() { Images = images, SimulatedStart = TimeSpan.Zero });
        await cloud.CreateAsync("web", Cloud.Wanted(Cloud.Absent));
        var failed = await cloud.GetAsync("web");
        images[Cloud.Absent] = NamedImages.Found(Cloud.Absent);

        var operation = await cloud.ChangeAsync("web", _ => { });

        var service = await cloud.GetAsync("web");
        Assert.That((Cloud.CodeOf(operation), service.LatestReadyRevision), Is.EqualTo((StatusCode.OK, failed.LatestCreatedRevision)));
    }

    [Test]
    public async Task After_a_failed_template_traffic_can_still_be_moved()
    {
        await _cloud.CreateAsync("web", Cloud.Wanted(Cloud.Good));
        var first = RevisionOf((await _cloud.GetAsync("web")).LatestReadyRevision);
        await _cloud.ChangeAsync("web", it => it.Template.Containers[0].Image = Cloud.Better);
        await _cloud.ChangeAsync("web", it => it.Template.Containers[0].Image = Cloud.Bad);

        await _cloud.ChangeAsync("web", it => Traffic(it, Cloud.To(first, 100)));

        var service = await _cloud.GetAsync("web");
        Assert.That(service.TrafficStatuses.Select(it => (it.Revision, it.Percent)), Is.EqualTo(new[] { (first, 100) }));
        Assert.That(service.TerminalCondition.State, Is.EqualTo(State.ConditionFailed), "what it wants is still not ready");
    }

    [Test]
    public async Task A_canary_named_by_us_is_made_and_tagged_in_one_call_and_gets_its_share_in_the_next()
    {
        await _cloud.CreateAsync("web", Cloud.Wanted(Cloud.Good));
        var old = RevisionOf((await _cloud.GetAsync("web")).LatestReadyRevision);
        await _cloud.ChangeAsync("web", it =>
        {
            it.Template.Containers[0].Image = Cloud.Better;
            it.Template.Revision = "web-c0ffee1";
            Traffic(it, Cloud.To(old, 100), Cloud.To("web-c0ffee1", 0, "c-c0ffee1"));
        });
        var tagged = await _cloud.GetAsync("web");
        Assert.That(tagged.TrafficStatuses.Select(it => (it.Revision, it.Percent, it.Tag)),
            Is.EqualTo(new[] { (old, 100, ""), ("web-c0ffee1", 0, "c-c0ffee1") }));
        Assert.That(tagged.TrafficStatuses[1].Uri,
            Is.EqualTo(tagged.Uri.Replace("http://", "http://c-c0ffee1---", StringComparison.Ordinal)));

        await _cloud.ChangeAsync("web", it => Traffic(it, Cloud.To(old, 80), Cloud.To("web-c0ffee1", 20, "c-c0ffee1")));
        var shared = await _cloud.GetAsync("web");
        Assert.That(shared.TrafficStatuses.Select(it => it.Percent), Is.EqualTo(new[] { 80, 20 }));
        Assert.That(shared.LatestCreatedRevision, Does.EndWith("/web-c0ffee1"), "same name and same template: no new revision");
    }

    [Test]
    public async Task A_revision_name_is_not_used_twice_for_different_templates()
    {
        var service = Cloud.Wanted(Cloud.Good);
        service.Template.Revision = "web-one";
        await _cloud.CreateAsync("web", service);
        var refusal = await Cloud.RefusalAsync(() => _cloud.ChangeAsync("web", it => it.Template.Containers[0].Image = Cloud.Better));
        Assert.That((refusal.StatusCode, refusal.Detail),
            Is.EqualTo((StatusCode.AlreadyExists, "Revision named 'web-one' with different configuration already exists.")));

        refusal = await Cloud.RefusalAsync(() =>
            _cloud.ChangeAsync("web", it => it.Template.Timeout = new() { Seconds = 9 }, ["template.timeout"]));
        Assert.That(refusal.StatusCode, Is.EqualTo(StatusCode.AlreadyExists), "a mask does not protect: the stored name is compared");
        Assert.That((await _cloud.GetAsync("web")).Generation, Is.EqualTo(1));
    }

    [Test]
    public async Task Traffic_to_a_revision_that_is_not_there_fails_with_13_and_moves_nothing()
    {
        await _cloud.CreateAsync("web", Cloud.Wanted(Cloud.Good));
        var before = await _cloud.GetAsync("web");
        var operation = await _cloud.ChangeAsync("web", it => Traffic(it, Cloud.To("web-nowhere", 100)));
        var after = await _cloud.GetAsync("web");
        Assert.That((Cloud.CodeOf(operation), operation.Error.Message), Is.EqualTo((StatusCode.Internal,
            "Revision 'web-nowhere' does not exist or is deleted. Update all traffic to route to currently available revisions.")));
        Assert.That((after.TrafficStatuses, after.ObservedGeneration), Is.EqualTo((before.TrafficStatuses, 1L)));
        Assert.That(after.Conditions.Single(it => it.Type == "RoutesReady").State, Is.EqualTo(State.ConditionFailed));
    }

    [Test]
    public async Task Traffic_to_a_revision_that_failed_moves_nothing()
    {
        await _cloud.CreateAsync("web", Cloud.Wanted(Cloud.Good));
        await _cloud.ChangeAsync("web", it => it.Template.Containers[0].Image = Cloud.Bad);
        var before = await _cloud.GetAsync("web");
        var operation = await _cloud.ChangeAsync("web", it => Traffic(it, Cloud.To(RevisionOf(before.LatestCreatedRevision), 100)));
        Assert.That(Cloud.CodeOf(operation), Is.EqualTo(StatusCode.FailedPrecondition));
        Assert.That((await _cloud.GetAsync("web")).TrafficStatuses, Is.EqualTo(before.TrafficStatuses));
    }

    [Test]
    public async Task Pinned_traffic_gives_a_new_revision_nothing()
    {
        await _cloud.CreateAsync("web", Cloud.Wanted(Cloud.Good));
        var first = RevisionOf((await _cloud.GetAsync("web")).LatestReadyRevision);
        await _cloud.ChangeAsync("web", it => Traffic(it, Cloud.To(first, 100)));
        var operation = await _cloud.ChangeAsync("web", it => it.Template.Containers[0].Image = Cloud.Better);
        var service = await _cloud.GetAsync("web");
        Assert.That(Cloud.CodeOf(operation), Is.EqualTo(StatusCode.OK));
        Assert.That(service.LatestReadyRevision, Does.Contain("-00002-"));
        Assert.That(service.TrafficStatuses.Select(it => (it.Revision, it.Percent)), Is.EqualTo(new[] { (first, 100) }));
    }

    [Test]
    public async Task A_newer_write_supersedes_and_both_operations_end_with_what_came_of_it()
    {
        await _cloud.CreateAsync("web", Cloud.Wanted(Cloud.Good));
        _cloud.Faults.OperationSlowness = TimeSpan.FromSeconds(30);
        var service = await _cloud.GetAsync("web");
        service.Etag = "";
        service.Template.Containers[0].Image = Cloud.Bad;
        var first = await _cloud.Services.UpdateServiceAsync(new() { Service = service });
        _cloud.Faults.OperationSlowness = TimeSpan.Zero;
        service.Template.Containers[0].Image = Cloud.Better;
        var second = await _cloud.Services.UpdateServiceAsync(new() { Service = service });

        var ended = (await _cloud.EndAsync(second), await _cloud.EndAsync(first));

        Assert.That((Cloud.CodeOf(ended.Item1), Cloud.CodeOf(ended.Item2)), Is.EqualTo((StatusCode.OK, StatusCode.OK)));
        Assert.That(ended.Item2.Response.Unpack<Service>().Generation, Is.EqualTo(3),
            "the earlier caller must look what it is that succeeded");
        Assert.That((await _cloud.GetAsync("web")).LatestReadyRevision, Does.Contain("-00003-"));
    }

    internal static string RevisionOf(string name) => name[(name.LastIndexOf('/') + 1)..];

    private static void Traffic(Service service, params TrafficTarget[] traffic)
    {
        service.Template.Revision = service.Template.Revision.Length > 0 && traffic.Any(it => it.Revision == service.Template.Revision)
            ? service.Template.Revision
            : "";
        service.Traffic.Clear();
        service.Traffic.Add(traffic);
    }
}
