using System.Security.Cryptography;
using System.Text;
using CdAutomation.Delivery.Policies;
using CdAutomation.Domain.Images;
using CdAutomation.GoogleCloud.Policies;
using CdAutomation.GoogleCloud.Registry;
using CdAutomation.GoogleCloud.Tests.Registry;
using Microsoft.AspNetCore.Http;

namespace CdAutomation.GoogleCloud.Tests.Policies;

/// <summary>Whatever stands under a digest: it is policies as they were published, or it is named for what it is.</summary>
public sealed class HostileArtifactTests
{
    private const string Canonical = """{"kind":"PolicySet"}""";
    private static readonly string Layer = DigestOf(Canonical);

    private static string Manifest { get; } = Encoding.UTF8.GetString(new PolicyManifest(
        new("0123456789abcdef0123456789abcdef01234567", new DateTimeOffset(2026, 11, 23, 19, 0, 0, TimeSpan.FromHours(9)), "https://git.acme.example/policies"),
        Forced: false,
        Digest.Parse(Layer),
        Canonical.Length).Write());

    private static IEnumerable<TestCaseData> Tampered()
    {
        yield return Case("not a policy artifact", Manifest.Replace(PolicyManifest.ArtifactType, "application/vnd.acme.other"), "policy.artifactType");
        yield return Case("an image", Manifest.Replace($"\"artifactType\":\"{PolicyManifest.ArtifactType}\",", ""), "policy.artifactType");
        yield return Case("no layer", Manifest.Replace(LayerText, ""), "policy.layers");
        yield return Case("several layers", Manifest.Replace(LayerText, $"{LayerText},{LayerText}"), "policy.layers");
        yield return Case("layers that are none", Manifest.Replace($"[{LayerText}]", "{}"), "policy.layers");
        yield return Case("a layer that is a number", Manifest.Replace(LayerText, "7"), "policy.layerType");
        yield return Case("another type of layer", Manifest.Replace(PolicyManifest.LayerType, "application/json"), "policy.layerType");
        yield return Case("a huge layer", Manifest.Replace("\"size\":20}", "\"size\":9999999999}"), "policy.tooLarge");
        yield return Case("a layer of less than nothing", Manifest.Replace("\"size\":20}", "\"size\":-1}"), "policy.tooLarge");
        yield return Case("a size that is a text", Manifest.Replace("\"size\":20}", "\"size\":\"20\"}"), "policy.tooLarge");
        yield return Case("a digest that is none", Manifest.Replace(Layer, "sha256:../../secret"), "policy.layerDigest");
        yield return Case("more than there is", Manifest.Replace("\"size\":20}", "\"size\":21}"), "policy.layerDigest");
        yield return Case("less than there is", Manifest.Replace("\"size\":20}", "\"size\":19}"), "registry.tooLarge");
        yield return Case("a branch in place of a commit", Manifest.Replace("0123456789abcdef0123456789abcdef01234567", "main"), "policy.revision");
        yield return Case("a time that is none", Manifest.Replace("2026-11-23T10:00:00Z", "yesterday"), "policy.created");
        yield return Case("no source", Manifest.Replace("https://git.acme.example/policies", ""), "policy.sourceUnknown");
        yield return Case("a source of two lines", Manifest.Replace("https://git.acme.example/policies", "https://a\\nb"), "policy.sourceUnknown");
        yield return Case("half a surrogate pair", Manifest.Replace("https://git.acme.example/policies", "\\ud800"), "policy.manifest");
        yield return Case("a key twice", Manifest.Replace("\"schemaVersion\":2", "\"schemaVersion\":2,\"schemaVersion\":2"), "policy.manifest");
        yield return Case("no JSON", "tag", "policy.manifest");
        yield return Case("nesting without end", new string('[', 50_000), "policy.manifest");
        yield return Case("a huge manifest", Manifest + new string(' ', 70_000), "policy.manifest");
        yield return Case("a list", "[]", "policy.artifactType");
        yield return Case("no annotations", Manifest.Replace("\"annotations\"", "\"notes\""), "policy.revision");

        static TestCaseData Case(string name, string manifest, string code) =>
            new TestCaseData(manifest, code).SetArgDisplayNames(name);
    }

    private static string LayerText => $$"""{"mediaType":"{{PolicyManifest.LayerType}}","digest":"{{Layer}}","size":20}""";

    [Test]
    public async Task As_they_were_published_they_are_found_with_the_commits_time_in_utc()
    {
        await using var registry = await ServeAsync(Manifest, Canonical);
        var found = (PolicyFetch.Found)await FetchAsync(registry, Manifest);
        Assert.That(found.Artifact.Edition.CommittedAt, Is.EqualTo(new DateTimeOffset(2026, 11, 23, 10, 0, 0, TimeSpan.Zero)));
        Assert.That((found.Artifact.Canonical, found.Artifact.Forced), Is.EqualTo((Canonical, false)));
    }

    [TestCaseSource(nameof(Tampered))]
    public async Task What_is_no_policies_is_named_for_what_it_is(string manifest, string code)
    {
        Assert.That(manifest, Is.Not.EqualTo(Manifest));
        await using var registry = await ServeAsync(manifest, Canonical);
        var refused = (PolicyFetch.Refused)await FetchAsync(registry, manifest);
        Assert.That(refused.Reasons.Select(reason => reason.Code), Does.Contain(code));
        Assert.That(refused.Reasons.Select(reason => reason.Sentence.Length), Has.All.LessThan(400));
    }

