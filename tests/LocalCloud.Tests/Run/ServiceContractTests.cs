using Google.Cloud.Run.V2;
using Grpc.Core;
using State = Google.Cloud.Run.V2.Condition.Types.State;
using Task = System.Threading.Tasks.Task;

namespace CdAutomation.LocalCloud.Tests.Run;

public sealed class ServiceContractTests
{
    private Cloud _cloud = null!;

    [SetUp]
    public async Task Start() => _cloud = await Cloud.StartAsync();

    [TearDown]
    public async Task Stop() => await _cloud.DisposeAsync();

    [Test]
    public async Task A_new_service_is_accepted_as_reconciling_and_ends_ready_with_all_traffic_on_latest()
    {
        _cloud.Faults.OperationSlowness = TimeSpan.FromMilliseconds(300);
        var accepted = await _cloud.Services.CreateServiceAsync(
            new() { Parent = Cloud.Location, ServiceId = "web", Service = Cloud.Wanted(Cloud.Good) });
        var during = await _cloud.GetAsync("web");
        Assert.That(accepted.Done, Is.False);
        Assert.That(accepted.Name, Does.StartWith(Cloud.Location + "/operations/"));
        Assert.That(accepted.Metadata.Unpack<Service>().Name, Is.EqualTo(Cloud.Name("web")));
        Assert.That((during.Reconciling, during.ObservedGeneration, during.TerminalCondition.State),
            Is.EqualTo((true, 0L, State.ConditionReconciling)));

        var service = (await _cloud.EndAsync(accepted)).Response.Unpack<Service>();

        Assert.That(service, Is.EqualTo(await _cloud.GetAsync("web")), "the operation's response is what Get gives");
        Assert.That((service.Reconciling, service.Generation, service.ObservedGeneration), Is.EqualTo((false, 1L, 1L)));
        Assert.That(service.LatestReadyRevision,
            Does.Match(@"^projects/acme/locations/asia-northeast1/services/web/revisions/web-00001-[a-z]{3}$"));
        Assert.That(service.LatestCreatedRevision, Is.EqualTo(service.LatestReadyRevision));
        Assert.That(service.Traffic, Is.EqualTo(new[] { Cloud.ToLatest(100) }));
        Assert.That(service.TrafficStatuses, Is.EqualTo(new[]
        {
            new TrafficTargetStatus { Type = TrafficTargetAllocationType.Latest, Percent = 100 },
        }));
        Assert.That((service.TerminalCondition.Type, service.TerminalCondition.State), Is.EqualTo(("Ready", State.ConditionSucceeded)));
        Assert.That(service.Conditions.Select(it => (it.Type, it.State)), Is.EqualTo(new[]
        {
            ("RoutesReady", State.ConditionSucceeded), ("ConfigurationsReady", State.ConditionSucceeded),
        }));
        Assert.That(service.Uri, Is.EqualTo($"http://web.asia-northeast1.acme.localhost:{_cloud.Run.ProxyAddress.Port}"));
        Assert.That(service.Urls, Is.EqualTo(new[] { service.Uri }));
    }

    [Test]
    public async Task The_servers_defaults_stand_in_the_template_and_in_the_revision()
    {
        await _cloud.CreateAsync("web", Cloud.Wanted(Cloud.Good));
        var service = await _cloud.GetAsync("web");
        var revision = await _cloud.Revisions.GetRevisionAsync(new() { Name = service.LatestReadyRevision });

        var container = service.Template.Containers[0];
        Assert.That(container.Ports.Select(it => (it.Name, it.ContainerPort_)), Is.EqualTo(new[] { ("http1", 8080) }));
        Assert.That((container.Resources.Limits["cpu"], container.Resources.Limits["memory"]), Is.EqualTo(("1000m", "512Mi")));
        Assert.That(container.StartupProbe, Is.EqualTo(new Probe
        {
            TimeoutSeconds = 240,
            PeriodSeconds = 240,
            FailureThreshold = 1,
            TcpSocket = new() { Port = 8080 },
        }));
        var template = service.Template;
        Assert.That(
            (template.Timeout.Seconds, template.MaxInstanceRequestConcurrency, template.Scaling.MaxInstanceCount),
            Is.EqualTo((300L, 80, 100)));
        Assert.That(service.Template.Revision, Is.Empty, "only what a client set is given back");
        Assert.That(service.Ingress, Is.EqualTo(IngressTraffic.All));
        Assert.That(revision.Containers[0], Is.EqualTo(container));
        Assert.That((revision.Timeout, revision.Service), Is.EqualTo((service.Template.Timeout, service.Name)));
        Assert.That(revision.Conditions.Single(it => it.Type == "Ready").State, Is.EqualTo(State.ConditionSucceeded));
    }

