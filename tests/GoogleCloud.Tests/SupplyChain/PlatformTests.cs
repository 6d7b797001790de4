using System.Text;
using CdAutomation.Domain.Gates;
using CdAutomation.Domain.Images;
using CdAutomation.Domain.Releases;
using CdAutomation.GoogleCloud.Tests.Registry;
using CdAutomation.LocalCloud.Registry;

namespace CdAutomation.GoogleCloud.Tests.SupplyChain;

public sealed class PlatformTests
{
    private LocalRegistry _registry = null!;
    private ImageStore _store = null!;

    [SetUp]
    public async Task Start()
    {
        _registry = await LocalRegistry.StartAsync(new LocalRegistryOptions(), CancellationToken.None);
        _store = new ImageStore(new Uri($"http://{_registry.Address}"), new Repository(_registry.Address, "acme/app/web"));
    }

    [TearDown]
    public async Task Stop()
    {
        _store.Dispose();
        await _registry.DisposeAsync();
    }

    [TestCase("linux/amd64", "Pass platform.ok")]
    [TestCase("linux/arm64", "Reject platform.mismatch: v1.0.0 (%) is made for linux/amd64, and linux/arm64 is required")]
    [TestCase("windows/amd64", "Reject platform.mismatch")]
    [TestCase("linux", "Unknown platform.wanted")]
    [TestCase("", "Unknown platform.wanted")]
    [TestCase("a/b/c/d", "Unknown platform.wanted")]
    public async Task A_single_image_says_its_platform_in_its_configuration(string wanted, string expected)
    {
        var (image, _) = await _store.ImageAsync("v1.0.0");

        Assert.That((await AskAsync(image, wanted)).Shown(), Does.StartWith(expected.Replace("%", image.Digest.Short)));
    }

    [TestCase("linux/amd64", "Pass")]
    [TestCase("linux/arm/v7", "Pass")]
    [TestCase("linux/arm", "Pass")]
    [TestCase("linux/arm/v6", "Reject")]
    [TestCase("linux/arm64/v8", "Pass")]
    [TestCase("linux/s390x", "Reject")]
    [TestCase("unknown/unknown", "Reject")]
    public async Task An_index_lists_them_and_its_attestations_do_not_count(string wanted, string expected)
    {
        var image = await _store.IndexAsync("v1.0.0", "linux/amd64", "linux/arm/v7", "linux/arm64", "unknown/unknown");

        Assert.That((await AskAsync(image, wanted)).Shown(), Does.StartWith($"{expected} platform."));
    }

    [Test]
    public async Task An_image_that_is_not_there_is_unknown()
    {
        var (image, _) = await _store.ImageAsync("v1.0.0");
        var gone = image with { Digest = Digest.Parse("sha256:" + new string('0', 64)) };

        Assert.That((await AskAsync(gone, "linux/amd64")).Shown(), Does.StartWith("Unknown platform.gone"));
    }

    [TestCase("""{"manifests":[{"digest":"sha256:%"}]}""", "Unknown platform.unknown: 1 of 1 images")]
    [TestCase("""{"manifests":[]}""", "Reject platform.mismatch: v1 (#) is made for no platform")]
    [TestCase("""{"manifests":[],"layers":[]}""", "Unknown platform.unknown: the manifest")]
    [TestCase("""{"layers":[]}""", "Unknown platform.unknown")]
    [TestCase("no json", "Unknown platform.unknown: the manifest")]
    [TestCase("""{"manifests":[{"digest":"sha256:%","platform":{"os":"a\nb","architecture":"c"}}]}""", "Reject platform.mismatch: v1 (#) is made for 'a?b/c'")]
    [TestCase("""{"manifests":[{"digest":"sha256:%","platform":{"os":7,"architecture":"amd64"}}]}""", "Unknown platform.unknown")]
    public async Task What_does_not_say_its_platform_never_passes(string manifest, string expected)
    {
        var body = manifest.Replace("%", new string('b', 64));
        await using var server = await ScriptedRegistry.StartAsync(200, body);
        var image = ImageOf(body);

        var answer = await Asking.AskAsync(Asking.At(server.Address), new Gate.Platform("linux/amd64"), image);

        Assert.That(answer.Shown(), Does.StartWith(expected.Replace("#", image.Digest.Short)));
    }

    [TestCase("""{"os":"linux"}""", "Unknown platform.unknown")]
    [TestCase("[]", "Unknown platform.unknown")]
    [TestCase("", "Unknown platform.unknown")]
    [TestCase("""{"os":"linux","architecture":"amd64"}""", "Pass")]
    public async Task A_configuration_may_hold_anything(string config, string expected)
    {
        var body = $$$"""{"config":{"digest":"{{{Signatures.DigestOf(Encoding.UTF8.GetBytes(config))}}}"},"layers":[]}""";
        await using var server = await ScriptedRegistry.StartAsync(context => ScriptedRegistry.AnswerAsync(
            context, 200, context.Request.Path.Value!.Contains("/blobs/", StringComparison.Ordinal) ? config : body));

        var answer = await Asking.AskAsync(Asking.At(server.Address), new Gate.Platform("linux/amd64"), ImageOf(body));

        Assert.That(answer.Shown(), Does.StartWith(expected));
    }

    [Test]
    public async Task Content_that_is_not_what_was_asked_for_is_unknown()
    {
        var body = $$$"""{"config":{"digest":"sha256:{{{new string('b', 64)}}}"},"layers":[]}""";
        await using var server = await ScriptedRegistry.StartAsync(context => ScriptedRegistry.AnswerAsync(
            context, 200, context.Request.Path.Value!.Contains("/blobs/", StringComparison.Ordinal) ? """{"os":"linux","architecture":"amd64"}""" : body));

        var config = await Asking.AskAsync(Asking.At(server.Address), new Gate.Platform("linux/amd64"), ImageOf(body));
        var manifest = await Asking.AskAsync(Asking.At(server.Address), new Gate.Platform("linux/amd64"), ImageOf("another"));

        Assert.That(config.Shown(), Does.StartWith("Unknown registry.digest"));
        Assert.That(manifest.Shown(), Does.StartWith("Unknown registry.digest"));
    }

    private static ReleaseImage ImageOf(string manifest) =>
        new(ScriptedRegistry.Web, Signatures.DigestOf(Encoding.UTF8.GetBytes(manifest)), "v1", DateTimeOffset.UnixEpoch);

    private Task<Answer> AskAsync(ReleaseImage image, string wanted) =>
        Asking.AskAsync(Asking.At(new Uri($"http://{_registry.Address}")), new Gate.Platform(wanted), image);
}
