using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace CdAutomation.LocalCloud.PubSub;

/// <summary>Signs the OpenID Connect tokens of push requests (pubsub.proto, PushConfig.OidcToken) with a key made at the start and
/// never written down.</summary>
internal sealed class PushTokens : IDisposable
{
    private const string Issuer = "https://accounts.google.com";
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    private readonly RSA _key = RSA.Create(2048);
    private readonly Lock _gate = new();
    private readonly TimeProvider _clock;
    private readonly string _keyId;

    public PushTokens(TimeProvider clock)
    {
        _clock = clock;
        _keyId = Convert.ToHexStringLower(SHA256.HashData(_key.ExportSubjectPublicKeyInfo()))[..40];
    }

    /// <summary>A compact RS256 JWT, valid for an hour, for one audience and one service account.</summary>
    public string Issue(string serviceAccount, string audience)
    {
        var now = _clock.GetUtcNow();
        var unsigned = Encode(json =>
        {
            json.WriteString("alg", "RS256");
            json.WriteString("kid", _keyId);
            json.WriteString("typ", "JWT");
        }) + "." + Encode(json => Claims(json, serviceAccount, audience, now));

        byte[] signature;
        // An RSA object is not safe for several threads.
        lock (_gate)
            signature = _key.SignData(Encoding.ASCII.GetBytes(unsigned), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return unsigned + "." + Base64Url.EncodeToString(signature);
    }

    /// <summary>The public key as a JSON Web Key Set (RFC 7517).</summary>
    public byte[] KeySet()
    {
        RSAParameters key;
        lock (_gate)
            key = _key.ExportParameters(includePrivateParameters: false);
        return Json(json =>
        {
            json.WriteStartArray("keys");
            json.WriteStartObject();
            json.WriteString("kty", "RSA");
            json.WriteString("use", "sig");
            json.WriteString("alg", "RS256");
            json.WriteString("kid", _keyId);
            json.WriteString("n", Base64Url.EncodeToString(key.Modulus));
            json.WriteString("e", Base64Url.EncodeToString(key.Exponent));
            json.WriteEndObject();
            json.WriteEndArray();
        });
    }

    public void Dispose() => _key.Dispose();

    private static void Claims(Utf8JsonWriter json, string serviceAccount, string audience, DateTimeOffset now)
    {
        // Google's number of the account, 21 digits; here drawn from its address so that it stays the same.
        var number = new BigInteger(SHA256.HashData(Encoding.UTF8.GetBytes(serviceAccount)), isUnsigned: true) % BigInteger.Pow(10, 20);
        var subject = "1" + number.ToString("D20", CultureInfo.InvariantCulture);
        json.WriteString("aud", audience);
        json.WriteString("azp", subject);
        json.WriteString("email", serviceAccount);
        json.WriteBoolean("email_verified", true);
        json.WriteNumber("exp", (now + Lifetime).ToUnixTimeSeconds());
        json.WriteNumber("iat", now.ToUnixTimeSeconds());
        json.WriteString("iss", Issuer);
        json.WriteString("sub", subject);
    }

    private static string Encode(Action<Utf8JsonWriter> members) => Base64Url.EncodeToString(Json(members));

    private static byte[] Json(Action<Utf8JsonWriter> members)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}
