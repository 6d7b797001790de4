using System.Text;
using Microsoft.IdentityModel.Tokens;

namespace CdAutomation.GoogleCloud.Identity;

/// <summary>The issuer's public keys, fetched when they are needed, kept, and fetched again for a key that is not known yet.</summary>
internal sealed class SigningKeys : IDisposable
{
    private const int BodyMax = 256 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private readonly GoogleIdentityOptions _options;
    private readonly TimeProvider _clock;
    private readonly HttpClient _http;
    private readonly SemaphoreSlim _one = new(1);
    private volatile Kept? _kept;
    private DateTimeOffset _triedAt = DateTimeOffset.MinValue;

    public SigningKeys(GoogleIdentityOptions options, TimeProvider clock)
    {
        (_options, _clock) = (options, clock);
        _http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectTimeout = TimeSpan.FromSeconds(2),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        })
        { Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = BodyMax };
    }

    /// <summary>The RSA key of the id; <c>Known</c> is false while none was ever fetched, so that nothing can be said of any.</summary>
    public async Task<(JsonWebKey? Key, bool Known)> FindAsync(string id, CancellationToken cancellation)
    {
        if (Find(id) is { } key && IsFresh())
            return (key, true);

        // A caller can put any key id into a token; the pause below keeps that from becoming traffic to the issuer.
        await _one.WaitAsync(cancellation);
        try
        {
            var now = _clock.GetUtcNow();
            if (now - _triedAt >= _options.KeysPause && (Find(id) is null || !IsFresh()))
            {
                _triedAt = now;
                await FetchAsync(now, cancellation);
            }
        }
        finally
        {
            _one.Release();
        }

        return (Find(id), _kept is not null);
    }

    public void Dispose()
    {
        _http.Dispose();
        _one.Dispose();
    }

    private JsonWebKey? Find(string id) =>
        _kept?.Keys.Keys.FirstOrDefault(key => key.Kid == id && key.Kty == JsonWebAlgorithmsKeyTypes.RSA);

    private bool IsFresh() => _kept is { } kept && _clock.GetUtcNow() - kept.At < _options.KeysLife;

    private async Task FetchAsync(DateTimeOffset now, CancellationToken cancellation)
    {
        using var patience = new CancellationTokenSource(Patience, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, patience.Token);
        try
        {
            var body = await _http.GetByteArrayAsync(_options.Keys, either.Token);
            var keys = new JsonWebKeySet(Encoding.UTF8.GetString(body));
            // The reader takes much for an empty set. An issuer without a key is no answer either.
            if (keys.Keys.Count > 0)
                _kept = new Kept(keys, now);
        }
        catch (HttpRequestException)
        {
            // Older keys, if there are any, stay good: the issuer overlaps them generously.
        }
        catch (ArgumentException)
        {
            // Not a key set (JsonWebKeySet's own refusal of its text); the same.
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            // Too slow; the same.
        }
    }

    private sealed record Kept(JsonWebKeySet Keys, DateTimeOffset At);
}
