using CdAutomation.Domain.Targets;
using CdAutomation.LocalCloud.Run;
using Google.Cloud.Run.V2;
using Google.LongRunning;
using Grpc.Net.Client;
using Task = System.Threading.Tasks.Task;

namespace CdAutomation.GoogleCloud.Tests.Rollouts;

/// <summary>A local Cloud Run and raw clients to it. Each story has a project of its own in it.</summary>
internal sealed class Cloud : IAsyncDisposable
{
    private const string OldTag = "v1.0.0";

    private readonly LocalRun _run;
    private readonly Operations.OperationsClient _operations;

    private Cloud(LocalRun run, Faults faults)
    {
        (_run, Faults) = (run, faults);
        Channel = GrpcChannel.ForAddress(Address);
        Services = new(Channel);
        Jobs = new(Channel);
        Pools = new(Channel);
        Executions = new(Channel);
        Revisions = new(Channel);
        _operations = new(Channel);
    }

    public Uri Address => new($"http://{_run.Address}");

    public GrpcChannel Channel { get; }

    public Faults Faults { get; }

    public Services.ServicesClient Services { get; }

    public Jobs.JobsClient Jobs { get; }

    public WorkerPools.WorkerPoolsClient Pools { get; }

    public Executions.ExecutionsClient Executions { get; }

    public Revisions.RevisionsClient Revisions { get; }

    public static async Task<Cloud> StartAsync()
    {
        var options = new LocalRunOptions { Images = new Images(), SimulatedStart = TimeSpan.FromMilliseconds(1), StartTimeout = TimeSpan.Zero };
        return new(await LocalRun.StartAsync(options, CancellationToken.None), options.Faults);
    }

    public static Target Service(string project, string name, string? container = null) =>
        new(project, "asia-northeast1", name, name, container);

    public static Target Job(string project, string name, bool run = false) =>
        new(project, "asia-northeast1", name, name, null, TargetKind.Job) { RunOnDeploy = run };

    public static Target Pool(string project, string name) => new(project, "asia-northeast1", name, name, null, TargetKind.WorkerPool);

    /// <summary>Makes a target as somebody else made it, with the old image.</summary>
    public Task CreateAsync(Target target) => target.Kind switch
    {
        TargetKind.Service => CreateAsync(target, new Service { Template = new() { Containers = { Old(target) } } }),
        TargetKind.Job => CreateAsync(target, new Job { Template = new() { Template = new() { MaxRetries = 0, Containers = { Old(target) } } } }),
        _ => CreateAsync(target, new WorkerPool { Template = new() { Containers = { Old(target) } } }),
    };

    public async Task<Service> CreateAsync(Target target, Service service) => (await EndAsync(await Services.CreateServiceAsync(
        new() { Parent = Parent(target), ServiceId = target.Name, Service = service }))).Response.Unpack<Service>();

    public async Task<Job> CreateAsync(Target target, Job job) => (await EndAsync(await Jobs.CreateJobAsync(
        new() { Parent = Parent(target), JobId = target.Name, Job = job }))).Response.Unpack<Job>();

    public async Task<WorkerPool> CreateAsync(Target target, WorkerPool pool) => (await EndAsync(await Pools.CreateWorkerPoolAsync(
        new() { Parent = Parent(target), WorkerPoolId = target.Name, WorkerPool = pool }))).Response.Unpack<WorkerPool>();

    public async Task<Operation> EndAsync(Operation operation)
    {
        var ended = operation.Done ? operation : await _operations.WaitOperationAsync(new() { Name = operation.Name, Timeout = new() { Seconds = 60 } });
        Assert.That(ended.Done && ended.Error is null, $"{operation.Name}: {ended.Error?.Message}");
        return ended;
    }

    public async Task<Service> ServiceAsync(Target target) => await Services.GetServiceAsync(new() { Name = target.ResourceName });

    public async Task<Job> JobAsync(Target target) => await Jobs.GetJobAsync(new() { Name = target.ResourceName });

    public async Task<WorkerPool> PoolAsync(Target target) => await Pools.GetWorkerPoolAsync(new() { Name = target.ResourceName });

    public async Task<IReadOnlyList<Execution>> ExecutionsAsync(Target target) =>
        (await Executions.ListExecutionsAsync(new() { Parent = target.ResourceName })).Executions;

    public async Task<IReadOnlyList<Revision>> RevisionsAsync(Target target) =>
        (await Revisions.ListRevisionsAsync(new() { Parent = target.ResourceName })).Revisions;

    public async ValueTask DisposeAsync()
    {
        Channel.Dispose();
        await _run.DisposeAsync();
    }

    public static Container Old(Target target) => new() { Image = Images.Reference(target.Image, OldTag) };

    private static string Parent(Target target) => $"projects/{target.Project}/locations/{target.Region}";
}
