using System.Text.RegularExpressions;
using CdAutomation.Domain.Targets;
using CdAutomation.GoogleCloud.Calls;
using CdAutomation.GoogleCloud.Identity;
using Google.Cloud.Run.V2;
using Google.LongRunning;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Polly;

namespace CdAutomation.GoogleCloud.CloudRun;

/// <summary>Cloud Run's Admin API in one region: one connection, one breaker.</summary>
internal sealed partial class RunRegion : IDisposable
{
    private readonly GoogleChannel _channel;
    private readonly CallPolicies _policies;
    private readonly ResiliencePipeline _waits;
    private readonly TimeSpan _slice;
    private readonly Services.ServicesClient _services;
    private readonly Revisions.RevisionsClient _revisions;
    private readonly WorkerPools.WorkerPoolsClient _pools;
    private readonly Jobs.JobsClient _jobs;
    private readonly Executions.ExecutionsClient _executions;
    private readonly Operations.OperationsClient _operations;

    public RunRegion(string region, CloudRunOptions options, IAccessTokens tokens, TimeProvider clock)
    {
        // The name becomes part of a host that is sent a token: whatever is no region must not get that far.
        if (!IsName(region))
            throw new ArgumentException("This is no region.", nameof(region));

        var endpoint = options.Endpoint ?? new Uri($"https://{region}-run.googleapis.com");
        _channel = new GoogleChannel(endpoint, tokens, $"location={region}", options.Invoker);
        _policies = new CallPolicies(options.Limits, clock);
        _slice = options.WaitSlice;
        _waits = new ResiliencePipelineBuilder { TimeProvider = clock }.AddTimeout(options.WaitSlice + options.Limits.Read).Build();
        _services = new Services.ServicesClient(_channel.Invoker);
        _revisions = new Revisions.RevisionsClient(_channel.Invoker);
        _pools = new WorkerPools.WorkerPoolsClient(_channel.Invoker);
        _jobs = new Jobs.JobsClient(_channel.Invoker);
        _executions = new Executions.ExecutionsClient(_channel.Invoker);
        _operations = new Operations.OperationsClient(_channel.Invoker);
    }

    public static bool IsName(string region) => RegionPattern().IsMatch(region);

    /// <summary>A service, a worker pool or a job, as it is now.</summary>
    public Task<Reply<RunResource>> GetAsync(Target target, CancellationToken cancellation) => target.Kind switch
    {
        TargetKind.Service => ReadAsync(
            (headers, stop) => _services.GetServiceAsync(new GetServiceRequest { Name = target.ResourceName }, headers, cancellationToken: stop),
            RunResource (service) => new ServiceResource(service),
            cancellation),
        TargetKind.WorkerPool => ReadAsync(
            (headers, stop) => _pools.GetWorkerPoolAsync(new GetWorkerPoolRequest { Name = target.ResourceName }, headers, cancellationToken: stop),
            RunResource (pool) => new WorkerPoolResource(pool),
            cancellation),
        TargetKind.Job => ReadAsync(
            (headers, stop) => _jobs.GetJobAsync(new GetJobRequest { Name = target.ResourceName }, headers, cancellationToken: stop),
            RunResource (job) => new JobResource(job),
            cancellation),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    public Task<Reply<Revision>> GetRevisionAsync(string name, CancellationToken cancellation) => ReadAsync(
        (headers, stop) => _revisions.GetRevisionAsync(new GetRevisionRequest { Name = name }, headers, cancellationToken: stop),
        revision => revision,
        cancellation);

    public Task<Reply<Execution>> GetExecutionAsync(string name, CancellationToken cancellation) => ReadAsync(
        (headers, stop) => _executions.GetExecutionAsync(new GetExecutionRequest { Name = name }, headers, cancellationToken: stop),
        execution => execution,
        cancellation);

    /// <summary>Sends the whole service, once, without an update mask: what is not in it is taken away.</summary>
    public Task<Reply<Operation>> ReplaceServiceAsync(Service service, CancellationToken cancellation) => WriteAsync(
        (headers, stop) => _services.UpdateServiceAsync(new UpdateServiceRequest { Service = service }, headers, cancellationToken: stop),
        cancellation);

    /// <summary>Sends the whole worker pool, once, without an update mask.</summary>
    public Task<Reply<Operation>> ReplaceWorkerPoolAsync(WorkerPool pool, CancellationToken cancellation) => WriteAsync(
        (headers, stop) => _pools.UpdateWorkerPoolAsync(new UpdateWorkerPoolRequest { WorkerPool = pool }, headers, cancellationToken: stop),
        cancellation);

    /// <summary>Sends the whole job, once; jobs know no update mask.</summary>
    public Task<Reply<Operation>> ReplaceJobAsync(Job job, CancellationToken cancellation) => WriteAsync(
        (headers, stop) => _jobs.UpdateJobAsync(new UpdateJobRequest { Job = job }, headers, cancellationToken: stop), cancellation);

    /// <summary>
    /// Answers when the operation has ended, after <see cref="CloudRunOptions.WaitSlice"/>, or at once where a server will not wait.
    /// </summary>
    public Task<Reply<Operation>> WaitAsync(string operation, CancellationToken cancellation)
    {
        var request = new WaitOperationRequest { Name = operation, Timeout = Duration.FromTimeSpan(_slice) };
        return CallError.CatchAsync(
            _waits,
            token => _channel.CallAsync(
                (headers, stop) => _operations.WaitOperationAsync(request, headers, cancellationToken: stop), token),
            cancellation);
    }

    public void Dispose() => _channel.Dispose();

    private Task<Reply<TTo>> ReadAsync<T, TTo>(
        Func<Metadata, CancellationToken, AsyncUnaryCall<T>> begin, Func<T, TTo> shape, CancellationToken cancellation)
        where TTo : class => CallError.CatchAsync(
        _policies.Repeatable, async token => shape(await _channel.CallAsync(begin, token)), cancellation);

    private Task<Reply<Operation>> WriteAsync(
        Func<Metadata, CancellationToken, AsyncUnaryCall<Operation>> begin, CancellationToken cancellation) =>
        CallError.CatchAsync(_policies.Once, token => _channel.CallAsync(begin, token), cancellation);

    [GeneratedRegex(@"^[a-z]+(?:-[a-z0-9]+)*\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex RegionPattern();
}
