using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace CdAutomation.GoogleCloud.Identity;

/// <summary>
/// Tokens of a service account whose key is in a file, for machines outside Google Cloud: a JWT signed with the key is exchanged for an
/// access token (RFC 7523 section 2.1).
/// </summary>
public sealed class ServiceAccountTokens : IAccessTokens, IDisposable
{
    private const string Scope = "https://www.googleapis.com/auth/cloud-platform";
    private const string Grant = "urn:ietf:params:oauth:grant-type:jwt-bearer";
    private readonly RSA _key;
    private readonly string _email;
    private readonly string? _keyId;
    private readonly Uri _exchange;
    private readonly TimeProvider _clock;
    private readonly TokenServer _server;
    private readonly AccessTokenCache _cache;

    private ServiceAccountTokens(RSA key, string email, string? keyId, Uri exchange, TimeProvider clock)
    {
        (_key, _email, _keyId, _exchange, _clock) = (key, email, keyId, exchange, clock);
        _server = new TokenServer(clock);
        _cache = new AccessTokenCache(FetchAsync, clock);
    }

    /// <summary>Reads a key file as Google makes them (<c>"type": "service_account"</c>).</summary>
    /// <param name="json">The file's text.</param>
    /// <param name="clock">Dates the requests and tells when a token ends.</param>
    /// <exception cref="FormatException">It is none; the message does not quote it.</exception>
    public static ServiceAccountTokens Read(string json, TimeProvider clock)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            if (Field(root, "type") is not "service_account")
                throw new FormatException("The credentials file is no service account key: its 'type' must be 'service_account'.");
            if (!Uri.TryCreate(Field(root, "token_uri"), UriKind.Absolute, out var exchange)
                || !(exchange.Scheme == Uri.UriSchemeHttps || exchange.IsLoopback))
                throw new FormatException("The credentials file has no 'token_uri' that is https.");

            var email = Field(root, "client_email") ?? throw new FormatException("The credentials file has no 'client_email'.");
            return new ServiceAccountTokens(KeyOf(root), email, Field(root, "private_key_id"), exchange, clock);
        }
        catch (JsonException)
        {
            throw new FormatException("The credentials file is not JSON.");
        }
    }

    /// <inheritdoc/>
    public Task<string> GetAsync(CancellationToken cancellation) => _cache.GetAsync(cancellation);

    /// <summary>Forgets the key and closes the connection.</summary>
    public void Dispose()
    {
        _server.Dispose();
        _key.Dispose();
    }

    private static RSA KeyOf(JsonElement root)
    {
        var key = RSA.Create();
        try
        {
            key.ImportFromPem(Field(root, "private_key"));
            return key;
        }
        catch (ArgumentException)
        {
            key.Dispose();
            throw new FormatException("The credentials file has no 'private_key' in PEM form.");
        }
        catch (CryptographicException)
        {
            key.Dispose();
            throw new FormatException("The 'private_key' of the credentials file is no RSA key.");
        }
    }

    private static string? Field(JsonElement root, string name) =>
        root.ValueKind is JsonValueKind.Object && root.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String
            ? value.GetString()
            : null;

    private Task<AccessTokenCache.Token> FetchAsync(CancellationToken cancellation) => _server.AskAsync(
        _exchange.Authority,
        () => new HttpRequestMessage(HttpMethod.Post, _exchange)
        {
            Content = new FormUrlEncodedContent([new("grant_type", Grant), new("assertion", Assertion())]),
        },
        static _ => true,
        GivenToken.Read,
        cancellation);

    private string Assertion()
    {
        var now = _clock.GetUtcNow().ToUnixTimeSeconds();
        var head = Encoded(json =>
        {
            json.WriteString("alg", "RS256");
            json.WriteString("typ", "JWT");
            if (_keyId is not null)
                json.WriteString("kid", _keyId);
        });
        var claims = Encoded(json =>
        {
            json.WriteString("iss", _email);
            json.WriteString("scope", Scope);
            json.WriteString("aud", _exchange.OriginalString);
            json.WriteNumber("iat", now);
            json.WriteNumber("exp", now + 3600);
        });
        var signed = $"{head}.{claims}";
        var signature = _key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return $"{signed}.{Base64Url.EncodeToString(signature)}";
    }

    private static string Encoded(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return Base64Url.EncodeToString(buffer.WrittenSpan);
    }
}
