using System.Security.Cryptography;
using System.Text;
using CdAutomation.Domain.Images;
using CdAutomation.GoogleCloud.Registry;
using Microsoft.Extensions.Time.Testing;

namespace CdAutomation.GoogleCloud.Tests.Registry;

public sealed class ResolveTests
{
    private const string Unknown = """{"errors":[{"code":"MANIFEST_UNKNOWN","message":"no","detail":{}}]}""";
    private static readonly Digest Told = Digest.Parse("sha256:" + new string('d', 64));

    [Test]
    public async Task All_manifest_types_are_accepted_and_the_digest_is_the_registrys()
    {
        string? accept = null;
        await using var server = await ScriptedRegistry.StartAsync(context =>
        {
            accept = context.Request.Headers.Accept;
            return ScriptedRegistry.AnswerAsync(context, 200, "", ("Docker-Content-Digest", Told.Value));
        });

        Assert.That(await server.ResolveAsync("v1"), Is.EqualTo(new TagLookup.Found(Told)));
        Assert.That(server.Asked.Single().Path, Is.EqualTo("/v2/acme/app/web/manifests/v1"));
        Assert.That(accept!.Split(", "), Is.EquivalentTo(new[]
        {
            "application/vnd.oci.image.index.v1+json", "application/vnd.docker.distribution.manifest.list.v2+json",
            "application/vnd.oci.image.manifest.v1+json", "application/vnd.docker.distribution.manifest.v2+json",
        }));
    }

