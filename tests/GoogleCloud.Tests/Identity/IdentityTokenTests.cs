using System.Buffers.Text;
using System.Text;
using CdAutomation.GoogleCloud.Identity;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Time.Testing;

namespace CdAutomation.GoogleCloud.Tests.Identity;

public sealed class IdentityTokenTests
{
    private const string Path = "/computeMetadata/v1/instance/service-accounts/default/identity";

    [Test]
    public async Task A_token_is_for_one_audience_and_kept_until_five_minutes_before_its_end()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 2, 1, 0, 0, 0, TimeSpan.Zero));
        List<string> asked = [];
        await using var server = await StartAsync(context =>
        {
            asked.Add($"{context.Request.Query["audience"]}|{context.Request.Headers["Metadata-Flavor"]}");
            return Token(clock.GetUtcNow().AddHours(1), asked.Count);
        });
        using var tokens = new MetadataIdentityTokens(server.Address.Authority, clock);

        var first = await tokens.GetAsync("https://a.example.com", CancellationToken.None);
        clock.Advance(TimeSpan.FromMinutes(54));
        Assert.That(await tokens.GetAsync("https://a.example.com", CancellationToken.None), Is.EqualTo(first));
        Assert.That(await tokens.GetAsync("https://b.example.com", CancellationToken.None), Is.Not.EqualTo(first));
        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.That(await tokens.GetAsync("https://a.example.com", CancellationToken.None), Is.Not.EqualTo(first));

        Assert.That(asked, Is.EqualTo(new[] { "https://a.example.com|Google", "https://b.example.com|Google", "https://a.example.com|Google" }));
    }

    [TestCase("")]
    [TestCase("a.b")]
    [TestCase("a.b.c")]
    [TestCase("<html></html>")]
    [TestCase("ey J.e30.x")]
    public async Task What_is_no_token_is_none_and_is_not_told(string body)
    {
        await using var server = await StartAsync(_ => body);
        using var tokens = new MetadataIdentityTokens(server.Address.Authority, TimeProvider.System);

        Assert.That(
            async () => await tokens.GetAsync("https://a.example.com", CancellationToken.None),
            Throws.InstanceOf<AccessTokenUnavailableException>().With.Message.Contains("without a token"));
    }

    [Test]
    public async Task A_token_that_has_ended_is_none()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 2, 1, 0, 0, 0, TimeSpan.Zero));
        await using var server = await StartAsync(_ => Token(clock.GetUtcNow().AddMinutes(-1), 1));
        using var tokens = new MetadataIdentityTokens(server.Address.Authority, clock);

        Assert.That(
            async () => await tokens.GetAsync("https://a.example.com", CancellationToken.None),
            Throws.InstanceOf<AccessTokenUnavailableException>());
    }

    private static string Token(DateTimeOffset until, int count)
    {
        var claims = $$"""{"aud":"x","jti":"{{count}}","exp":{{until.ToUnixTimeSeconds()}}}""";
        return $"{Encoded("""{"alg":"RS256","typ":"JWT"}""")}.{Encoded(claims)}.c2ln";
    }

    private static string Encoded(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));

    private static Task<LocalServer> StartAsync(Func<HttpContext, string> token) =>
        LocalServer.StartAsync(HttpProtocols.Http1, app => app.MapGet(Path, context =>
        {
            context.Response.Headers["Metadata-Flavor"] = "Google";
            return context.Response.WriteAsync(token(context));
        }));
}
