using CdAutomation.GoogleCloud.Monitoring;
using CdAutomation.GoogleCloud.Tests.CloudRun;
using CdAutomation.LocalCloud.Run;
using Google.Cloud.Run.V2;
using Grpc.Net.Client;
using Task = System.Threading.Tasks.Task;

namespace CdAutomation.GoogleCloud.Tests.Monitoring;

/// <summary>Real requests through the local Cloud Run's proxy, counted by it, and read by the adapter over the wire.</summary>
public sealed class LocalMonitoringTests
{
    [Test]
    public async Task What_the_proxy_has_counted_is_what_is_measured()
    {
        var images = new Simulated();
        await using var run = await LocalRun.StartAsync(
            new LocalRunOptions { Images = images, SimulatedStart = TimeSpan.FromMilliseconds(1) }, CancellationToken.None);
        var service = await CreateAsync(run);
        var from = TimeProvider.System.GetUtcNow().AddSeconds(-1);
        for (var request = 0; request < 12; request++)
            await BrowseAsync(run, service.Uri);
        var revision = service.LatestReadyRevision.Split('/')[^1];

        using var monitoring = new CloudMonitoring(
            new MonitoringOptions { Endpoint = new Uri($"http://{run.Address}"), Delay = TimeSpan.Zero }, new Tokens(), TimeProvider.System);
        var seen = await monitoring.MeasureAsync(ScriptedMonitoring.Order(from) with { Revision = revision, Stable = "web-none" }, CancellationToken.None);

        Assert.That(seen.TryGetValue(out var period), seen.Problems.FirstOrDefault()?.ToString());
        Assert.That((period!.Canary!.Requests, period.Canary.ServerErrors, period.Canary.Latencies!.Requests), Is.EqualTo((12L, 0L, 12L)));
        Assert.That(period.Stable!.Requests, Is.Zero);
        Assert.That(period.Span.From, Is.EqualTo(from));
    }

    private static async Task<Service> CreateAsync(LocalRun run)
    {
        using var channel = GrpcChannel.ForAddress($"http://{run.Address}");
        var services = new Services.ServicesClient(channel);
        await services.CreateServiceAsync(new CreateServiceRequest
        {
            Parent = "projects/acme/locations/asia-northeast1",
            ServiceId = "web",
            Service = new Service { Template = new() { Containers = { new Container { Image = Web.Before } } } },
        });
        while (true)
        {
            var service = await services.GetServiceAsync(new GetServiceRequest { Name = Web.Target.ResourceName });
            if (service.LatestReadyRevision.Length > 0)
                return service;
            await Task.Delay(5);
        }
    }

    private static async Task BrowseAsync(LocalRun run, string uri)
    {
        using var http = new HttpClient { BaseAddress = run.ProxyAddress };
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.Headers.Host = new Uri(uri).Authority;
        using var answer = await http.SendAsync(request);
        answer.EnsureSuccessStatusCode();
    }

    private sealed class Simulated : IImages
    {
        public ValueTask<ImageLookup> FindAsync(string reference, CancellationToken cancellation)
        {
            var digest = "sha256:" + new string('a', 64);
            return new(new ImageLookup.Found(digest, digest, reference, new Dictionary<string, string>()));
        }
    }
}
