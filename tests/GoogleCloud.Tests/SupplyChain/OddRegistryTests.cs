using System.Text;
using CdAutomation.Domain.Gates;
using CdAutomation.Domain.Images;
using CdAutomation.Domain.Releases;
using CdAutomation.GoogleCloud.Tests.Registry;
using Microsoft.AspNetCore.Http;

namespace CdAutomation.GoogleCloud.Tests.SupplyChain;

/// <summary>Registries that answer what no registry should.</summary>
public sealed class OddRegistryTests
{
    private const string None = """{"errors":[{"code":"MANIFEST_UNKNOWN"}]}""";
    private static readonly Digest Image = Digest.Parse("sha256:" + new string('a', 64));
    private static readonly ReleaseImage Web = new(ScriptedRegistry.Web, Image, "v1.0.0", DateTimeOffset.UnixEpoch);
    private readonly SigningKey _key = SigningKey.P256();

    [OneTimeTearDown]
    public void Forget() => _key.Dispose();

    [Test]
    public async Task A_payload_that_does_not_have_the_digest_its_manifest_gives_it_is_refused()
    {
        var payload = Signatures.Payload(Image);
        await using var server = await SignedAsync(Signatures.DigestOf("something else"u8.ToArray()), _key.Sign(payload),
            context => context.Response.Body.WriteAsync(payload).AsTask());

        Assert.That((await AskAsync(server)).Shown(), Does.StartWith("Reject signature.invalid: 1 signature").And.Contains("its payload was changed"));
    }

    [Test]
    public async Task Only_the_registrys_own_word_makes_a_signature_missing()
    {
        await using var server = await ScriptedRegistry.StartAsync(404, "<html>no such page</html>");

        Assert.That((await AskAsync(server)).Shown(), Does.StartWith("Unknown registry.odd"));
    }

    [TestCase(403, "registry.denied")]
    [TestCase(500, "registry.unreachable")]
    [TestCase(429, "registry.throttled")]
    [TestCase(307, "registry.redirected")]
    public async Task A_registry_that_does_not_answer_is_unknown(int status, string code)
    {
        await using var server = await ScriptedRegistry.StartAsync(status, "no");

        Assert.That((await AskAsync(server)).Shown(), Does.StartWith($"Unknown {code}: "));
        Assert.That((await AskAsync(server, new Gate.Platform("linux/amd64"))).Shown(), Does.StartWith($"Unknown {code}: "));
    }

    [TestCase("")]
    [TestCase("not json")]
    [TestCase("[]")]
    [TestCase("7")]
    [TestCase("{}")]
    [TestCase("""{"layers":7}""")]
    [TestCase("""{"layers":[],"manifests":[]}""")]
    [TestCase("""{"layers":[{"mediaType":"\ud800","digest":"\ud800"}]}""")]
    public async Task A_manifest_that_cannot_be_read_is_unknown(string manifest)
    {
        await using var server = await ScriptedRegistry.StartAsync(200, manifest);

        Assert.That((await AskAsync(server)).Shown(), Does.StartWith("Unknown registry.odd"));
    }

    [TestCase("""{"layers":[]}""")]
    [TestCase("""{"layers":[7,null,{"digest":7},{"digest":"sha256:short","mediaType":"application/vnd.dev.cosign.simplesigning.v1+json"}]}""")]
    public async Task A_manifest_without_a_layer_that_could_be_a_signature_has_none(string manifest)
    {
        await using var server = await ScriptedRegistry.StartAsync(context => IsSignatureTag(context)
            ? ScriptedRegistry.AnswerAsync(context, 200, manifest)
            : ScriptedRegistry.AnswerAsync(context, 404, None));

        Assert.That((await AskAsync(server)).Shown(), Does.StartWith("Hold signature.missing"));
    }

    [TestCase("/manifests/")]
    [TestCase("/blobs/")]
    public async Task What_has_no_end_is_not_read_to_its_end(string endless)
    {
        await using var server = await SignedAsync(Image, [1], Endless,
            context => context.Request.Path.Value!.Contains(endless, StringComparison.Ordinal) ? Endless : null);

        Assert.That((await AskAsync(server)).Shown(), Does.StartWith("Unknown registry.tooLarge"));
    }

    [Test]
    public async Task A_payload_that_is_not_there_is_unknown()
    {
        await using var server = await SignedAsync(Image, [1],
            context => ScriptedRegistry.AnswerAsync(context, 404, """{"errors":[{"code":"BLOB_UNKNOWN"}]}"""));

        Assert.That((await AskAsync(server)).Shown(), Does.StartWith("Unknown registry.blob"));
    }

