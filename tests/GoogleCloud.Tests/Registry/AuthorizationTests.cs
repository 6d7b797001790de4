using System.Net;
using System.Net.Http.Headers;
using CdAutomation.Domain.Images;
using CdAutomation.GoogleCloud.Registry;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace CdAutomation.GoogleCloud.Tests.Registry;

public sealed class AuthorizationTests
{
    private static readonly Digest Told = Digest.Parse("sha256:" + new string('d', 64));
    private static readonly string Basic = $"Basic {Convert.ToBase64String("robot:hunter2"u8)}";

    [Test]
    public async Task A_token_is_fetched_with_the_password_for_reading_one_repository_and_kept()
    {
        await using var server = await TokenRegistryAsync();
        using var registry = server.Registry(ScriptedRegistry.WithPassword);

        for (var i = 0; i < 2; i++)
        {
            var lookup = await registry.ResolveAsync(ScriptedRegistry.Web, "v1", CancellationToken.None);
            Assert.That(lookup, Is.EqualTo(new TagLookup.Found(Told)));
        }

        Assert.That(server.Asked, Is.EqualTo(new[]
        {
            ("HEAD", "/v2/acme/app/web/manifests/v1", (string?)null),
            ("GET", "/token?service=my%20registry&scope=repository%3Aacme%2Fapp%2Fweb%3Apull", Basic),
            ("HEAD", "/v2/acme/app/web/manifests/v1", "Bearer t-1"),
            ("HEAD", "/v2/acme/app/web/manifests/v1", "Bearer t-1"),
        }));
    }

    [Test]
    public async Task A_token_of_one_repository_is_not_shown_for_another()
    {
        await using var server = await TokenRegistryAsync();
        using var registry = server.Registry(ScriptedRegistry.WithPassword);

        await registry.ResolveAsync(ScriptedRegistry.Web, "v1", CancellationToken.None);
        await registry.ResolveAsync(new Repository(ScriptedRegistry.Web.Host, "acme/app/admin"), "v1", CancellationToken.None);

        Assert.That(server.Asked.First(asked => asked.Path.Contains("admin", StringComparison.Ordinal)).Authorization, Is.Null);
    }

    [Test]
    public async Task A_token_that_has_ended_is_fetched_anew()
    {
        var clock = new FakeTimeProvider();
        await using var server = await TokenRegistryAsync();
        using var registry = server.Registry(ScriptedRegistry.WithPassword, clock);

        await registry.ResolveAsync(ScriptedRegistry.Web, "v1", CancellationToken.None);
        clock.Advance(TimeSpan.FromMinutes(5));
        await registry.ResolveAsync(ScriptedRegistry.Web, "v1", CancellationToken.None);

        Assert.That(server.Asked.Count(asked => asked.Path.StartsWith("/token", StringComparison.Ordinal)), Is.EqualTo(2));
    }

    [Test]
    public async Task A_kept_token_that_is_refused_is_replaced_once_and_no_more()
    {
        var refused = false;
        await using var server = await TokenRegistryAsync(() => refused);
        using var registry = server.Registry(ScriptedRegistry.WithPassword);
        await registry.ResolveAsync(ScriptedRegistry.Web, "v1", CancellationToken.None);
        server.Asked.Clear();
        refused = true;

        var lookup = (TagLookup.Unknown)await registry.ResolveAsync(ScriptedRegistry.Web, "v1", CancellationToken.None);

        Assert.That(lookup.Reason.Code, Is.EqualTo("registry.unauthorized"));
        Assert.That(server.Asked.Select(asked => asked.Method), Is.EqualTo(new[] { "HEAD", "GET", "HEAD" }));
    }

    [Test]
    public async Task Without_a_password_a_token_for_anybody_is_asked_for_and_Googles_is_not_shown_to_plain_http()
    {
        await using var server = await TokenRegistryAsync();

        Assert.That(await server.ResolveAsync("v1"), Is.EqualTo(new TagLookup.Found(Told)));
        Assert.That(server.Asked.Single(asked => asked.Method == "GET").Authorization, Is.Null);
        Assert.That(server.GoogleTokens.Asked, Is.Zero);
    }

    [TestCase("http://evil.example.com/token")]
    [TestCase("ftp://127.0.0.1/token")]
    [TestCase("https://user:pass@evil.example.com/token")]
    [TestCase("/token")]
    [TestCase("")]
    public async Task A_realm_that_is_not_safe_is_sent_nothing(string realm)
    {
        await using var server = await ScriptedRegistry.StartAsync(401, "", ("WWW-Authenticate", $"Bearer realm=\"{realm}\""));

        var lookup = (TagLookup.Unknown)await server.ResolveAsync("v1", ScriptedRegistry.WithPassword);

        Assert.That(lookup.Reason.Code, Is.EqualTo("registry.realm"));
        Assert.That(server.Asked, Has.Count.EqualTo(1));
    }