    [Test]
    public async Task Half_a_cpu_takes_one_request_at_a_time()
    {
        var service = Cloud.Wanted(Cloud.Good);
        service.Template.Containers[0].Resources = new() { Limits = { ["cpu"] = "500m" } };
        await _cloud.CreateAsync("web", service);
        Assert.That((await _cloud.GetAsync("web")).Template.MaxInstanceRequestConcurrency, Is.EqualTo(1));
    }

    [Test]
    public async Task A_changed_template_makes_a_revision_and_anything_else_only_a_generation()
    {
        await _cloud.CreateAsync("web", Cloud.Wanted(Cloud.Good));
        var first = (await _cloud.GetAsync("web")).LatestCreatedRevision;

        await _cloud.ChangeAsync("web", it => it.Labels["team"] = "blue");
        var labelled = await _cloud.GetAsync("web");
        Assert.That((labelled.Generation, labelled.ObservedGeneration, labelled.LatestCreatedRevision), Is.EqualTo((2L, 2L, first)));

        await _cloud.ChangeAsync("web", it => it.Template.Containers[0].Image = Cloud.Better);
        var changed = await _cloud.GetAsync("web");
        Assert.That(changed.Generation, Is.EqualTo(3));
        Assert.That(changed.LatestReadyRevision, Does.Contain("/web-00002-"));

        var operation = await _cloud.ChangeAsync("web", _ => { });
        Assert.That((Cloud.CodeOf(operation), await _cloud.GetAsync("web")), Is.EqualTo((StatusCode.OK, changed)),
            "nothing changed, nothing written");
    }

    [Test]
    public async Task A_missing_service_is_not_found_unless_it_may_be_made()
    {
        var service = Cloud.Wanted(Cloud.Good);
        service.Name = Cloud.Name("web");
        Assert.That((await Cloud.RefusalAsync(async () =>
            await _cloud.Services.UpdateServiceAsync(new() { Service = service }))).StatusCode,
            Is.EqualTo(StatusCode.NotFound));
        await _cloud.EndAsync(await _cloud.Services.UpdateServiceAsync(new() { Service = service, AllowMissing = true }));
        Assert.That((await _cloud.GetAsync("web")).Generation, Is.EqualTo(1));
    }

    [Test]
    public async Task Validation_only_answers_with_the_result_and_writes_nothing()
    {
        var request = new CreateServiceRequest
        {
            Parent = Cloud.Location,
            ServiceId = "web",
            Service = Cloud.Wanted(Cloud.Good),
            ValidateOnly = true,
        };
        var operation = await _cloud.Services.CreateServiceAsync(request);
        Assert.That((operation.Done, operation.Response.Unpack<Service>().Template.MaxInstanceRequestConcurrency), Is.EqualTo((true, 80)));
        Assert.That((await Cloud.RefusalAsync(async () => await _cloud.GetAsync("web"))).StatusCode, Is.EqualTo(StatusCode.NotFound));

        await _cloud.CreateAsync("web", Cloud.Wanted(Cloud.Good));
        var before = await _cloud.GetAsync("web");
        var changed = before.Clone();
        changed.Template.Containers[0].Image = Cloud.Better;
        var preview = (await _cloud.Services.UpdateServiceAsync(
            new() { Service = changed, ValidateOnly = true })).Response.Unpack<Service>();
        await _cloud.Services.DeleteServiceAsync(new() { Name = before.Name, ValidateOnly = true });
        Assert.That((preview.Generation, preview.Template.Containers[0].Image), Is.EqualTo((2L, Cloud.Better)));
        Assert.That(await _cloud.GetAsync("web"), Is.EqualTo(before));
    }

