using CdAutomation.LocalCloud.Containers;
using CdAutomation.LocalCloud.Run;
using Google.Cloud.Run.V2;
using Grpc.Core;
using Task = System.Threading.Tasks.Task;

namespace CdAutomation.LocalCloud.Tests.Run;

/// <summary>Real containers, run by the machine's podman or docker, from the real registry.</summary>
[Category("Containers")]
public sealed partial class ContainerTests
{
    private const string Image = "asia-northeast1-docker.pkg.dev/acme/app/hello:v1";

    private string _directory = null!;
    private DockerRegistry _registry = null!;
    private RegistryImages _images = null!;
    private ContainerEngine _engine = null!;
    private string _image = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        Programs.Need("gcc", "gcc");
        _directory = Directory.CreateTempSubdirectory("lr-").FullName;
        var search = await ContainerEngine.FindAsync(Path.Combine(_directory, "podman"), CancellationToken.None);
        if (search.Engine is null) Assert.Ignore($"{search.Explanation} apt-get install podman runc");
        await TestContext.Out.WriteLineAsync(search.Explanation);
        _engine = search.Engine!;
        _registry = await DockerRegistry.StartAsync();
        _images = new(_ => _registry.Uri);
        var program = Path.Combine(_directory, "hello");
        await Programs.RunAsync("gcc", "-nostdlib", "-static", "-o", program, Path.Combine(AppContext.BaseDirectory, "Run", "hello.s"));
        using var layout = OciLayout.Single(await File.ReadAllBytesAsync(program));
        _image = $"localhost/cdautomation-image:{layout.Digest["sha256:".Length..]}";
        await _registry.PushAsync(layout, "acme/app/hello:v1");
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        _images?.Dispose();
        if (_registry is not null) await _registry.DisposeAsync();
        if (_image is not null) await RemoveImageAsync();
        Directory.Delete(_directory, recursive: true);
    }

    [Test]
    public async Task Revisions_are_containers_that_answer_through_the_proxy_with_their_own_environment()
    {
        await using var cloud = await StartAsync("answer");
        Assert.That(Cloud.CodeOf(await cloud.CreateAsync("web", Hello("one"))), Is.EqualTo(StatusCode.OK));
        var first = await cloud.GetAsync("web");
        Assert.That(await BrowseAsync(cloud, first.Uri), Is.EqualTo($"{RolloutContractTests.RevisionOf(first.LatestReadyRevision)} one"));

        await cloud.ChangeAsync("web", it =>
        {
            it.Template.Containers[0].Env[0].Value = "two words, \"quoted\" $HOME";
            it.Traffic.Clear();
            it.Traffic.Add([Cloud.To(RolloutContractTests.RevisionOf(first.LatestReadyRevision), 100), Cloud.ToLatest(0, "next")]);
        });

        var second = await cloud.GetAsync("web");
        Assert.That(await BrowseAsync(cloud, second.Uri), Does.EndWith(" one"));
        using var whole = await cloud.BrowseAsync(second.Uri);
        Assert.That(await whole.Content.ReadAsStringAsync(), Does.Contain($"\r\nHost: {new Uri(second.Uri).Authority}\r\n"));
        Assert.That(await BrowseAsync(cloud, second.TrafficStatuses[1].Uri),
            Is.EqualTo($"{RolloutContractTests.RevisionOf(second.LatestReadyRevision)} two words, \"quoted\" $HOME"));
        Assert.That(cloud.Run.TrafficSince(DateTimeOffset.UnixEpoch).Sum(it => it.ByStatusClass[1]), Is.EqualTo(4));
    }

    [Test]
    public async Task A_container_that_leaves_or_does_not_listen_fails_and_the_old_one_goes_on()
    {
        await using var cloud = await StartAsync("fail", timeout: TimeSpan.FromSeconds(2));
        await cloud.CreateAsync("web", Hello("one"));

        var left = await cloud.ChangeAsync("web", it => it.Template.Containers[0].Args.Add("exit"));
        Assert.That(Cloud.CodeOf(left), Is.EqualTo(StatusCode.FailedPrecondition));
        Assert.That(left.Error.Message, Does.Contain("failed to start and listen on the port").And.Contains("exited with code 3"));
        var log = Path.Combine(_directory, "fail", "logs",
            RolloutContractTests.RevisionOf((await cloud.GetAsync("web")).LatestCreatedRevision) + ".log");
        Assert.That(await File.ReadAllTextAsync(log), Is.EqualTo("hello: leaving at once.\n"));

        var silent = await cloud.ChangeAsync("web", it => it.Template.Containers[0].Args[0] = "hang");
        Assert.That(silent.Error.Message,
            Does.Contain("failed to start and listen on the port").And.Contains("still running when its time was up"));

        Assert.That(await BrowseAsync(cloud, (await cloud.GetAsync("web")).Uri), Does.EndWith(" one"));
        await EventuallyAsync(async () => (await IdsAsync()).Length == 1);
    }

    [Test]
    public async Task Retired_revisions_are_stopped_after_the_grace_and_started_again_when_traffic_comes_back()
    {
        await using var cloud = await StartAsync("retire");
        await cloud.CreateAsync("web", Hello("one"));
        var first = RolloutContractTests.RevisionOf((await cloud.GetAsync("web")).LatestReadyRevision);
        await cloud.ChangeAsync("web", it => it.Template.Containers[0].Env[0].Value = "two");
        await EventuallyAsync(async () => (await IdsAsync()).Length == 1);

        await cloud.ChangeAsync("web", it =>
        {
            it.Traffic.Clear();
            it.Traffic.Add(Cloud.To(first, 100));
        });
        Assert.That(await BrowseAsync(cloud, (await cloud.GetAsync("web")).Uri), Is.EqualTo($"{first} one"));
    }

    [Test]
    public async Task A_killed_container_is_started_again_by_the_next_request_and_nothing_is_left_at_the_end()
    {
        await using (var cloud = await StartAsync("again"))
        {
            await cloud.CreateAsync("web", Hello("one"));
            var uri = (await cloud.GetAsync("web")).Uri;
            foreach (var id in await IdsAsync()) await _engine.RunAsync(["kill", id], null, CancellationToken.None);
            await EventuallyAsync(async () => (await IdsAsync()).Length == 0);
            await EventuallyAsync(async () =>
                await BrowseAsync(cloud, uri) is { } answer && answer.EndsWith(" one", StringComparison.Ordinal));
        }

        Assert.That(await IdsAsync(), Is.Empty);
    }

    [Test]
    public async Task What_a_killed_host_left_running_is_removed_and_its_services_answer_again()
    {
        Service before;
        int killed;
        var (process, channel) = await KilledHost.StartAsync(
            Path.Combine(_directory, "killed"), 0, Path.Combine(_directory, "podman"), _registry.Uri.ToString());
        using (process)
        using (channel)
        {
            var services = KilledHost.Services(channel);
            var request = new CreateServiceRequest { Parent = Cloud.Location, ServiceId = "web", Service = Hello("one") };
            var operation = await services.CreateServiceAsync(request);
            var operations = new Google.LongRunning.Operations.OperationsClient(channel);
            await operations.WaitOperationAsync(new() { Name = operation.Name });
            before = await services.GetServiceAsync(new() { Name = Cloud.Name("web") });
            killed = process.Id;
            process.Kill();
            await process.WaitForExitAsync();
        }

        Assert.That(await IdsAsync(killed), Has.Length.EqualTo(1), "the container outlives its host");
        await using var cloud = await StartAsync("killed");
        Assert.That(await IdsAsync(killed), Is.Empty);
        var service = await cloud.GetAsync("web");
        Assert.That(service.LatestReadyRevision, Is.EqualTo(before.LatestReadyRevision).And.Not.Empty);
        Assert.That(await BrowseAsync(cloud, service.Uri), Does.EndWith(" one"));
    }

    [Test]
    public async Task A_secret_that_is_not_here_is_said_not_to_be()
    {
        await using var cloud = await StartAsync("secret");
        var service = Hello("one");
        service.Template.Containers[0].Env.Add(
            new EnvVar { Name = "KEY", ValueSource = new() { SecretKeyRef = new() { Secret = "key" } } });
        await cloud.CreateAsync("web", service);
        Assert.That((await cloud.GetAsync("web")).TerminalCondition.Reason,
            Is.EqualTo(Condition.Types.CommonReason.SecretsAccessCheckFailed));
    }

    private Task<Cloud> StartAsync(string name, TimeSpan? timeout = null) => Cloud.StartAsync(new()
    {
        Images = _images,
        Engine = _engine,
        DataDirectory = Path.Combine(_directory, name),
        StartTimeout = timeout ?? TimeSpan.FromSeconds(30),
        RetirementGrace = TimeSpan.FromMilliseconds(10),
    });

    /// <summary>By its id, because it has the name that it was pulled by as well.</summary>
    private async Task RemoveImageAsync()
    {
        var id = await _engine.RunAsync(["image", "inspect", "--format", "{{.Id}}", _image], null, CancellationToken.None);
        await _engine.RunAsync(["rmi", "-f", id.Output.Trim()], null, CancellationToken.None);
    }

    private static Service Hello(string greeting)
    {
        var service = Cloud.Wanted(Image);
        service.Template.Containers[0].Env.Add(new EnvVar { Name = "GREETING", Value = greeting });
        return service;
    }

    private static async Task<string> BrowseAsync(Cloud cloud, string uri)
    {
        using var answer = await cloud.BrowseAsync(uri);
        return (await answer.Content.ReadAsStringAsync()).Split('\n')[0];
    }

    /// <summary>Of one host alone: others on this machine have containers, too. A container is named after the process that made it.</summary>
    private async Task<string[]> IdsAsync(int? host = null) =>
        (await _engine.RunAsync(["ps", "-aq", "--filter", $"name=^cdautomation-.*-{host ?? Environment.ProcessId}-"], null, CancellationToken.None))
        .Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static async Task EventuallyAsync(Func<Task<bool>> condition)
    {
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!await condition()) await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, late.Token);
    }
}
