using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using CdAutomation.GoogleCloud;
using CdAutomation.GoogleCloud.Identity;
using CdAutomation.Triggers.Tests.Stage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace CdAutomation.Triggers.Tests.Requests;

/// <summary>Nobody is answered before they are known, and being known is not being allowed.</summary>
public sealed class IdentityTests
{
    private const string Audience = "https://cd.example";

    private static readonly string[] Paths =
        ["/v1/status", "/v1/events", "/v1/pipelines/shop/why", "/v1/pipelines/shop/deploy", "/nowhere"];

    [TestCase(null, "identity.none")]
    [TestCase("Basic dGVzdGVyOng=", "identity.none")]
    [TestCase("Bearer ", "identity.none")]
    [TestCase("Bearer wrong", "identity.token")]
    [TestCase("Bearer the-token-of-the-test", "identity.token")]
    [TestCase("Bearer the-token-of-the-tests-", "identity.token")]
    public async Task Without_the_local_token_every_address_is_401(string? authorization, string code)
    {
        await using var house = await House.OpenAsync();
        foreach (var path in Paths)
        {
            using var answer = await AskAsync(house, path, authorization);
            await ApiProblemTests.IsProblemAsync(answer, 401, code);
            Assert.That(answer.Headers.WwwAuthenticate.ToString(), Is.EqualTo("Bearer"));
        }

        Assert.That(house.Log.Lines, Has.None.Contains("the-token"));
    }

    [Test]
    public async Task With_nothing_configured_every_address_is_403_and_says_what_to_configure()
    {
        await using var house = await House.OpenAsync(options => options with { LocalAccess = null });
        foreach (var path in Paths)
        {
            using var answer = await AskAsync(house, path, $"Bearer {House.Token}");
            await ApiProblemTests.IsProblemAsync(answer, 403, "identity.unconfigured");
            var problem = await answer.Content.ReadAsStringAsync();
            Assert.That(problem, Does.Contain("CDAUTOMATION_AUDIENCE").And.Contain("CDAUTOMATION_LOCAL_TOKEN"));
        }
    }

    [Test]
    public async Task Of_those_whom_Google_vouches_for_only_the_actors_are_let_in()
    {
        using var key = RSA.Create(2048);
        await using var issuer = await IssuerAsync(key);
        await using var house = await OpenToGoogleAsync(new Uri(issuer.Urls.Single()));

        using var known = await AskAsync(house, "/v1/status", $"Bearer {TokenOf("Ann@acme.example", key, Audience)}");
        Assert.That(known.StatusCode, Is.EqualTo(HttpStatusCode.OK), "the case of an email does not matter");
        using var stranger = await AskAsync(house, "/v1/status", $"Bearer {TokenOf("eve@elsewhere.example", key, Audience)}");
        await ApiProblemTests.IsProblemAsync(stranger, 403, "identity.notAnActor");
        using var other = await AskAsync(house, "/v1/status", $"Bearer {TokenOf("ann@acme.example", key, "https://other.example")}");
        await ApiProblemTests.IsProblemAsync(other, 401, "identity.audience");
        // What Cloud Run leaves of the token that its own gate has checked.
        var stripped = string.Join('.', TokenOf("ann@acme.example", key, Audience).Split('.')[..2].Append("SIGNATURE_REMOVED_BY_GOOGLE"));
        using var unsigned = await AskAsync(house, "/v1/status", $"Bearer {stripped}");
        await ApiProblemTests.IsProblemAsync(unsigned, 401, "identity.signature");
    }

    [Test]
    public async Task Whoever_cannot_be_checked_now_is_asked_to_come_again()
    {
        using var key = RSA.Create(2048);
        await using var house = await OpenToGoogleAsync(new Uri("http://127.0.0.1:1/"));
        using var answer = await AskAsync(house, "/v1/status", $"Bearer {TokenOf("ann@acme.example", key, Audience)}");
        await ApiProblemTests.IsProblemAsync(answer, 503, "identity.keys");
        Assert.That(answer.Headers.RetryAfter, Is.Not.Null);
    }

    private static Task<House> OpenToGoogleAsync(Uri keys) => House.OpenAsync(options => options with
    {
        LocalAccess = null,
        Actors = ["ann@acme.example"],
        GoogleCloud = new GoogleCloudOptions { Callers = new GoogleIdentityOptions { Audiences = [Audience], Keys = keys } },
    });

    private static Task<HttpResponseMessage> AskAsync(House house, string path, string? authorization)
    {
        var method = path.EndsWith("deploy", StringComparison.Ordinal) ? HttpMethod.Post : HttpMethod.Get;
        var request = new HttpRequestMessage(method, $"/functions/OnRequest{path}");
        house.Http.DefaultRequestHeaders.Authorization = authorization is null ? null : AuthenticationHeaderValue.Parse(authorization);
        return house.Http.SendAsync(request);
    }

    private static string TokenOf(string email, RSA key, string audience)
    {
        var content = new SecurityTokenDescriptor
        {
            Issuer = "https://accounts.google.com",
            Audience = audience,
            Claims = new Dictionary<string, object> { ["email"] = email, ["email_verified"] = true },
            Expires = TimeProvider.System.GetUtcNow().UtcDateTime.AddMinutes(10),
            SigningCredentials = new SigningCredentials(new RsaSecurityKey(key) { KeyId = "k1" }, SecurityAlgorithms.RsaSha256),
        };
        return new JsonWebTokenHandler().CreateToken(content);
    }

    /// <summary>Serves the public half of the key as Google does.</summary>
    private static async Task<WebApplication> IssuerAsync(RSA key)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var numbers = key.ExportParameters(includePrivateParameters: false);
        var (modulus, exponent) = (Base64UrlEncoder.Encode(numbers.Modulus), Base64UrlEncoder.Encode(numbers.Exponent));
        var keys = $$"""{"keys":[{"kty":"RSA","alg":"RS256","use":"sig","kid":"k1","n":"{{modulus}}","e":"{{exponent}}"}]}""";
        app.Run(context => context.Response.WriteAsync(keys));
        await app.StartAsync();
        return app;
    }
}
