using CdAutomation.LocalCloud.Containers;
using Microsoft.Extensions.Logging;
using Yarp.ReverseProxy.Forwarder;

namespace CdAutomation.LocalCloud.Run;

/// <summary>The parts of one host, put together in one place.</summary>
internal sealed class LocalRunParts : IAsyncDisposable
{
    private static readonly TimeSpan OperationsKept = TimeSpan.FromDays(7);

    private readonly RunStore _store;
    private readonly IInstances _instances;
    private readonly WorkerKeeper _workers;
    private readonly ExecutionRuns _runs;

    private LocalRunParts(
        LocalRunOptions options, RunStore store, IInstances instances, IHttpForwarder forwarder, Uri proxy, CancellationToken stopping)
    {
        (_store, _instances) = (store, instances);
        var stamps = new WriteStamps(options.Clock, store.Read(tables => tables.LastStamp));
        ForgetOldOperations(store, options.Clock);
        var draw = Drawing(options.Random);
        var operations = new OperationBook(stamps, options.Faults, options.Clock);
        var routes = new RoutingTable(store);
        var images = new ImageFinder(options.Images, options, stopping);
        var starts = new RevisionStarts(store, images, instances, stamps, options, stopping);
        var settlement = new WorkloadSettlement(store, operations, routes, stamps, proxy);
        var planner = new WorkloadPlanner(stamps, draw);
        var writes = new WorkloadWrites(store, planner, stamps, operations, proxy);

        Meter = new(options.Clock);
        Metrics = new(Meter, options);
        Reconciler = new(store, starts, settlement, instances, operations, options, options.Logging.CreateLogger<Reconciler>(), stopping);
        Services = new(store, writes, Reconciler, options.Faults, proxy);
        WorkerPools = new(store, writes, Reconciler, options.Faults);
        _workers = new(store, instances, options, stopping);
        var executions = new ExecutionBook(stamps, options, draw);
        _runs = new(
            store, images, instances, executions, new TaskBook(store, executions, stamps), stamps, stopping);
        var jobs = new JobWrites(store, executions, stamps, operations);
        JobReconciler = new(
            store, images, _runs, new(store, operations, new(executions, stamps), stamps, options), operations, options,
            options.Logging.CreateLogger<JobReconciler>(), stopping);
        Jobs = new(store, jobs, JobReconciler, _runs, options.Faults);
        Executions = new(store, executions, operations, JobReconciler, _runs, stamps, options.Faults);
        Tasks = new(store);
        Revisions = new(store, operations, Reconciler, options.Faults);
        Operations = new(store, operations, options.Clock, stopping);
        Proxy = new(store, routes, instances, Meter, forwarder, options.Clock, draw);
    }

    public TrafficMeter Meter { get; }

    public MetricsApi Metrics { get; }

    public Reconciler Reconciler { get; }

    public ServicesApi Services { get; }

    public JobReconciler JobReconciler { get; }

    public JobsApi Jobs { get; }

    public ExecutionsApi Executions { get; }

    public TasksApi Tasks { get; }

    public WorkerPoolsApi WorkerPools { get; }

    public RevisionsApi Revisions { get; }

    public OperationsApi Operations { get; }

    public ServiceProxy Proxy { get; }

    /// <param name="stopping">Ends what goes on in the background.</param>
    /// <param name="cancellation">Ends the start.</param>
    public static async Task<LocalRunParts> CreateAsync(
        LocalRunOptions options, RunStore store, IHttpForwarder forwarder, Uri proxy, CancellationToken stopping,
        CancellationToken cancellation)
    {
        IInstances instances = options.Engine is { } engine
            ? await ContainerInstances.CreateAsync(engine, options, store.Read(tables => tables.Instance), stopping, cancellation)
            : new SimulatedInstances(options.SimulatedStart, options.Clock);
        return new(options, store, instances, forwarder, proxy, stopping);
    }

    public async ValueTask DisposeAsync()
    {
        await Reconciler.DisposeAsync();
        await _workers.DisposeAsync();
        await JobReconciler.DisposeAsync();
        await _runs.DisposeAsync();
        Proxy.Dispose();
        await _instances.DisposeAsync();
        _store.Dispose();
    }

    private static void ForgetOldOperations(RunStore store, TimeProvider clock)
    {
        var before = (clock.GetUtcNow() - OperationsKept - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        store.Write(tables =>
        {
            tables.DeleteOperationsBefore(before);
            return 0;
        });
    }

    // A seeded Random is not safe for two threads at once.
    private static Func<int, int> Drawing(Random random) => below =>
    {
        lock (random) return random.Next(below);
    };
}
