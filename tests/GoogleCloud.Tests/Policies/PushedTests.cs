using CdAutomation.Delivery.Policies;
using CdAutomation.Domain.Images;
using CdAutomation.GoogleCloud.Policies;
using CdAutomation.GoogleCloud.Tests.Registry;

namespace CdAutomation.GoogleCloud.Tests.Policies;

/// <summary>What a registry is shown, and asked, when policies are pushed to it.</summary>
public sealed class PushedTests
{
    private static readonly PolicyArtifact Policies = new(new("c", DateTimeOffset.UnixEpoch, "s"), false, "{}");

    [Test]
    public async Task A_push_asks_for_a_token_that_may_push_and_a_fetch_for_one_that_may_not()
    {
        ScriptedRegistry registry = null!;
        await using var server = registry = await ScriptedRegistry.StartAsync(context =>
        {
            if (context.Request.Path == "/token")
                return ScriptedRegistry.AnswerAsync(context, 200, """{"token":"given"}""");
            return context.Request.Headers.Authorization.Count == 0
                ? ScriptedRegistry.AnswerAsync(context, 401, "", ("WWW-Authenticate", $"Bearer realm=\"{new Uri(registry.Address, "/token")}\""))
                : ScriptedRegistry.AnswerAsync(context, 405, "");
        });
        using var artifacts = Artifacts(registry);
        await artifacts.FetchAsync(ScriptedRegistry.Web, Digest.Parse($"sha256:{new string('a', 64)}"), default);
        var published = await artifacts.PublishAsync(ScriptedRegistry.Web, Policies, default);

        Assert.That(published.Problem, Is.Not.Null);
        Assert.That(registry.Asked.Where(it => it.Path.StartsWith("/token", StringComparison.Ordinal)).Select(it => Uri.UnescapeDataString(it.Path)), Is.EqualTo(new[]
        {
            "/token?scope=repository:acme/app/web:pull",
            "/token?scope=repository:acme/app/web:pull,push",
        }));
    }

    [Test]
    public async Task An_upload_that_is_to_go_to_another_server_is_not_made()
    {
        await using var registry = await ScriptedRegistry.StartAsync(context => context.Request.Method == "POST"
            ? ScriptedRegistry.AnswerAsync(context, 202, "", ("Location", "http://192.0.2.1/upload"))
            : ScriptedRegistry.AnswerAsync(context, 404, ""));
        using var artifacts = Artifacts(registry);
        var published = await artifacts.PublishAsync(ScriptedRegistry.Web, Policies, default);

        Assert.That(published.Problem!.Code, Is.EqualTo("registry.odd"));
        Assert.That(registry.Asked.Select(it => it.Method), Is.EqualTo(new[] { "HEAD", "POST" }));
    }

    private static PolicyArtifacts Artifacts(ScriptedRegistry registry) =>
        new(new() { Endpoint = _ => registry.Address, FirstPause = TimeSpan.FromMilliseconds(1) }, registry.GoogleTokens, TimeProvider.System);
}
