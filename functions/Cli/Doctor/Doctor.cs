using System.Collections.Immutable;
using CdAutomation.Cli.Commands;
using CdAutomation.Cli.DeadLetters;
using CdAutomation.Cli.Remote;
using CdAutomation.GoogleCloud.Identity;
using Google.Cloud.Run.V2;
using Grpc.Core;

namespace CdAutomation.Cli.Doctor;

/// <summary>Puts together all that is looked at in a place.</summary>
internal sealed class Doctor : IDisposable
{
    /// <summary>How long one thing may take; what takes longer could not be looked at.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly DoctorPlace _place;
    private readonly Func<string, string?> _variable;
    private readonly IAccessTokens _own;
    private readonly HttpClient _http = new(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(5), AllowAutoRedirect = false });
    private readonly PubSubPlace _pubsub;
    private readonly PubSubPlace? _functionsPubSub;
    private readonly Uri? _run;
    private readonly Uri? _registry;

    /// <param name="place">What there must be, and where.</param>
    /// <param name="variable">Reads an environment variable.</param>
    /// <exception cref="ConnectionException">An endpoint that the environment names is no address.</exception>
    public Doctor(DoctorPlace place, Func<string, string?> variable)
    {
        (_place, _variable) = (place, variable);
        _own = OwnTokens.FromEnvironment(variable, TimeProvider.System);
        _run = CloudRunApi.EndpointOf(variable) ?? Local(place.Up?.Run);
        _registry = Endpoints.Read(variable, RegistryTags.EndpointVariable) ?? Local(place.Up?.Registry);
        var pubsub = Endpoints.Read(variable, PubSubPlace.EndpointVariable) ?? Local(place.Up?.Pubsub) ?? new Uri("https://pubsub.googleapis.com");
        _pubsub = new(pubsub, place.DeadLetters, _own);
        _functionsPubSub = FunctionsToken is { } tokens ? new(pubsub, place.DeadLetters, tokens) : null;
    }

    /// <summary>The functions' own word: nobody is told what another may do. On a laptop everybody is everybody.</summary>
    private IAccessTokens? FunctionsToken => _variable(PermissionChecks.TokenVariable) is { } token && !string.IsNullOrWhiteSpace(token)
        ? new OwnTokens.Given(token.Trim())
        : _place.Up is null ? null : _own;

    /// <param name="named">Whether it was said where the HTTP API is.</param>
    /// <param name="open">Opens it; it is given the address that it usually has, or null.</param>
    /// <param name="told">Told how many of how many have ended.</param>
    /// <param name="cancellation">Stops.</param>
    public async Task<DoctorReport> RunAsync(bool named, Func<string?, Connection> open, Action<int, int> told, CancellationToken cancellation)
    {
        using var api = new ApiAnswers(async late => open(named || _place.Up is not null ? null : await UsualAddressAsync(late)), cancellation);
        var functions = new FunctionChecks(api, _place, _http, TimeProvider.System);
        var registry = new RegistryTags(_http, _registry, _own);
        Examination[] all =
        [
            .. functions.All,
            new PolicyCheck(api, _place, TimeProvider.System).It,
            .. new TopicChecks(_pubsub, _place).All,
            .. new SubscriptionChecks(_pubsub, _place, AddressesAsync).All,
            new DeadLetterCheck(_pubsub, _place).It,
            new RegistryChecks(api, registry, _place, TimeProvider.System).It,
            new TargetChecks(api, region => new(region, _run, _own), AsFunctions, _place, _http).It,
            new PermissionChecks(_functionsPubSub, _place).It,
        ];
        var viewers = _place.Up is null ? $"gcloud projects add-iam-policy-binding {_place.Project} --member=user:$(gcloud config get account) --role=roles/viewer" : null;
        var found = await new Examinations(Patience, viewers).RunAsync(all, done => told(done, all.Length), cancellation);
        return DoctorReport.Of(_place.Name, found);
    }

    public void Dispose()
    {
        _pubsub.Dispose();
        _functionsPubSub?.Dispose();
        _http.Dispose();
    }

    private CloudRunApi? AsFunctions(string region) => FunctionsToken is { } tokens ? new(region, _run, tokens) : null;

    /// <summary>Where the HTTP API is on Google Cloud; of its addresses the one that its tokens are for, which names the project by number.</summary>
    private async Task<string> UsualAddressAsync(CancellationToken cancellation)
    {
        var addresses = await AddressesAsync("cd-on-request", cancellation);
        return addresses.FirstOrDefault(address => address.EndsWith($".{_place.Region}.run.app", StringComparison.Ordinal))
            ?? addresses.FirstOrDefault()
            ?? throw new ConnectionException($"the service cd-on-request is missing in {_place.Name}, which is the HTTP API");
    }

    /// <summary>The addresses of one of the functions' services; none where it is missing.</summary>
    private async Task<ImmutableArray<string>> AddressesAsync(string function, CancellationToken cancellation)
    {
        using var cloud = new CloudRunApi(_place.Region!, _run, _own);
        var name = $"projects/{_place.Project}/locations/{_place.Region}/services/{function}";
        try
        {
            var service = await cloud.Services.GetServiceAsync(new GetServiceRequest { Name = name }, await cloud.OptionsAsync(cancellation));
            return [.. service.Urls.Append(service.Uri).Where(address => address.Length > 0).Distinct()];
        }
        catch (RpcException missing) when (missing.StatusCode == StatusCode.NotFound)
        {
            return [];
        }
    }

    private static Uri? Local(string? address) => address is null ? null : new Uri($"http://{address}");
}
