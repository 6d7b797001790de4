using System.Collections.Immutable;
using CdAutomation.Domain.Rollouts;
using CdAutomation.Domain.Targets;
using CdAutomation.GoogleCloud.CloudRun;
using CdAutomation.LocalCloud.Run;
using Google.Cloud.Run.V2;
using Grpc.Net.Client;
using Task = System.Threading.Tasks.Task;

namespace CdAutomation.GoogleCloud.Tests.CloudRun;

/// <content>The services that are watched: how a test deploys them, what of them serves, and the watch that looks at them.</content>
public sealed partial class DeadManWatchTests
{
    [SetUp]
    public async Task Start()
    {
        _clock = new(TimeProvider.System.GetUtcNow());
        _silent = _ => false;
        _run = await LocalRun.StartAsync(
            new LocalRunOptions { Images = new AnyImage(), SimulatedStart = TimeSpan.FromMilliseconds(1) }, CancellationToken.None);
        _channel = GrpcChannel.ForAddress($"http://{_run.Address}");
        foreach (var target in (Target[])[Tick, Request])
        {
            await Services.CreateServiceAsync(new CreateServiceRequest
            {
                Parent = "projects/acme/locations/asia-northeast1",
                ServiceId = target.Name,
                Service = new Service { Template = new() { Containers = { new Container { Image = Web.Before } } } },
            });
            while ((await GetAsync(target)).LatestReadyRevision.Length == 0)
                await Task.Delay(5);
        }
    }

    [TearDown]
    public async Task Stop()
    {
        _channel.Dispose();
        await _run.DisposeAsync();
    }

    private Services.ServicesClient Services => new(_channel);

    private async Task<Service> GetAsync(Target target) => await Services.GetServiceAsync(new GetServiceRequest { Name = target.ResourceName });

    private async Task<string> ServingAsync(Target target)
    {
        var service = await GetAsync(target);
        var serving = service.TrafficStatuses.Single(it => it.Percent == 100).Revision;
        return (serving.Length > 0 ? serving : service.LatestReadyRevision).Split('/')[^1];
    }

    /// <returns>The revision that serves then.</returns>
    private async Task<string> DeployAsync(Target target)
    {
        await ApplyAsync(target, Web.Order(target));
        return await ServingAsync(target);
    }

    private async Task ApplyAsync(Target target, Effect.Apply order)
    {
        using var targets = new CloudRunTargets(Web.Options(new Uri($"http://{_run.Address}")), new Tokens(), TimeProvider.System);
        var done = await targets.ApplyAsync(order, _ => ValueTask.FromResult(true), CancellationToken.None);
        Assert.That(done, Is.TypeOf<StepResult.Done>(), $"{target}: {done}");
    }

    private Task<ImmutableArray<WatchedService>> LookAsync(bool dryRun = false) => LookAsync(dryRun, Tick, Request);

    private async Task<ImmutableArray<WatchedService>> LookAsync(bool dryRun, params Target[] services)
    {
        using var watch = new DeadManWatch(
            "asia-northeast1",
            TimeSpan.FromHours(1),
            async (service, _, _) => _silent(await ServingOrNothingAsync(service)) ? "it is silent" : null,
            Web.Options(new Uri($"http://{_run.Address}")),
            new Tokens(),
            _clock);
        return await watch.LookAsync(services, dryRun, CancellationToken.None);
    }

    private async Task<string> ServingOrNothingAsync(Target target)
    {
        var service = await GetAsync(target);
        return service.TrafficStatuses.Count(it => it.Percent > 0) == 1 ? await ServingAsync(target) : "";
    }

    private sealed class AnyImage : IImages
    {
        public ValueTask<ImageLookup> FindAsync(string reference, CancellationToken cancellation)
        {
            var digest = "sha256:" + new string('a', 64);
            return new(new ImageLookup.Found(digest, digest, reference, new Dictionary<string, string>()));
        }
    }
}
