using CdAutomation.LocalCloud.Run;
using Google.Cloud.Run.V2;
using Google.LongRunning;
using Grpc.Core;
using Task = System.Threading.Tasks.Task;

namespace CdAutomation.LocalCloud.Tests.Run;

public sealed class RestartTests
{
    private string _directory = null!;

    [SetUp]
    public void MakeDirectory() => _directory = Directory.CreateTempSubdirectory("local-run-").FullName;

    [TearDown]
    public void RemoveDirectory() => Directory.Delete(_directory, recursive: true);

    [Test]
    public async Task A_host_killed_in_the_middle_of_an_operation_is_taken_over_by_the_next()
    {
        Operation stuck;
        Service before;
        var (process, channel) = await KilledHost.StartAsync(_directory, startMilliseconds: 3_600_000);
        using (process)
        using (channel)
        {
            var services = KilledHost.Services(channel);
            stuck = await services.CreateServiceAsync(
                new() { Parent = Cloud.Location, ServiceId = "web", Service = Cloud.Wanted(Cloud.Good) });
            before = await services.GetServiceAsync(new() { Name = Cloud.Name("web") });
            process.Kill();
            await process.WaitForExitAsync();
        }

        Assert.That(before.Reconciling, Is.True);
        await using var cloud = await ReopenAsync();
        var ended = await cloud.EndAsync(stuck);
        var service = await cloud.GetAsync("web");
        Assert.That(Cloud.CodeOf(ended), Is.EqualTo(StatusCode.OK));
        Assert.That((service.Uid, service.Etag, service.LatestReadyRevision),
            Is.EqualTo((before.Uid, before.Etag, before.LatestCreatedRevision)));
        Assert.That(service.Uri, Does.EndWith($":{cloud.Run.ProxyAddress.Port}"), "addresses are those of today");
        using var answer = await cloud.BrowseAsync(service.Uri);
        Assert.That((int)answer.StatusCode, Is.EqualTo(200));
    }

    [Test]
    public async Task Everything_acknowledged_survives_a_kill_at_any_moment()
    {
        var acknowledged = new Dictionary<string, long>();
        for (var round = 0; round < 4; round++)
        {
            var (process, channel) = await KilledHost.StartAsync(_directory, startMilliseconds: 1);
            using (process)
            using (channel)
            {
                await KillAfterAsync(process, 6 + round * 7, KilledHost.Services(channel), acknowledged);
            }
        }

        await using var cloud = await ReopenAsync();
        foreach (var (id, generation) in acknowledged)
        {
            var service = await EventuallySettledAsync(cloud, id);
            Assert.That(service.Generation, Is.GreaterThanOrEqualTo(generation), id);
            Assert.That(service.TrafficStatuses.Sum(it => it.Percent), Is.EqualTo(100), id);
        }

        Assert.That(acknowledged, Is.Not.Empty);
    }

    [Test]
    public async Task A_directory_belongs_to_one_host_at_a_time()
    {
        await using var cloud = await ReopenAsync();
        Assert.That(async () => await ReopenAsync(), Throws.InstanceOf<IOException>().With.Message.Contains("another process"));
    }

    [Test]
    public async Task A_file_that_is_no_database_is_said_to_be_none()
    {
        await File.WriteAllTextAsync(Path.Combine(_directory, "cloud-run.sqlite"), new string('x', 5000));
        Assert.That(async () => await ReopenAsync(), Throws.InstanceOf<IOException>());
    }

    [Test]
    public async Task A_taken_port_is_an_error_that_says_so()
    {
        await using var cloud = await ReopenAsync();
        var options = new LocalRunOptions { Images = new NamedImages(), Port = int.Parse(cloud.Run.Address.Split(':')[1]) };
        Assert.That(async () => await LocalRun.StartAsync(options, CancellationToken.None), Throws.InstanceOf<IOException>());
    }

    /// <summary>Writes as fast as it goes and kills the host after so many acknowledged writes, while the next is under way.</summary>
    private static async Task KillAfterAsync(
        System.Diagnostics.Process process, int writes, Services.ServicesClient services, Dictionary<string, long> acknowledged)
    {
        for (var number = 0; number < writes; number++)
        {
            var id = $"web-{number % 3}";
            var service = Cloud.Wanted(number % 2 == 0 ? Cloud.Good : Cloud.Better);
            service.Name = Cloud.Name(id);
            service.Description = $"{process.Id} {number}";
            var operation = await services.UpdateServiceAsync(new() { Service = service, AllowMissing = true });
            acknowledged[id] = operation.Metadata.Unpack<Service>().Generation;
        }

        var cut = new Service(Cloud.Wanted(Cloud.Good)) { Name = Cloud.Name("web-0") };
        var last = services.UpdateServiceAsync(new() { Service = cut }).ResponseAsync;
        process.Kill();
        await process.WaitForExitAsync();
        await ((Task)last).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static async Task<Service> EventuallySettledAsync(Cloud cloud, string id)
    {
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            var service = await cloud.GetAsync(id);
            if (!service.Reconciling) return service;
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, late.Token);
        }
    }

    private Task<Cloud> ReopenAsync() => Cloud.StartAsync(
        new() { Images = new NamedImages(), DataDirectory = _directory, SimulatedStart = TimeSpan.FromMilliseconds(1) });
}
