using System.Collections.Concurrent;
using System.Text;
using Microsoft.IdentityModel.JsonWebTokens;

namespace CdAutomation.GoogleCloud.Identity;

/// <summary>
/// Identity tokens of the service account that Cloud Run runs this process as, from the metadata server
/// (Google Cloud, "Authenticating service-to-service", <c>identity?audience=</c>).
/// </summary>
public sealed class MetadataIdentityTokens : IIdentityTokens, IDisposable
{
    private const string Flavor = "Metadata-Flavor";
    private const int AudiencesMax = 100;
    private readonly TokenServer _server;
    private readonly TimeProvider _clock;
    private readonly Uri _address;
    private readonly ConcurrentDictionary<string, AccessTokenCache> _caches = new(StringComparer.Ordinal);

    /// <summary>Tokens of the default service account.</summary>
    /// <param name="host">Host and port of the metadata server (GCE_METADATA_HOST), or null for the usual one.</param>
    /// <param name="clock">Tells when a token ends.</param>
    /// <exception cref="ArgumentException">That is no host.</exception>
    public MetadataIdentityTokens(string? host, TimeProvider clock)
    {
        var name = string.IsNullOrEmpty(host) ? "metadata.google.internal" : host;
        if (!Uri.TryCreate($"http://{name}/computeMetadata/v1/instance/service-accounts/default/identity", UriKind.Absolute, out var address))
            throw new ArgumentException("GCE_METADATA_HOST must be a host, with a port if need be.", nameof(host));
        (_address, _clock, _server) = (address, clock, new TokenServer(clock));
    }

    /// <inheritdoc/>
    public Task<string> GetAsync(string audience, CancellationToken cancellation)
    {
        if (_caches.Count >= AudiencesMax)
            _caches.Clear();
        return _caches.GetOrAdd(audience, key => new AccessTokenCache(stop => FetchAsync(key, stop), _clock)).GetAsync(cancellation);
    }

    /// <summary>Closes the connection.</summary>
    public void Dispose() => _server.Dispose();

    private Task<AccessTokenCache.Token> FetchAsync(string audience, CancellationToken cancellation) => _server.AskAsync(
        $"the metadata server {_address.Authority}",
        () => new HttpRequestMessage(HttpMethod.Get, new UriBuilder(_address) { Query = $"audience={Uri.EscapeDataString(audience)}" }.Uri)
        {
            Headers = { { Flavor, "Google" } },
        },
        response => response.Headers.TryGetValues(Flavor, out var values) && values.Contains("Google"),
        Read,
        cancellation);

    /// <summary>The answer is the token itself; when it ends stands inside it.</summary>
    private (string? Token, int Seconds) Read(byte[] body)
    {
        var text = Encoding.UTF8.GetString(body).Trim();
        if (text.Length == 0 || text.AsSpan().ContainsAnyExceptInRange('!', '~') || !new JsonWebTokenHandler().CanReadToken(text))
            return (null, 0);

        try
        {
            var life = new JsonWebToken(text).ValidTo - _clock.GetUtcNow().UtcDateTime;
            return (text, (int)Math.Clamp(life.TotalSeconds, 0, 3600));
        }
        catch (ArgumentException)
        {
            // Three parts with dots between them, and not JSON in base64.
            return (null, 0);
        }
    }
}
