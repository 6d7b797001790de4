using System.Collections.Concurrent;
using CdAutomation.LocalCloud.Run;
using Google.Cloud.Monitoring.V3;
using Google.Cloud.Run.V2;
using Google.LongRunning;
using Grpc.Core;
using Grpc.Net.Client;

namespace CdAutomation.LocalCloud.Tests.Run;

/// <summary>A local Cloud Run with raw clients, and images that a test names by what they do.</summary>
internal sealed class Cloud : IAsyncDisposable
{
    public const string Location = "projects/acme/locations/asia-northeast1";
    public const string Good = "asia-northeast1-docker.pkg.dev/acme/app/web:good";
    public const string Better = "asia-northeast1-docker.pkg.dev/acme/app/web:better";
    public const string Bad = "asia-northeast1-docker.pkg.dev/acme/app/web:bad";
    public const string Absent = "asia-northeast1-docker.pkg.dev/acme/app/web:absent";

    private readonly LocalRun _run;
    private readonly GrpcChannel _channel;

    private Cloud(LocalRun run, Faults faults)
    {
        (_run, Faults) = (run, faults);
        _channel = GrpcChannel.ForAddress($"http://{run.Address}");
        Services = new(_channel);
        WorkerPools = new(_channel);
        Jobs = new(_channel);
        Executions = new(_channel);
        Tasks = new(_channel);
        Revisions = new(_channel);
        Operations = new(_channel);
        Metrics = new(_channel);
    }

    public Faults Faults { get; }

    public LocalRun Run => _run;

    public Services.ServicesClient Services { get; }

    public Jobs.JobsClient Jobs { get; }

    public Executions.ExecutionsClient Executions { get; }

    public Tasks.TasksClient Tasks { get; }

    public WorkerPools.WorkerPoolsClient WorkerPools { get; }

    public Revisions.RevisionsClient Revisions { get; }

    public MetricService.MetricServiceClient Metrics { get; }

    public Operations.OperationsClient Operations { get; }

    public static async Task<Cloud> StartAsync(LocalRunOptions? options = null)
    {
        options ??= new() { Images = new NamedImages(), SimulatedStart = TimeSpan.FromMilliseconds(1) };
        return new(await LocalRun.StartAsync(options, CancellationToken.None), options.Faults);
    }

    public static string Name(string service) => $"{Location}/services/{service}";

    public static string RevisionName(string service, string revision) => $"{Location}/services/{service}/revisions/{revision}";

    public static Service Wanted(string image, params TrafficTarget[] traffic)
    {
        var service = new Service { Template = new() { Containers = { new Container { Image = image } } } };
        service.Traffic.Add(traffic);
        return service;
    }

    public static TrafficTarget To(string revision, int percent, string tag = "") =>
        new() { Type = TrafficTargetAllocationType.Revision, Revision = revision, Percent = percent, Tag = tag };

    public static TrafficTarget ToLatest(int percent, string tag = "") =>
        new() { Type = TrafficTargetAllocationType.Latest, Percent = percent, Tag = tag };

    public Task<Operation> CreateAsync(string id, Service service) => EndAsync(
        Services.CreateService(new CreateServiceRequest { Parent = Location, ServiceId = id, Service = service }));

    /// <summary>Reads, changes and writes a service whole, and waits for the end.</summary>
    public async Task<Operation> ChangeAsync(string id, Action<Service> change, string[]? mask = null)
    {
        var service = await GetAsync(id);
        change(service);
        var request = new UpdateServiceRequest { Service = service };
        if (mask is not null) request.UpdateMask = new() { Paths = { mask } };
        return await EndAsync(Services.UpdateService(request));
    }

    public async Task<Service> GetAsync(string id) => await Services.GetServiceAsync(new() { Name = Name(id) });

    public async Task<Operation> EndAsync(Operation operation)
    {
        if (operation.Done) return operation;
        var ended = await Operations.WaitOperationAsync(new() { Name = operation.Name, Timeout = new() { Seconds = 60 } });
        Assert.That(ended.Done, "the operation did not end within a minute");
        return ended;
    }

    public async Task<HttpResponseMessage> BrowseAsync(string uri)
    {
        using var http = new HttpClient { BaseAddress = _run.ProxyAddress, Timeout = TimeSpan.FromSeconds(60) };
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.Headers.Host = new Uri(uri).Authority;
        return await http.SendAsync(request);
    }

    /// <summary>Calls something that is to be refused, and gives the refusal.</summary>
    public static async Task<Status> RefusalAsync(Func<System.Threading.Tasks.Task> call)
    {
        try
        {
            await call();
        }
        catch (RpcException refusal)
        {
            return refusal.Status;
        }

        Assert.Fail("it was not refused");
        return default;
    }

    public static StatusCode CodeOf(Operation operation) => (StatusCode)(operation.Error?.Code ?? 0);

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        await _run.DisposeAsync();
    }
}

/// <summary>
/// Images by the last word of their reference: <c>bad</c> fails to start, <c>absent</c> is not there, all others are good.
/// </summary>
internal sealed class NamedImages : IImages
{
    private readonly ConcurrentDictionary<string, ImageLookup> _own = new();

    public ImageLookup this[string reference] { set => _own[reference] = value; }

    public static ImageLookup Found(string reference, params (string, string)[] labels)
    {
        var hex = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(reference)));
        return new ImageLookup.Found("sha256:" + hex, "sha256:" + hex, reference, labels.ToDictionary(it => it.Item1, it => it.Item2));
    }

    public ValueTask<ImageLookup> FindAsync(string reference, CancellationToken cancellation) => new(
        _own.TryGetValue(reference, out var own) ? own
        : reference.EndsWith(":absent", StringComparison.Ordinal) ? new ImageLookup.Missing()
        : reference.EndsWith(":bad", StringComparison.Ordinal) ? Found(reference, ("cdautomation.simulate", "fails-to-start"))
        : Found(reference));
}
