using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CdAutomation.GoogleCloud.Identity;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Time.Testing;
using Microsoft.IdentityModel.Tokens;

namespace CdAutomation.GoogleCloud.Tests.Identity;

public sealed class AccessTokenTests
{
    private const string Path = "/computeMetadata/v1/instance/service-accounts/default/token";

    [Test]
    public async Task A_token_is_kept_until_five_minutes_before_its_end()
    {
        var clock = new FakeTimeProvider();
        var count = 0;
        await using var server = await MetadataAsync(_ => (200, $$"""{"access_token":"t-{{++count}}","expires_in":3600}"""));
        using var tokens = new MetadataTokens(server.Address.Authority, clock);

        Assert.That(await tokens.GetAsync(CancellationToken.None), Is.EqualTo("t-1"));
        clock.Advance(TimeSpan.FromMinutes(54));
        Assert.That(await tokens.GetAsync(CancellationToken.None), Is.EqualTo("t-1"));
        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.That(await tokens.GetAsync(CancellationToken.None), Is.EqualTo("t-2"));
    }

    [Test]
    public async Task Many_who_ask_at_once_are_one_request_and_one_who_leaves_ends_it_for_nobody()
    {
        var gate = new TaskCompletionSource();
        var asked = 0;
        await using var server = await LocalServer.StartAsync(HttpProtocols.Http1, app => app.MapGet(Path, async context =>
        {
            Interlocked.Increment(ref asked);
            await gate.Task;
            context.Response.Headers["Metadata-Flavor"] = "Google";
            await context.Response.WriteAsync("""{"access_token":"t","expires_in":3600}""");
        }));
        using var tokens = new MetadataTokens(server.Address.Authority, TimeProvider.System);
        using var leaving = new CancellationTokenSource();

        var one = tokens.GetAsync(leaving.Token);
        var others = Enumerable.Range(0, 50).Select(_ => tokens.GetAsync(CancellationToken.None)).ToArray();
        await leaving.CancelAsync();
        Assert.That(async () => await one, Throws.InstanceOf<OperationCanceledException>());
        gate.SetResult();

        Assert.That(await Task.WhenAll(others), Is.All.EqualTo("t"));
        Assert.That(asked, Is.EqualTo(1));
    }

    [Test]
    public async Task A_fault_that_passes_is_tried_again_and_a_failure_is_not_kept()
    {
        var answers = new ConcurrentQueue<int>([500, 503, 200, 404, 200]);
        await using var server = await MetadataAsync(_ =>
            (answers.TryDequeue(out var status) ? status : 200, """{"access_token":"t","expires_in":299}"""));
        using var tokens = new MetadataTokens(server.Address.Authority, TimeProvider.System);

        Assert.That(await tokens.GetAsync(CancellationToken.None), Is.EqualTo("t"));
        Assert.That(
            async () => await tokens.GetAsync(CancellationToken.None),
            Throws.InstanceOf<AccessTokenUnavailableException>().With.Message.Contains("it answered 404"));
        Assert.That(await tokens.GetAsync(CancellationToken.None), Is.EqualTo("t"));
    }

    [TestCase("{}")]
    [TestCase("""{"access_token":"","expires_in":3600}""")]
    [TestCase("""{"access_token":"t"}""")]
    [TestCase("""{"access_token":"a b","expires_in":3600}""")]
    [TestCase("<html>")]
    public async Task An_answer_without_a_token_is_none(string body)
    {
        await using var server = await MetadataAsync(_ => (200, body));
        using var tokens = new MetadataTokens(server.Address.Authority, TimeProvider.System);

        Assert.That(async () => await tokens.GetAsync(CancellationToken.None), Throws.InstanceOf<AccessTokenUnavailableException>());
    }

    [Test]
    public async Task What_is_not_the_metadata_server_is_not_believed()
    {
        await using var server = await LocalServer.StartAsync(
            HttpProtocols.Http1, app => app.MapGet(Path, () => """{"access_token":"captive portal","expires_in":3600}"""));
        using var tokens = new MetadataTokens(server.Address.Authority, TimeProvider.System);

        Assert.That(
            async () => await tokens.GetAsync(CancellationToken.None),
            Throws.InstanceOf<AccessTokenUnavailableException>().With.Message.Contains("something else"));
    }

