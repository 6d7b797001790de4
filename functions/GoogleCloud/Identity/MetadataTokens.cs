namespace CdAutomation.GoogleCloud.Identity;

/// <summary>
/// Tokens of the service account that Cloud Run runs this process as, from the metadata server
/// (Google Cloud, "View and query VM metadata": header <c>Metadata-Flavor: Google</c> both ways).
/// </summary>
public sealed class MetadataTokens : IAccessTokens, IDisposable
{
    private const string Flavor = "Metadata-Flavor";
    private const string UsualHost = "metadata.google.internal";
    private readonly TokenServer _server;
    private readonly AccessTokenCache _cache;
    private readonly Uri _address;

    /// <summary>Tokens of the default service account.</summary>
    /// <param name="host">Host and port of the metadata server (GCE_METADATA_HOST), or null for the usual one.</param>
    /// <param name="clock">Tells when a token ends.</param>
    /// <exception cref="ArgumentException">That is no host.</exception>
    public MetadataTokens(string? host, TimeProvider clock)
    {
        var name = string.IsNullOrEmpty(host) ? UsualHost : host;
        if (!Uri.TryCreate($"http://{name}/computeMetadata/v1/instance/service-accounts/default/token", UriKind.Absolute, out var address))
            throw new ArgumentException("GCE_METADATA_HOST must be a host, with a port if need be.", nameof(host));
        _address = address;
        _server = new TokenServer(clock);
        _cache = new AccessTokenCache(FetchAsync, clock);
    }

    /// <inheritdoc/>
    public Task<string> GetAsync(CancellationToken cancellation) => _cache.GetAsync(cancellation);

    /// <summary>Closes the connection.</summary>
    public void Dispose() => _server.Dispose();

    private Task<AccessTokenCache.Token> FetchAsync(CancellationToken cancellation) => _server.AskAsync(
        $"the metadata server {_address.Authority}",
        () => new HttpRequestMessage(HttpMethod.Get, _address) { Headers = { { Flavor, "Google" } } },
        response => response.Headers.TryGetValues(Flavor, out var values) && values.Contains("Google"),
        GivenToken.Read,
        cancellation);
}
