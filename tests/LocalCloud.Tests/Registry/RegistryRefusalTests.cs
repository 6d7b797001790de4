using System.Text.Json.Nodes;

namespace CdAutomation.LocalCloud.Tests.Registry;

/// <summary>Manifests that cannot be: each is refused with the code that says why, and nobody hears of it.</summary>
public sealed class RegistryRefusalTests : RegistryFixture
{
    private const string Repository = "acme/app/web";
    private static readonly TestImage Image = TestImage.Of("one");
    private static readonly string Config = $$"""{"mediaType":"a/b","digest":"sha256:{{new string('0', 64)}}","size":1}""";

    private static IEnumerable<TestCaseData> Broken =>
    [
        new TestCaseData("nonsense", TestImage.OciManifest, "MANIFEST_INVALID") { TestName = "{m}(not JSON)" },
        new TestCaseData("[]", TestImage.OciManifest, "MANIFEST_INVALID") { TestName = "{m}(a list)" },
        new TestCaseData("{}", TestImage.OciManifest, "MANIFEST_INVALID") { TestName = "{m}(no schemaVersion)" },
        new TestCaseData("""{"schemaVersion":1}""", TestImage.OciManifest, "MANIFEST_INVALID") { TestName = "{m}(schema 1)" },
        new TestCaseData(
            """{"schemaVersion":2,"schemaVersion":2}""", TestImage.OciManifest, "MANIFEST_INVALID") { TestName = "{m}(a key twice)" },
        new TestCaseData("""{"schemaVersion":2}""", "text/plain", "MANIFEST_INVALID") { TestName = "{m}(a foreign type)" },
        new TestCaseData(
            $$"""{"schemaVersion":2,"mediaType":"{{TestImage.OciIndex}}","manifests":[]}""", TestImage.OciManifest, "MANIFEST_INVALID")
            { TestName = "{m}(two types)" },
        new TestCaseData("""{"schemaVersion":2,"layers":[]}""", TestImage.OciManifest, "MANIFEST_INVALID") { TestName = "{m}(no config)" },
        new TestCaseData(
            $$"""{"schemaVersion":2,"config":{{Config}}}""", TestImage.OciManifest, "MANIFEST_INVALID") { TestName = "{m}(no layers)" },
        new TestCaseData($$"""{"schemaVersion":2,"config":{{Config.Replace("1}", "-1}", StringComparison.Ordinal)}},"layers":[]}""",
            TestImage.OciManifest, "MANIFEST_INVALID") { TestName = "{m}(a negative size)" },
        new TestCaseData("""{"schemaVersion":2,"config":{"mediaType":"a/b","digest":"x","size":1},"layers":[]}""", TestImage.OciManifest,
            "DIGEST_INVALID") { TestName = "{m}(a digest that is none)" },
        new TestCaseData($$"""{"schemaVersion":2,"config":{{Config}},"layers":[]}""", TestImage.OciManifest, "MANIFEST_BLOB_UNKNOWN")
            { TestName = "{m}(an unknown blob)" },
        new TestCaseData($$"""{"schemaVersion":2,"manifests":[{{Config}}]}""", TestImage.OciIndex, "MANIFEST_BLOB_UNKNOWN")
            { TestName = "{m}(an unknown child)" },
        new TestCaseData(new string('[', 5_000), TestImage.OciIndex, "MANIFEST_INVALID") { TestName = "{m}(too deep)" },
    ];

    [TestCaseSource(nameof(Broken))]
    public async Task A_manifest_that_cannot_be_is_refused_and_not_announced(string body, string mediaType, string code)
    {
        await Client.PushAsync(Repository, "good", Image);
        Assert.That(
            await RegistryClient.RefusalAsync(Client.PutAsync(Repository, "bad", Content.Text(body, mediaType))), Is.EqualTo((400, code)));
        Assert.That(await Client.DigestAsync(Repository, "bad"), Is.Null);
        await Client.PushAsync(Repository, "after", Image);
        await PubSub.Eventually.SeesAsync(
            () => Announced.Heard, heard => heard.Any(text => text.Contains(":after", StringComparison.Ordinal)));
        Assert.That(Announced.Heard, Has.None.Contains(":bad"));
    }

    [Test]
    public async Task All_missing_parts_are_named()
    {
        using var answer = await Client.PutAsync(Repository, "v1", Image.Manifest);
        var errors = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["errors"]!.AsArray();
        Assert.That(errors.Select(error => error!["detail"]!.GetValue<string>()), Is.EquivalentTo(Image.Blobs.Select(blob => blob.Digest)));
    }

    [Test]
    public async Task A_manifest_over_four_mebibytes_is_refused()
    {
        var large = Content.Text(new string(' ', 4 * 1024 * 1024 + 1), TestImage.OciManifest);
        Assert.That(await RegistryClient.RefusalAsync(Client.PutAsync(Repository, "v1", large)), Is.EqualTo((413, "SIZE_INVALID")));
        using var streamed = new StreamContent(new MemoryStream(large.Bytes));
        streamed.Headers.ContentType = new(TestImage.OciManifest);
        Assert.That(
            await RegistryClient.RefusalAsync(Client.SendAsync(
                HttpMethod.Put, $"/v2/{Repository}/manifests/v1", streamed, request => request.Headers.TransferEncodingChunked = true)),
            Is.EqualTo((413, "SIZE_INVALID")));
    }

    [Test]
    public async Task A_manifest_pushed_under_another_digest_is_refused()
    {
        await Client.PushAsync(Repository, "v1", Image);
        var other = TestImage.Of("two");
        Assert.That(
            await RegistryClient.RefusalAsync(Client.PutAsync(Repository, other.Manifest.Digest, Image.Manifest)),
            Is.EqualTo((400, "DIGEST_INVALID")));
    }
}