    [Test]
    public async Task A_service_account_key_is_exchanged_by_a_signed_assertion()
    {
        using var rsa = RSA.Create(2048);
        string[] parts = [];
        string? address = null;
        await using var server = await LocalServer.StartAsync(HttpProtocols.Http1, app => app.MapPost("/token", async context =>
        {
            var form = await context.Request.ReadFormAsync();
            Assert.That(form["grant_type"].ToString(), Is.EqualTo("urn:ietf:params:oauth:grant-type:jwt-bearer"));
            parts = form["assertion"].ToString().Split('.');
            await context.Response.WriteAsync("""{"access_token":"from-key","expires_in":3599}""");
        }));
        address = new Uri(server.Address, "/token").AbsoluteUri;
        var file = System.IO.Path.GetTempFileName();
        await File.WriteAllTextAsync(file, KeyFile(rsa.ExportPkcs8PrivateKeyPem(), address));

        var tokens = GoogleAccessTokens.FromEnvironment(
            name => name == "GOOGLE_APPLICATION_CREDENTIALS" ? file : null, TimeProvider.System);
        using var disposable = (IDisposable)tokens;
        File.Delete(file);

        Assert.That(await tokens.GetAsync(CancellationToken.None), Is.EqualTo("from-key"));
        Assert.That(rsa.VerifyData(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Base64UrlEncoder.DecodeBytes(parts[2]),
            HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1), Is.True);
        using var claims = JsonDocument.Parse(Base64UrlEncoder.Decode(parts[1]));
        Assert.That(claims.RootElement.GetProperty("iss").GetString(), Is.EqualTo("robot@acme.iam.gserviceaccount.com"));
        Assert.That(claims.RootElement.GetProperty("aud").GetString(), Is.EqualTo(address));
        Assert.That(claims.RootElement.GetProperty("scope").GetString(), Does.EndWith("cloud-platform"));
        Assert.That(claims.RootElement.GetProperty("exp").GetInt64() - claims.RootElement.GetProperty("iat").GetInt64(), Is.EqualTo(3600));
    }

    [Test]
    public void A_key_file_that_is_none_is_refused_without_quoting_it()
    {
        const string https = "https://oauth2.googleapis.com/token";
        foreach (var text in new[]
        {
            "", "secret", "[]", "{}", """{"type":"authorized_user","refresh_token":"secret"}""",
            KeyFile("secret", https), KeyFile("-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----", https),
            KeyFile("secret", "http://evil.example.com/token"),
        })
            Assert.That(() => ServiceAccountTokens.Read(text, TimeProvider.System), Throws.InstanceOf<FormatException>()
                .With.Message.Not.Contains("secret"), text);
    }

    [Test]
    public void Without_a_key_file_the_metadata_server_is_asked_wherever_it_is()
    {
        using var usual = (MetadataTokens)GoogleAccessTokens.FromEnvironment(_ => null, TimeProvider.System);
        Assert.That(() => new MetadataTokens("not a host", TimeProvider.System), Throws.ArgumentException);
    }

    private static string KeyFile(string key, string exchange) => JsonSerializer.Serialize(new
    {
        type = "service_account",
        project_id = "acme",
        private_key_id = "k1",
        private_key = key,
        client_email = "robot@acme.iam.gserviceaccount.com",
        token_uri = exchange,
    });

    private static Task<LocalServer> MetadataAsync(Func<HttpRequest, (int Status, string Body)> answer) =>
        LocalServer.StartAsync(HttpProtocols.Http1, app => app.MapGet(Path, context =>
        {
            var isAsked = context.Request.Headers["Metadata-Flavor"] == "Google";
            var (status, body) = isAsked ? answer(context.Request) : (403, "");
            context.Response.StatusCode = status;
            context.Response.Headers["Metadata-Flavor"] = "Google";
            return context.Response.WriteAsync(body);
        }));
}