    [TestCase(null)]
    [TestCase("sha512:0000")]
    public async Task A_digest_that_is_not_told_is_computed(string? told)
    {
        (string, string)[] headers = told is null ? [] : [("Docker-Content-Digest", told)];
        await using var server = await ScriptedRegistry.StartAsync(200, "{the manifest}", headers);

        var expected = Digest.Parse("sha256:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("{the manifest}"))));
        Assert.That(await server.ResolveAsync("v1"), Is.EqualTo(new TagLookup.Found(expected)));
        Assert.That(await server.ResolveAsync(expected.Value), Is.EqualTo(new TagLookup.Found(expected)));
        Assert.That(CodeOf(await server.ResolveAsync(Told.Value)), Is.EqualTo("registry.digest"));
    }

    [Test]
    public async Task Another_digest_than_the_one_asked_for_is_no_answer()
    {
        await using var server = await ScriptedRegistry.StartAsync(200, "x", ("Docker-Content-Digest", Told.Value));

        Assert.That(CodeOf(await server.ResolveAsync("sha256:" + new string('e', 64))), Is.EqualTo("registry.digest"));
    }

    [TestCase(Unknown, null)]
    [TestCase("""{"errors":[{"code":"NAME_UNKNOWN"}]}""", null)]
    [TestCase("""{"errors":[{"code":"BLOB_UNKNOWN"}]}""", "registry.odd")]
    [TestCase("""{"errors":[null,7,{"code":7}]}""", "registry.odd")]
    [TestCase("<html>404</html>", "registry.odd")]
    [TestCase("", "registry.odd")]
    public async Task Only_the_registrys_own_word_makes_a_tag_missing(string body, string? code)
    {
        await using var server = await ScriptedRegistry.StartAsync(404, body);

        Assert.That(CodeOf(await server.ResolveAsync("v1")), Is.EqualTo(code));
    }

    [TestCase(403, "registry.denied", 1)]
    [TestCase(400, "registry.odd", 1)]
    [TestCase(500, "registry.unreachable", 4)]
    [TestCase(503, "registry.unreachable", 4)]
    [TestCase(429, "registry.throttled", 4)]
    public async Task Every_other_answer_is_unknown_and_asked_again_only_where_that_may_help(int status, string code, int times)
    {
        await using var server = await ScriptedRegistry.StartAsync(status, "no");

        Assert.That(CodeOf(await server.ResolveAsync("v1")), Is.EqualTo(code));
        Assert.That(server.Asked, Has.Count.EqualTo(times));
    }

    [Test]
    public async Task A_redirect_is_not_followed()
    {
        await using var elsewhere = await ScriptedRegistry.StartAsync(200, "x", ("Docker-Content-Digest", Told.Value));
        await using var server = await ScriptedRegistry.StartAsync(307, "", ("Location", $"{elsewhere.Address}v2/x"));

        Assert.That(CodeOf(await server.ResolveAsync("v1")), Is.EqualTo("registry.redirected"));
        Assert.That(elsewhere.Asked, Is.Empty);
    }

    [Test]
    public async Task A_registry_that_asks_for_time_is_given_it()
    {
        var clock = new FakeTimeProvider();
        var times = new List<DateTimeOffset>();
        await using var server = await ScriptedRegistry.StartAsync(context =>
        {
            times.Add(clock.GetUtcNow());
            return times.Count == 1
                ? ScriptedRegistry.AnswerAsync(context, 429, "", ("Retry-After", "5"))
                : ScriptedRegistry.AnswerAsync(context, 200, "", ("Docker-Content-Digest", Told.Value));
        });
        using var registry = server.Registry(
            options => options with { Attempt = TimeSpan.FromHours(1), Total = TimeSpan.FromHours(2) }, clock);

        var lookup = registry.ResolveAsync(ScriptedRegistry.Web, "v1", CancellationToken.None);
        while (!lookup.IsCompleted)
        {
            clock.Advance(TimeSpan.FromMilliseconds(500));
            await Task.WhenAny(lookup, Task.Delay(2));
        }

        Assert.That(await lookup, Is.EqualTo(new TagLookup.Found(Told)));
        Assert.That(times[1] - times[0], Is.GreaterThanOrEqualTo(TimeSpan.FromSeconds(5)));
    }

    [Test]
    public async Task A_registry_that_asks_for_too_much_time_is_asked_later_and_not_now()
    {
        await using var server = await ScriptedRegistry.StartAsync(429, "", ("Retry-After", "3600"));

        var reason = ((TagLookup.Unknown)await server.ResolveAsync("v1")).Reason;

        Assert.That(reason.Code, Is.EqualTo("registry.throttled"));
        Assert.That(reason.Sentence, Does.Contain("3600 s"));
        Assert.That(server.Asked, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_manifest_without_end_is_not_read_to_its_end()
    {
        await using var server = await ScriptedRegistry.StartAsync(async context =>
        {
            while (context.Request.Method == "GET" && !context.RequestAborted.IsCancellationRequested)
                await context.Response.Body.WriteAsync(new byte[10_000]);
        });

        var lookup = await server.ResolveAsync("v1", options => options with { BodyMax = 100_000 });

        Assert.That(CodeOf(lookup), Is.EqualTo("registry.tooLarge"));
        Assert.That(server.Asked, Has.Count.EqualTo(2), "one HEAD, one GET");
    }

    [Test]
    public async Task A_registry_that_never_answers_is_unreachable()
    {
        var never = new TaskCompletionSource();
        await using var server = await ScriptedRegistry.StartAsync(context => never.Task.WaitAsync(context.RequestAborted));

        var lookup = await server.ResolveAsync("v1", options => options with { Attempt = TimeSpan.FromMilliseconds(50), RetriesMax = 1 });

        Assert.That(CodeOf(lookup), Is.EqualTo("registry.unreachable"));
    }

    [TestCase("..")]
    [TestCase("v1/../../secret")]
    [TestCase("sha256:short")]
    [TestCase("")]
    public async Task What_is_no_reference_is_not_asked_for(string reference)
    {
        await using var server = await ScriptedRegistry.StartAsync(200, "");

        Assert.That(CodeOf(await server.ResolveAsync(reference)), Is.EqualTo("registry.reference"));
        Assert.That(server.Asked, Is.Empty);
    }

    [Test]
    public async Task A_host_that_cannot_be_one_is_unknown_and_no_exception()
    {
        using var registry = new OciRegistry(new RegistryOptions(), new Tokens(), TimeProvider.System);
        var repository = new Repository("registry.example.com:99999", "acme/app/web");

        Assert.That(CodeOf(await registry.ResolveAsync(repository, "v1", CancellationToken.None)), Is.EqualTo("registry.reference"));
        Assert.That(await registry.ListAsync(repository, CancellationToken.None), Is.TypeOf<TagListing.Unknown>());
    }

    /// <summary>Null for Missing.</summary>
    internal static string? CodeOf(TagLookup lookup) => lookup switch
    {
        TagLookup.Unknown it => it.Reason.Code,
        TagLookup.Missing => null,
        _ => lookup.ToString(),
    };
}
