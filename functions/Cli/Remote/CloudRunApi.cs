using System.Text.RegularExpressions;
using CdAutomation.Cli.Commands;
using CdAutomation.GoogleCloud.Identity;
using Google.Cloud.Run.V2;
using Grpc.Core;
using Grpc.Net.Client;

namespace CdAutomation.Cli.Remote;

/// <summary>Cloud Run's Admin API in one region, asked as whoever calls cdctl.</summary>
internal sealed partial class CloudRunApi : IDisposable
{
    /// <summary>The Admin API in another place, e.g. the local one; the functions read it too.</summary>
    public const string EndpointVariable = "CDAUTOMATION_RUN_ENDPOINT";

    private readonly GrpcChannel _channel;
    private readonly IAccessTokens? _tokens;
    private readonly string _region;

    /// <param name="region">A region such as asia-northeast1.</param>
    /// <param name="endpoint">Where it is; null for Google's own. Over plain http no token is sent.</param>
    /// <param name="tokens">Whose word it is.</param>
    /// <exception cref="ConnectionException">That is no region.</exception>
    public CloudRunApi(string region, Uri? endpoint, IAccessTokens tokens)
    {
        // It becomes part of a host that is sent a token.
        if (!IsRegion(region))
            throw new ConnectionException($"'{region}' is no region; asia-northeast1 is one");
        var place = endpoint ?? new Uri($"https://{region}-run.googleapis.com");
        (_region, _tokens) = (region, place.Scheme == Uri.UriSchemeHttps ? tokens : null);
        _channel = GrpcChannel.ForAddress(place);
        var invoker = _channel.CreateCallInvoker();
        (Services, Jobs, WorkerPools) = (new(invoker), new(invoker), new(invoker));
    }

    /// <summary>The API of a region as somebody asks it; null where nobody can ask as they do.</summary>
    public delegate CloudRunApi? As(string region);

    public Services.ServicesClient Services { get; }

    public Jobs.JobsClient Jobs { get; }

    public WorkerPools.WorkerPoolsClient WorkerPools { get; }

    public static bool IsRegion(string text) => RegionPattern().IsMatch(text);

    /// <summary>The endpoint of the environment, or null where it names none.</summary>
    /// <exception cref="ConnectionException">What it names is no address.</exception>
    public static Uri? EndpointOf(Func<string, string?> variable) => Endpoints.Read(variable, EndpointVariable);

    /// <summary>What a call carries.</summary>
    public async Task<CallOptions> OptionsAsync(CancellationToken cancellation)
    {
        // Regional methods are routed by this header (Google's AIP-4222).
        var headers = new Metadata { { "x-goog-request-params", $"location={_region}" } };
        if (_tokens is not null)
            headers.Add("authorization", $"Bearer {await _tokens.GetAsync(cancellation)}");
        return new CallOptions(headers, cancellationToken: cancellation);
    }

    public void Dispose() => _channel.Dispose();

    [GeneratedRegex(@"^[a-z]+-[a-z]+[0-9]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex RegionPattern();
}