    [Test]
    public async Task A_blob_is_fetched_where_the_registry_keeps_it_and_no_credentials_go_there()
    {
        var payload = Signatures.Payload(Image);
        await using var storage = await ScriptedRegistry.StartAsync(200, Encoding.UTF8.GetString(payload));
        await using var server = await SignedAsync(Signatures.DigestOf(payload), _key.Sign(payload),
            context => ScriptedRegistry.AnswerAsync(context, 307, "", ("Location", $"{storage.Address}blob?signed=secret")),
            context => context.Request.Headers.Authorization.Count > 0 ? null : Challenge);
        var options = Asking.At(server.Address) with { Registry = ScriptedRegistry.WithPassword(Asking.At(server.Address).Registry) };

        var answer = await Asking.AskAsync(options, new Gate.Signature("k", _key.Pem), Web);

        Assert.That(answer.Shown(), Does.StartWith("Pass signature.ok"));
        Assert.That(storage.Asked.Single(), Is.EqualTo(("GET", "/blob?signed=secret", (string?)null)));
        Assert.That(
            server.Asked.Where(asked => asked.Path.Contains("/blobs/", StringComparison.Ordinal)).Select(asked => asked.Authorization),
            Has.Some.StartsWith("Basic "), "the registry itself was shown them");
    }

    [TestCase("http://storage.example.com/blob")]
    [TestCase("ftp://127.0.0.1/blob")]
    [TestCase("https://user:pass@storage.example.com/blob")]
    [TestCase("file:///etc/passwd")]
    public async Task A_redirect_to_where_it_is_not_safe_is_not_followed(string location)
    {
        await using var server = await SignedAsync(Image, [1], context => ScriptedRegistry.AnswerAsync(context, 302, "", ("Location", location)));

        Assert.That((await AskAsync(server)).Shown(), Does.StartWith("Unknown registry.redirected").And.Not.Contains("pass@"));
    }

    [Test]
    public async Task A_second_redirect_is_not_followed()
    {
        await using var server = await SignedAsync(Image, [1], context => ScriptedRegistry.AnswerAsync(context, 302, "", ("Location", "/again")),
            context => context.Request.Path == "/again" ? again => ScriptedRegistry.AnswerAsync(again, 302, "", ("Location", "/again")) : null);

        Assert.That((await AskAsync(server)).Shown(), Does.StartWith("Unknown registry.redirected"));
        Assert.That(server.Asked.Count(asked => asked.Path == "/again"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_list_of_referrers_that_never_ends_is_left_after_some_pages()
    {
        await using var server = await ScriptedRegistry.StartAsync(context => context.Request.Path.Value!.Contains("/referrers/", StringComparison.Ordinal)
            ? ScriptedRegistry.AnswerAsync(context, 200, """{"manifests":[]}""", ("Link", $"<?page={Guid.NewGuid()}>; rel=\"next\""))
            : ScriptedRegistry.AnswerAsync(context, 404, None));

        Assert.That((await AskAsync(server)).Shown(), Does.StartWith("Hold signature.missing"));
        Assert.That(server.Asked.Count(asked => asked.Path.Contains("/referrers/", StringComparison.Ordinal)), Is.EqualTo(5));
    }

    [TestCase("", "it has 0 characters")]
    [TestCase("hello", "no PEM block")]
    [TestCase("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", "it holds 'CERTIFICATE'")]
    [TestCase("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----", "of no kind that is verified")]
    public async Task A_key_that_is_none_is_unknown_and_nothing_is_asked(string pem, string why)
    {
        await using var server = await ScriptedRegistry.StartAsync(200, "");

        var answer = await AskAsync(server, new Gate.Signature("keys/release.pub", pem));

        Assert.That(answer.Shown(), Does.StartWith("Unknown signature.key: keys/release.pub: ").And.Contains(why));
        Assert.That(server.Asked, Is.Empty);
    }

    private static async Task Endless(HttpContext context)
    {
        var bytes = new byte[64 * 1024];
        while (!context.RequestAborted.IsCancellationRequested)
            await context.Response.Body.WriteAsync(bytes);
    }

    private static Task Challenge(HttpContext context) => ScriptedRegistry.AnswerAsync(context, 401, "", ("WWW-Authenticate", "Basic realm=\"x\""));

    private static bool IsSignatureTag(HttpContext context) => context.Request.Path.Value!.EndsWith(".sig", StringComparison.Ordinal);

    /// <summary>A registry with one signature, whose payload <paramref name="blob"/> answers; <paramref name="first"/> may answer in place of all.</summary>
    private static Task<ScriptedRegistry> SignedAsync(
        Digest layer, byte[] signature, Func<HttpContext, Task> blob, Func<HttpContext, Func<HttpContext, Task>?>? first = null) =>
        ScriptedRegistry.StartAsync(context => first?.Invoke(context) is { } answer
            ? answer(context)
            : context.Request.Path.Value!.Contains("/blobs/", StringComparison.Ordinal)
                ? blob(context)
                : IsSignatureTag(context)
                    ? ScriptedRegistry.AnswerAsync(context, 200, $$$"""
                        {"layers":[{"mediaType":"{{{Signatures.SimpleSigning}}}","digest":"{{{layer}}}","size":1,
                         "annotations":{"dev.cosignproject.cosign/signature":"{{{Convert.ToBase64String(signature)}}}"}}]}
                        """)
                    : ScriptedRegistry.AnswerAsync(context, 404, None));

    private Task<Answer> AskAsync(ScriptedRegistry server, Gate? gate = null) =>
        Asking.AskAsync(Asking.At(server.Address), gate ?? new Gate.Signature("keys/release.pub", _key.Pem), Web);
}