    [TestCase("Negotiate")]
    [TestCase("Basic realm=\"x\"")]
    [TestCase(null)]
    public async Task A_challenge_that_we_cannot_answer_is_unknown(string? challenge)
    {
        (string, string)[] headers = challenge is null ? [] : [("WWW-Authenticate", challenge)];
        await using var server = await ScriptedRegistry.StartAsync(401, "", headers);

        Assert.That(ResolveTests.CodeOf(await server.ResolveAsync("v1")), Is.EqualTo("registry.unauthorized"));
    }

    [TestCase(401, "", "registry.denied")]
    [TestCase(404, "", "registry.unreachable")]
    [TestCase(200, "", "registry.odd")]
    [TestCase(200, "[]", "registry.odd")]
    [TestCase(200, """{"token":7}""", "registry.odd")]
    [TestCase(200, """{"token":"a\r\nX-Evil: 1"}""", "registry.odd")]
    [TestCase(200, """{"token":"\ud800"}""", "registry.odd")]
    public async Task A_token_server_that_gives_none_makes_the_registry_unknown(int status, string body, string code)
    {
        await using var server = await ScriptedRegistry.StartAsync(context => context.Request.Path == "/token"
            ? ScriptedRegistry.AnswerAsync(context, status, body)
            : Challenge(context));

        var lookup = (TagLookup.Unknown)await server.ResolveAsync("v1", ScriptedRegistry.WithPassword);

        Assert.That(lookup.Reason.Code, Is.EqualTo(code));
        Assert.That(lookup.Reason.Sentence, Does.Not.Contain("hunter2").And.Not.Contain("Evil"));
    }

    [TestCase("asia-northeast1-docker.pkg.dev", "https://asia-northeast1-docker.pkg.dev/v2/token", true)]
    [TestCase("eu.gcr.io", "https://eu.gcr.io/v2/token", true)]
    [TestCase("asia-northeast1-docker.pkg.dev", "https://evil.example.com/token", false)]
    [TestCase("asia-northeast1-docker.pkg.dev", "https://us-docker.pkg.dev/v2/token", false)]
    [TestCase("registry.example.com", "https://registry.example.com/token", false)]
    [TestCase("evilpkg.dev", "https://evilpkg.dev/token", false)]
    public async Task Googles_token_goes_to_the_Google_registry_that_asked_and_nowhere_else(string host, string realm, bool shown)
    {
        var tokens = new Tokens();
        var authorization = new RegistryAuthorization(new RegistryOptions(), tokens, TimeProvider.System);
        AuthenticationHeaderValue? sent = null;

        var header = await authorization.AnswerAsync(
            new Uri($"https://{host}/v2/"),
            new Repository(host, "acme/app/web"),
            [new Challenge("Bearer", realm, null)],
            (_, basic, _) =>
            {
                sent = basic;
                return Task.FromResult(new RegistryAnswer(HttpStatusCode.OK, null, null, [], null, """{"token":"t"}"""u8.ToArray()));
            },
            CancellationToken.None);

        Assert.That(header.ToString(), Is.EqualTo("Bearer t"));
        var googles = Convert.ToBase64String("oauth2accesstoken:ya29.secret"u8);
        Assert.That(sent?.Parameter, Is.EqualTo(shown ? googles : null));
    }

    [Test]
    public void A_password_is_never_sent_without_TLS_to_another_machine()
    {
        var authorization = new RegistryAuthorization(
            ScriptedRegistry.WithPassword(new RegistryOptions()), new Tokens(), TimeProvider.System);

        Assert.That(
            async () => await authorization.AnswerAsync(
                new Uri("http://10.0.0.1/v2/"), ScriptedRegistry.Web, [new Challenge("Basic", null, null)], (_, _, _) => null!, default),
            Throws.InstanceOf<RegistryException>().With.Message.Contains("without TLS"));
        Assert.That(new RegistryCredential("robot", "hunter2").ToString(), Is.EqualTo("robot:***"));
    }

    private static Task<ScriptedRegistry> TokenRegistryAsync(Func<bool>? refuses = null) => ScriptedRegistry.StartAsync(context =>
        context.Request.Path == "/token"
            ? ScriptedRegistry.AnswerAsync(context, 200, """{"token":"t-1","expires_in":120}""")
            : refuses?.Invoke() is not true && context.Request.Headers.Authorization == "Bearer t-1"
                ? ScriptedRegistry.AnswerAsync(context, 200, "", ("Docker-Content-Digest", Told.Value))
                : Challenge(context));

    private static Task Challenge(HttpContext context) => ScriptedRegistry.AnswerAsync(context, 401, "",
        ("WWW-Authenticate", $"Bearer realm=\"http://{context.Request.Host}/token\",service=\"my registry\",scope=\"x:pull,push\""));
}
