using System.Text.RegularExpressions;
using CdAutomation.GoogleCloud.Calls;
using CdAutomation.GoogleCloud.Identity;
using Google.Cloud.Run.V2;
using Google.LongRunning;
using Google.Protobuf.WellKnownTypes;
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
        _operations = new Operations.OperationsClient(_channel.Invoker);
    }

    public static bool IsName(string region) => RegionPattern().IsMatch(region);

    public Task<Reply<Service>> GetServiceAsync(string name, CancellationToken cancellation) => CallError.CatchAsync(
        _policies.Repeatable,
        token => _channel.CallAsync(
            (headers, stop) => _services.GetServiceAsync(new GetServiceRequest { Name = name }, headers, cancellationToken: stop), token),
        cancellation);

    public Task<Reply<Revision>> GetRevisionAsync(string name, CancellationToken cancellation) => CallError.CatchAsync(
        _policies.Repeatable,
        token => _channel.CallAsync(
            (headers, stop) => _revisions.GetRevisionAsync(new GetRevisionRequest { Name = name }, headers, cancellationToken: stop),
            token),
        cancellation);

    /// <summary>Sends the whole service, once, without an update mask: what is not in it is taken away.</summary>
    public Task<Reply<Operation>> ReplaceServiceAsync(Service service, CancellationToken cancellation)
    {
        var request = new UpdateServiceRequest { Service = service };
        return CallError.CatchAsync(
            _policies.Once,
            token => _channel.CallAsync(
                (headers, stop) => _services.UpdateServiceAsync(request, headers, cancellationToken: stop), token),
            cancellation);
    }

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

    [GeneratedRegex(@"^[a-z]+(?:-[a-z0-9]+)*\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex RegionPattern();
}
