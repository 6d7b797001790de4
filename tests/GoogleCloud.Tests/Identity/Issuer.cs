using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.IdentityModel.Tokens;

namespace CdAutomation.GoogleCloud.Tests.Identity;

/// <summary>What Google is to a token: signs it, and publishes its keys over HTTP. Written without the library under test.</summary>
internal sealed class Issuer : IAsyncDisposable
{
    public const string Audience = "https://on-image-pushed.example.com";
    public static readonly DateTimeOffset Now = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);
    private RSA _rsa = RSA.Create(2048);
    private string _keyId = "key-1";
    private int _fetched;
    private LocalServer? _server;

    public Uri KeysAddress => new(_server!.Address, "/certs");

    public int Fetched => _fetched;

    /// <summary>What to answer in place of the keys.</summary>
    public (int Status, string Body)? Instead { get; set; }

    public byte[] PublicKey => Encoding.ASCII.GetBytes(_rsa.ExportSubjectPublicKeyInfoPem());

    public static async Task<Issuer> StartAsync()
    {
        var issuer = new Issuer();
        issuer._server = await LocalServer.StartAsync(HttpProtocols.Http1, app => app.Run(context =>
        {
            Interlocked.Increment(ref issuer._fetched);
            context.Response.StatusCode = issuer.Instead?.Status ?? 200;
            return context.Response.WriteAsync(issuer.Instead?.Body ?? issuer.Keys());
        }));
        return issuer;
    }

    public static long Seconds(int fromNow) => Now.ToUnixTimeSeconds() + fromNow;

    public void Rotate(string keyId)
    {
        _rsa.Dispose();
        (_rsa, _keyId) = (RSA.Create(2048), keyId);
    }

    public string Token(Action<Dictionary<string, object>>? change = null, string? key = null)
    {
        var claims = new Dictionary<string, object>
        {
            ["iss"] = "https://accounts.google.com",
            ["aud"] = Audience,
            ["sub"] = "1234567890",
            ["email"] = "push@acme.iam.gserviceaccount.com",
            ["email_verified"] = true,
            ["iat"] = Seconds(-60),
            ["exp"] = Seconds(3540),
        };
        change?.Invoke(claims);
        var head = JsonSerializer.Serialize(new { alg = "RS256", kid = key ?? _keyId, typ = "JWT" });
        var signed = $"{Base64UrlEncoder.Encode(head)}.{Base64UrlEncoder.Encode(JsonSerializer.Serialize(claims))}";
        var signature = _rsa.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return $"{signed}.{Base64UrlEncoder.Encode(signature)}";
    }

    public async ValueTask DisposeAsync()
    {
        await _server!.DisposeAsync();
        _rsa.Dispose();
    }

    private string Keys()
    {
        var key = _rsa.ExportParameters(false);
        var (n, e) = (Base64UrlEncoder.Encode(key.Modulus), Base64UrlEncoder.Encode(key.Exponent));
        return JsonSerializer.Serialize(new
        {
            keys = new[] { new { kty = "RSA", alg = "RS256", use = "sig", kid = _keyId, n, e } },
        });
    }
}
