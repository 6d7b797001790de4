using Google.Cloud.Run.V2;
using Grpc.Core;
using Task = System.Threading.Tasks.Task;

namespace CdAutomation.LocalCloud.Tests.Run;

/// <summary>What is refused before anything is written.</summary>
public sealed class RefusalTests
{
    private static readonly string Long = new('x', 50);

    private Cloud _cloud = null!;

    [OneTimeSetUp]
    public async Task Start() => _cloud = await Cloud.StartAsync();

    [OneTimeTearDown]
    public async Task Stop() => await _cloud.DisposeAsync();

    [TestCase("")]
    [TestCase("Web")]
    [TestCase("1web")]
    [TestCase("web-")]
    [TestCase("we_b")]
    [TestCase("a---b")]
    [TestCase("web/../../other")]
    [TestCase("web\n")]
    public async Task A_service_id_that_is_none(string id) => await RefusedAsync(id, Cloud.Wanted(Cloud.Good));

    [Test]
    public async Task A_service_id_of_fifty_characters() => await RefusedAsync(Long, Cloud.Wanted(Cloud.Good));

    [TestCase("projects/acme/locations/-")]
    [TestCase("projects/acme")]
    [TestCase("")]
    [TestCase("projects/a.b/locations/x")]
    [TestCase("projects/acme/locations/x/services/y")]
    public async Task A_parent_that_is_none(string parent)
    {
        var request = new CreateServiceRequest { Parent = parent, ServiceId = "web", Service = Cloud.Wanted(Cloud.Good) };
        var refusal = await Cloud.RefusalAsync(async () => await _cloud.Services.CreateServiceAsync(request));
        Assert.That(refusal.StatusCode, Is.EqualTo(StatusCode.InvalidArgument));
    }

    [TestCase("run.googleapis.com/launch-stage")]
    [TestCase("cloud.googleapis.com/location")]
    [TestCase("serving.knative.dev/creator")]
    [TestCase("autoscaling.knative.dev/maxScale")]
    [TestCase("internal.serving.knative.dev/x")]
    public async Task Annotations_and_labels_of_the_system(string key)
    {
        await RefusedAsync("web", With(it => it.Annotations[key] = "x"));
        await RefusedAsync("web", With(it => it.Labels[key] = "x"));
        await RefusedAsync("web", With(it => it.Template.Annotations[key] = "x"));
        await RefusedAsync("web", With(it => it.Template.Labels[key] = "x"));
        await RefusedAsync("web", With(it => it.Traffic.Add(Cloud.ToLatest(99))));
    }

    [TestCase("other-one")]
    [TestCase("web")]
    [TestCase("web-")]
    [TestCase("web-Upper")]
    [TestCase("web-0123456789012345678901234567890123456789012345678901234567890")]
    public async Task A_revision_name_that_is_none(string name) => await RefusedAsync("web", With(it => it.Template.Revision = name));

    [Test]
    public async Task A_revision_name_without_the_services_is_told_the_rule() => Assert.That(
        (await RefusedAsync("web", With(it => it.Template.Revision = "other-one"))).Detail,
        Does.Contain("must be prefixed by the service name and a trailing '-'"));

    [Test]
    public async Task Tag_and_service_of_47_characters_with_the_words_of_Cloud_Run()
    {
        var tag = new string('t', 44);
        var refusal = await RefusedAsync("web", With(it => it.Traffic.Add(Cloud.ToLatest(100, tag))));
        Assert.That(refusal.Detail, Is.EqualTo(
            $"traffic[].tag: traffic tag '{tag}' and service name 'web' together are too long. "
            + "Combined traffic tag and service name cannot exceed 46 characters."));
        var allowed = With(it => it.Traffic.Add(Cloud.ToLatest(100, tag[1..])));
        Assert.That(Cloud.CodeOf(await _cloud.CreateAsync("web", allowed)), Is.EqualTo(StatusCode.OK), "46 are allowed");
        await _cloud.EndAsync(await _cloud.Services.DeleteServiceAsync(new() { Name = Cloud.Name("web") }));
    }

