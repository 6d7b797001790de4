using CdAutomation.Domain.Rollouts;
using CdAutomation.Domain.Targets;
using Google.Cloud.Run.V2;
using Google.Protobuf;
using Task = System.Threading.Tasks.Task;

namespace CdAutomation.GoogleCloud.Tests.CloudRun;

public sealed class ApplyTests
{
    [Test]
    public async Task A_new_image_is_written_waited_for_and_seen_to_serve()
    {
        await using var run = await Web.StartAsync();

        var result = await Web.ApplyAsync(run);

        Assert.That(result, Is.EqualTo(Web.Done("web-00002-new")));
        Assert.That(run.Writes, Has.Count.EqualTo(1));
        Assert.That(run.Service!.Template.Containers[0].Image, Is.EqualTo(Web.Image));
    }

    [Test]
    public async Task Doing_it_twice_writes_once()
    {
        await using var run = await Web.StartAsync();

        await Web.ApplyAsync(run);
        var again = await Web.ApplyAsync(run);

        Assert.That(again, Is.EqualTo(Web.Done("web-00002-new")));
        Assert.That(run.Writes, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Only_what_is_ours_differs_in_the_write_and_unknown_fields_come_back()
    {
        var service = Web.Service(Web.Latest(100), Web.Pinned("web-00001-old", 0, "stable"));
        // Fields 4000 to 4002 are in no run.proto we know: a string in the service, a number in the container and in a traffic entry.
        service = Service.Parser.ParseFrom([.. service.ToByteArray(), 0x82, 0xFA, 0x01, 0x02, (byte)'h', (byte)'i']);
        var worker = service.Template.Containers[0].ToByteArray();
        service.Template.Containers[0] = Container.Parser.ParseFrom([.. worker, 0x88, 0xFA, 0x01, 0x07]);
        service.Traffic[1] = TrafficTarget.Parser.ParseFrom([.. service.Traffic[1].ToByteArray(), 0x90, 0xFA, 0x01, 0x09]);
        await using var run = await Web.StartAsync(service);

        var expected = service.Clone();
        expected.Template.Containers[0].Image = Web.Image;
        expected.Template.Annotations["cdautomation.dev/image"] = Web.Image;
        expected.Template.Revision = "";
        expected.Client = "cdautomation";
        expected.ClientVersion = typeof(CdAutomation.GoogleCloud.CloudRun.CloudRunTargets).Assembly.GetName().Version!.ToString(3);
        expected.Annotations["cdautomation.dev/pipeline"] = "shop";
        expected.Annotations["cdautomation.dev/stage"] = "production";
        expected.Annotations["cdautomation.dev/release"] = Web.Digest.Short;
        expected.Annotations["cdautomation.dev/tag"] = "v1.4.0";
        expected.Annotations["cdautomation.dev/commit"] = new string('c', 40);
        expected.Annotations["cdautomation.dev/image"] = Web.Image;
        expected.Annotations["cdautomation.dev/order"] = "order-1";
        expected.Annotations["cdautomation.dev/before-image"] = Web.Before;
        expected.Annotations["cdautomation.dev/before-revision"] = "web-00001-old";

        Assert.That(await Web.ApplyAsync(run), Is.TypeOf<StepResult.Done>());
        Assert.That(run.Writes.Single(), Is.EqualTo(expected));
        Assert.That(run.Writes.Single().ToByteArray(), Has.Length.EqualTo(expected.CalculateSize()));
    }

    [Test]
    public async Task Every_call_names_its_region_and_client_and_no_token_goes_over_plain_http()
    {
        await using var run = await Web.StartAsync();

        await Web.ApplyAsync(run);

        string[] methods = ["GetService", "UpdateService", "WaitOperation", "GetRevision"];
        Assert.That(run.Calls.Select(call => call.Method), Is.SupersetOf(methods));
        foreach (var (method, headers) in run.Calls)
        {
            Assert.That(headers.GetValue("x-goog-request-params"), Is.EqualTo("location=asia-northeast1"), method);
            Assert.That(headers.GetValue("x-goog-api-client"), Does.StartWith("gl-dotnet/"), method);
            Assert.That(headers.GetValue("authorization"), Is.Null, method);
        }
    }

    [Test]
    public async Task Pinned_traffic_is_released_and_the_tags_on_it_stay_where_they_are()
    {
        await using var run = await Web.StartAsync(Web.Service(
            Web.Pinned("web-00001-old", 60),
            Web.Pinned("web-00001-old", 40, "stable"),
            Web.Pinned("web-00001-old", 0, "preview"),
            Web.Latest(0, "next")));

        var result = await Web.ApplyAsync(run);

        Assert.That(result, Is.EqualTo(Web.Done("web-00002-new")));
        Assert.That(run.Writes.Single().Traffic, Is.EqualTo(new[]
        {
            Web.Latest(100),
            Web.Pinned("web-00001-old", 0, "stable"),
            Web.Pinned("web-00001-old", 0, "preview"),
            Web.Latest(0, "next"),
        }));
    }

    [Test]
    public async Task The_right_image_behind_pinned_traffic_is_not_served_yet_and_is_written()
    {
        await using var run = await Web.StartAsync();
        await Web.ApplyAsync(run);
        run.ChangeByOther(service =>
        {
            service.Traffic.Clear();
            service.Traffic.Add(Web.Pinned("web-00001-old", 100));
        });

        var result = await Web.ApplyAsync(run);

        Assert.That(result, Is.EqualTo(Web.Done("web-00002-new")));
        Assert.That(run.Writes, Has.Count.EqualTo(2));
        Assert.That(run.Service!.Traffic, Is.EqualTo(new[] { Web.Latest(100) }));
    }

    [Test]
    public async Task A_stale_order_writes_nothing()
    {
        await using var run = await Web.StartAsync();

        var result = await Web.ApplyAsync(run, stillWanted: () => false);

        Assert.That(result, Is.EqualTo(new StepResult.NotWanted()));
        Assert.That(run.CallsOf("UpdateService"), Is.Zero);
    }

    [Test]
    public async Task An_order_taken_back_between_two_tries_is_not_written_again()
    {
        await using var run = await Web.StartAsync();
        run.BeforeWrites.Enqueue(() => run.ChangeByOther(service => service.Description = "meanwhile"));
        var answers = new Queue<bool>([true, false]);

        var result = await Web.ApplyAsync(run, stillWanted: answers.Dequeue);

        Assert.That(result, Is.EqualTo(new StepResult.NotWanted()));
        Assert.That(run.Writes, Is.Empty);
        Assert.That(run.CallsOf("UpdateService"), Is.EqualTo(1));
    }

    [Test]
    public async Task Of_several_containers_the_named_one_is_changed_or_the_one_with_a_port()
    {
        foreach (var name in new[] { null, "worker" })
        {
            var service = Web.Service(Web.Latest(100));
            service.Template.Containers.Insert(0, new Container { Name = "sidecar", Image = "docker.io/envoy/envoy:v1" });
            await using var run = await Web.StartAsync(service);

            var result = await Web.ApplyAsync(run, Web.Order(Web.Target with { Container = name }));

            Assert.That(result, Is.TypeOf<StepResult.Done>(), name);
            Assert.That(run.Writes.Single().Template.Containers.Select(container => container.Image),
                Is.EqualTo(new[] { "docker.io/envoy/envoy:v1", Web.Image }));
        }
    }

    [TestCase("proxy", "named 'proxy'; its containers are 'worker', 'sidecar'")]
    [TestCase(null, "2 containers ('worker', 'sidecar') of which not exactly one has a port")]
    public async Task A_container_that_cannot_be_told_is_refused_and_nothing_is_written(string? name, string why)
    {
        var service = Web.Service(Web.Latest(100));
        service.Template.Containers.Add(
            new Container { Name = "sidecar", Image = "docker.io/envoy/envoy:v1", Ports = { new ContainerPort() } });
        await using var run = await Web.StartAsync(service);

        var result = await Web.ApplyAsync(run, Web.Order(Web.Target with { Container = name }));

        Assert.That(result, Is.TypeOf<StepResult.Failed>());
        Assert.That(((StepResult.Failed)result).Reason.Code, Is.EqualTo("target.container"));
        Assert.That(((StepResult.Failed)result).Reason.Sentence, Does.Contain(why));
        Assert.That(run.CallsOf("UpdateService"), Is.Zero);
    }

    [TestCase("evil.example.com/")]
    [TestCase("asia-northeast1@evil.example.com")]
    [TestCase("ASIA")]
    [TestCase("")]
    public async Task What_is_no_region_is_never_connected_to(string region)
    {
        await using var run = await Web.StartAsync();
        var target = Web.Target with { Region = region };

        var result = await Web.ApplyAsync(run, Web.Order(target));

        Assert.That(result, Is.TypeOf<StepResult.Failed>());
        Assert.That(((StepResult.Failed)result).Reason.Code, Is.EqualTo("target.region"));
        Assert.That(await Web.ReadAsync(run, target), Is.TypeOf<TargetView.Unknown>());
        Assert.That(run.Calls, Is.Empty);
    }
}