    [Test]
    public async Task A_deleted_service_is_gone_with_its_revisions_and_its_name_is_free()
    {
        await _cloud.CreateAsync("web", Cloud.Wanted(Cloud.Good));
        var revision = (await _cloud.GetAsync("web")).LatestReadyRevision;
        Assert.That((await Cloud.RefusalAsync(async () => await _cloud.CreateAsync("web", Cloud.Wanted(Cloud.Good)))).StatusCode,
            Is.EqualTo(StatusCode.AlreadyExists));

        var deleted = (await _cloud.EndAsync(
            await _cloud.Services.DeleteServiceAsync(new() { Name = Cloud.Name("web") }))).Response.Unpack<Service>();

        Assert.That(deleted.DeleteTime, Is.Not.Null);
        Assert.That((await Cloud.RefusalAsync(async () => await _cloud.GetAsync("web"))).StatusCode, Is.EqualTo(StatusCode.NotFound));
        Assert.That((await Cloud.RefusalAsync(async () => await _cloud.Revisions.GetRevisionAsync(new() { Name = revision }))).StatusCode,
            Is.EqualTo(StatusCode.NotFound));
        Assert.That(Cloud.CodeOf(await _cloud.CreateAsync("web", Cloud.Wanted(Cloud.Good))), Is.EqualTo(StatusCode.OK));
    }

    [Test]
    public async Task Who_writes_is_the_header_or_the_operator()
    {
        await _cloud.CreateAsync("web", Cloud.Wanted(Cloud.Good));
        var service = await _cloud.GetAsync("web");
        service.Description = "by jo";
        var headers = new Metadata { { "x-goog-authenticated-user-email", "accounts.google.com:jo@acme.example" } };
        await _cloud.EndAsync(await _cloud.Services.UpdateServiceAsync(new() { Service = service }, headers));
        var written = await _cloud.GetAsync("web");
        Assert.That((written.Creator, written.LastModifier), Is.EqualTo(("operator@example.com", "jo@acme.example")));
    }

    [Test]
    public async Task Services_are_listed_newest_first_in_pages_and_only_of_their_location()
    {
        foreach (var id in (string[])["one", "two", "three"]) await _cloud.CreateAsync(id, Cloud.Wanted(Cloud.Good));
        await _cloud.EndAsync(await _cloud.Services.CreateServiceAsync(
            new() { Parent = "projects/acme/locations/us-central1", ServiceId = "far", Service = Cloud.Wanted(Cloud.Good) }));

        var first = await _cloud.Services.ListServicesAsync(new() { Parent = Cloud.Location, PageSize = 2 });
        await _cloud.CreateAsync("four", Cloud.Wanted(Cloud.Good));
        var second = await _cloud.Services.ListServicesAsync(
            new() { Parent = Cloud.Location, PageSize = 2, PageToken = first.NextPageToken });
        Assert.That(first.Services.Concat(second.Services).Select(it => it.Name),
            Is.EqualTo(new[] { Cloud.Name("three"), Cloud.Name("two"), Cloud.Name("one") }));
        Assert.That(second.NextPageToken, Is.Empty);

        async Task Refused(ListServicesRequest request) =>
            Assert.That((await Cloud.RefusalAsync(async () => await _cloud.Services.ListServicesAsync(request))).StatusCode,
                Is.EqualTo(StatusCode.InvalidArgument));
        await Refused(new() { Parent = "projects/acme/locations/-" });
        await Refused(new() { Parent = Cloud.Location, PageSize = -1 });
        await Refused(new() { Parent = Cloud.Location, PageToken = "rubbish" });
        await Refused(new() { Parent = "projects/other/locations/asia-northeast1", PageToken = first.NextPageToken });
    }
}