    [Test]
    public async Task Traffic_that_is_none()
    {
        await RefusedAsync("web", With(it => it.Traffic.Add([Cloud.ToLatest(60), Cloud.ToLatest(41)])));
        await RefusedAsync("web", With(it => it.Traffic.Add([Cloud.ToLatest(101), Cloud.ToLatest(-1)])));
        await RefusedAsync("web", With(it => it.Traffic.Add([Cloud.ToLatest(100, "a"), Cloud.ToLatest(0, "a")])));
        await RefusedAsync("web", With(it => it.Traffic.Add(Cloud.ToLatest(100, "Not-A-Tag"))));
        await RefusedAsync("web", With(it => it.Traffic.Add(Cloud.ToLatest(100, "a---b"))));
        await RefusedAsync("web", With(it => it.Traffic.Add(Cloud.To("", 100))));
        await RefusedAsync("web", With(it => it.Traffic.Add(new TrafficTarget { Percent = 100 })));
        await RefusedAsync("web", With(it =>
        {
            it.Traffic.Add(Cloud.ToLatest(100));
            it.Traffic[0].Revision = "web-x";
        }));
    }

    [Test]
    public async Task Templates_that_are_none()
    {
        await RefusedAsync("web", new Service());
        await RefusedAsync("web", With(it => it.Template.Containers.Clear()));
        await RefusedAsync("web", With(it => it.Template.Containers[0].Image = ""));
        await RefusedAsync("web", With(it => it.Template.Containers[0].Image = "UPPER/Case image"));
        await RefusedAsync("web", With(it => it.Template.Containers[0].Image = "web@sha256:abc"));
        await RefusedAsync("web", With(it => it.Template.Containers.Add(new Container { Image = Cloud.Good })));
        await RefusedAsync("web", With(it => it.Template.Containers[0].Env.Add([new EnvVar { Name = "A" }, new EnvVar { Name = "A" }])));
        await RefusedAsync("web", With(it => it.Template.Timeout = new() { Seconds = 3601 }));
        await RefusedAsync("web", With(it => it.Description = new string('d', 513)));
        var reserved = await RefusedAsync("web", With(it => it.Template.Containers[0].Env.Add(new EnvVar { Name = "PORT", Value = "1" })));
        Assert.That(reserved.Detail, Does.Contain("The following reserved env names were provided: PORT."));
    }

    [Test]
    public async Task Requests_with_nothing_in_them()
    {
        async Task Refused(Func<Task> call) =>
            Assert.That((await Cloud.RefusalAsync(call)).StatusCode, Is.EqualTo(StatusCode.InvalidArgument));
        await Refused(async () => await _cloud.Services.CreateServiceAsync(new()));
        await Refused(async () => await _cloud.Services.UpdateServiceAsync(new()));
        await Refused(async () => await _cloud.Services.GetServiceAsync(new()));
        await Refused(async () => await _cloud.Services.ListServicesAsync(new()));
        await Refused(async () => await _cloud.Services.DeleteServiceAsync(new()));
        await Refused(async () => await _cloud.Revisions.GetRevisionAsync(new()));
        await Refused(async () => await _cloud.Revisions.ListRevisionsAsync(new()));
        await Refused(async () => await _cloud.Operations.ListOperationsAsync(new()));
        Assert.That((await Cloud.RefusalAsync(async () => await _cloud.Operations.GetOperationAsync(new()))).StatusCode,
            Is.EqualTo(StatusCode.NotFound));
    }

    private static Service With(Action<Service> change)
    {
        var service = Cloud.Wanted(Cloud.Good);
        change(service);
        return service;
    }

    private async Task<Status> RefusedAsync(string id, Service service)
    {
        var request = new CreateServiceRequest { Parent = Cloud.Location, ServiceId = id, Service = service };
        var refusal = await Cloud.RefusalAsync(async () => await _cloud.Services.CreateServiceAsync(request));
        Assert.That(refusal.StatusCode, Is.EqualTo(StatusCode.InvalidArgument));
        Assert.That((await _cloud.Services.ListServicesAsync(new() { Parent = Cloud.Location })).Services, Is.Empty);
        return refusal;
    }
}