    [Test]
    public async Task Other_bytes_than_the_digest_names_are_refused_be_it_the_manifest_or_the_layer()
    {
        await using var registry = await ServeAsync(Manifest, """{"kind":"PolicyEvil"}"""[..20]);
        Assert.That(Code(await FetchAsync(registry, Manifest)), Is.EqualTo("policy.layerDigest"));
        Assert.That(((PolicyFetch.Unknown)await FetchAsync(registry, Manifest + " ")).Reason.Code, Is.EqualTo("registry.digest"));
    }

    [Test]
    public async Task A_layer_that_has_more_bytes_than_it_says_is_not_read_to_its_end()
    {
        // Whoever reads on comes to no end, and is given up.
        await using var registry = await ServeAsync(Manifest, async context =>
        {
            var much = new byte[1024 * 1024];
            while (!context.RequestAborted.IsCancellationRequested)
                await context.Response.Body.WriteAsync(much);
        });
        Assert.That(Code(await FetchAsync(registry, Manifest).WaitAsync(TimeSpan.FromMinutes(2))), Is.EqualTo("registry.tooLarge"));
    }

    [Test]
    public async Task A_layer_that_is_no_text_is_refused()
    {
        byte[] bytes = [0xff, 0xfe, .. new byte[18]];
        var manifest = Manifest.Replace(Layer, $"sha256:{Convert.ToHexStringLower(SHA256.HashData(bytes))}");
        await using var registry = await ServeAsync(manifest, context => context.Response.Body.WriteAsync(bytes).AsTask());
        Assert.That(Code(await FetchAsync(registry, manifest)), Is.EqualTo("policy.encoding"));
    }

    [TestCase(403, "registry.denied")]
    [TestCase(429, "registry.throttled")]
    [TestCase(500, "registry.unreachable")]
    public async Task A_registry_that_does_not_answer_is_no_refusal(int status, string code)
    {
        await using var registry = await ScriptedRegistry.StartAsync(status, "no");
        Assert.That(((PolicyFetch.Unknown)await FetchAsync(registry, Manifest)).Reason.Code, Is.EqualTo(code));
    }

    [Test]
    public async Task What_was_deleted_is_missing()
    {
        await using var registry = await ScriptedRegistry.StartAsync(404, """{"errors":[{"code":"MANIFEST_UNKNOWN"}]}""");
        Assert.That(await FetchAsync(registry, Manifest), Is.EqualTo(new PolicyFetch.Missing()));
    }

    [Test]
    public async Task A_layer_that_is_kept_elsewhere_is_fetched_there_without_showing_who_we_are()
    {
        await using var elsewhere = await ScriptedRegistry.StartAsync(200, Canonical);
        await using var registry = await ServeAsync(Manifest, context =>
        {
            if (context.Request.Headers.Authorization.Count == 0)
                return ScriptedRegistry.AnswerAsync(context, 401, "", ("WWW-Authenticate", "Basic realm=\"test\""));
            return ScriptedRegistry.AnswerAsync(context, 307, "", ("Location", new Uri(elsewhere.Address, "/signed?by=us").ToString()));
        });
        Assert.That(await FetchAsync(registry, Manifest, ScriptedRegistry.WithPassword), Is.TypeOf<PolicyFetch.Found>());
        Assert.That(elsewhere.Asked, Is.EqualTo(new[] { ("GET", "/signed?by=us", (string?)null) }));
    }

    [TestCase("ftp://127.0.0.1/x")]
    [TestCase("http://192.0.2.1/x")]
    [TestCase("http://user:secret@127.0.0.1/x")]
    public async Task A_layer_that_is_kept_where_we_do_not_go_is_not_fetched(string location)
    {
        await using var registry = await ServeAsync(Manifest, context => ScriptedRegistry.AnswerAsync(context, 307, "", ("Location", location)));
        Assert.That(((PolicyFetch.Unknown)await FetchAsync(registry, Manifest)).Reason.Code, Is.EqualTo("registry.redirected"));
    }

    private static string DigestOf(string text) => $"sha256:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}";

    private static string Code(PolicyFetch fetch) => ((PolicyFetch.Refused)fetch).Reasons.Single().Code;

    private static Task<ScriptedRegistry> ServeAsync(string manifest, string layer) => ServeAsync(manifest, context => context.Response.WriteAsync(layer));

    private static Task<ScriptedRegistry> ServeAsync(string manifest, Func<HttpContext, Task> layer) => ScriptedRegistry.StartAsync(context =>
        context.Request.Path.Value!.Contains("/blobs/", StringComparison.Ordinal) ? layer(context) : context.Response.WriteAsync(manifest));

    private static PolicyArtifacts Artifacts(ScriptedRegistry registry, Func<RegistryOptions, RegistryOptions>? change = null)
    {
        var options = new RegistryOptions { Endpoint = _ => registry.Address, FirstPause = TimeSpan.FromMilliseconds(1) };
        return new(change?.Invoke(options) ?? options, registry.GoogleTokens, TimeProvider.System);
    }

    private static async Task<PolicyFetch> FetchAsync(
        ScriptedRegistry registry, string manifest, Func<RegistryOptions, RegistryOptions>? change = null)
    {
        using var artifacts = Artifacts(registry, change);
        return await artifacts.FetchAsync(ScriptedRegistry.Web, Digest.Parse(DigestOf(manifest)), default);
    }
}
