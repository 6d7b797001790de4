using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace CdAutomation.LocalCloud.Tests.Registry;

public sealed class RegistryManifestTests : RegistryFixture
{
    private const string Repository = "acme/app/web";
    private static readonly TestImage Image = TestImage.Of("one");

    [TestCase("acme/app/web")]
    [TestCase("acme/manifests/v1")]
    [TestCase("acme/blobs/uploads")]
    [TestCase("a/b-c__d.e/f")]
    [TestCase("example.com/prj/repo/img")]
    public async Task An_image_is_found_by_tag_and_digest_as_it_was_pushed(string repository)
    {
        await Client.PushAsync(repository, "v1", Image);
        foreach (var reference in new[] { "v1", Image.Manifest.Digest })
        {
            Assert.That(await Client.DigestAsync(repository, reference), Is.EqualTo(Image.Manifest.Digest));
            using var got = await Client.GetAsync($"/v2/{repository}/manifests/{reference}");
            Assert.That(got.Content.Headers.ContentType!.MediaType, Is.EqualTo(TestImage.OciManifest));
            Assert.That(await got.Content.ReadAsByteArrayAsync(), Is.EqualTo(Image.Manifest.Bytes));
        }
    }

    [TestCase("Acme/app")]
    [TestCase("acme//app")]
    [TestCase("acme/-app")]
    [TestCase("acme/app..x")]
    [TestCase("_blobs")]
    [TestCase("acme/%2e%2e%2fx")]
    public async Task A_name_outside_of_the_grammar_is_refused(string name) => Assert.That(
        await RegistryClient.RefusalAsync(Client.GetAsync($"/v2/{name}/tags/list")), Is.EqualTo((400, "NAME_INVALID")));

    [Test]
    public async Task A_name_that_is_too_long_is_refused() => Assert.That(
        await RegistryClient.RefusalAsync(Client.GetAsync($"/v2/{new string('a', 256)}/tags/list")), Is.EqualTo((400, "NAME_INVALID")));

    [Test]
    public async Task What_is_not_there_says_so()
    {
        Assert.That(
            await RegistryClient.RefusalAsync(Client.GetAsync($"/v2/{Repository}/manifests/v1")), Is.EqualTo((404, "NAME_UNKNOWN")));
        Assert.That(await RegistryClient.RefusalAsync(Client.GetAsync($"/v2/{Repository}/tags/list")), Is.EqualTo((404, "NAME_UNKNOWN")));
        await Client.PushAsync(Repository, "v1", Image);
        Assert.That(
            await RegistryClient.RefusalAsync(Client.GetAsync($"/v2/{Repository}/manifests/v2")), Is.EqualTo((404, "MANIFEST_UNKNOWN")));
        Assert.That(
            await RegistryClient.RefusalAsync(Client.SendAsync(HttpMethod.Delete, $"/v2/{Repository}/manifests/v2")),
            Is.EqualTo((404, "MANIFEST_UNKNOWN")));
        Assert.That(
            await RegistryClient.RefusalAsync(Client.GetAsync($"/v2/{Repository}/manifests/.v2")), Is.EqualTo((400, "MANIFEST_INVALID")));
        Assert.That(await RegistryClient.RefusalAsync(Client.GetAsync("/v2/_catalog")), Is.EqualTo((404, "UNSUPPORTED")));
        Assert.That(await RegistryClient.RefusalAsync(Client.GetAsync("/")), Is.EqualTo((404, "UNSUPPORTED")));
        Assert.That(
            await RegistryClient.RefusalAsync(Client.SendAsync(HttpMethod.Put, $"/v2/{Repository}/tags/list")),
            Is.EqualTo((405, "UNSUPPORTED")));
    }

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

    [TestCase("application/vnd.oci.image.index.v1+json", HttpStatusCode.NotFound)]
    [TestCase("application/vnd.oci.image.manifest.v1+json", HttpStatusCode.OK)]
    [TestCase("application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json;q=0.5", HttpStatusCode.OK)]
    [TestCase("application/*", HttpStatusCode.OK)]
    [TestCase("*/*", HttpStatusCode.OK)]
    [TestCase(";;;", HttpStatusCode.OK)]
    public async Task Who_could_not_read_the_type_is_not_given_it(string accept, HttpStatusCode status)
    {
        await Client.PushAsync(Repository, "v1", Image);
        using var answer = await Client.SendAsync(
            HttpMethod.Get, $"/v2/{Repository}/manifests/v1", shape: request => request.Headers.TryAddWithoutValidation("Accept", accept));
        Assert.That(answer.StatusCode, Is.EqualTo(status));
    }

    [Test]
    public async Task A_tag_moves_and_goes_while_its_manifests_stay()
    {
        var next = TestImage.Of("two");
        await Client.PushAsync(Repository, "live", Image);
        await Client.PushAsync(Repository, "live", next);
        Assert.That(await Client.DigestAsync(Repository, "live"), Is.EqualTo(next.Manifest.Digest));

        Assert.That(
            (await Client.SendAsync(HttpMethod.Delete, $"/v2/{Repository}/manifests/live")).StatusCode,
            Is.EqualTo(HttpStatusCode.Accepted));
        Assert.That(await Client.DigestAsync(Repository, "live"), Is.Null);
        Assert.That(await Client.DigestAsync(Repository, Image.Manifest.Digest), Is.EqualTo(Image.Manifest.Digest));
        Assert.That(await Client.DigestAsync(Repository, next.Manifest.Digest), Is.EqualTo(next.Manifest.Digest));
    }

    [Test]
    public async Task A_deleted_manifest_takes_its_tags_along()
    {
        await Client.PushAsync(Repository, "a", Image);
        await Client.PushAsync(Repository, "b", Image);
        await Client.SendAsync(HttpMethod.Delete, $"/v2/{Repository}/manifests/{Image.Manifest.Digest}");

        using var tags = await Client.GetAsync($"/v2/{Repository}/tags/list");
        Assert.That(await tags.Content.ReadAsStringAsync(), Is.EqualTo($$"""{"name":"{{Repository}}","tags":[]}"""));
    }

    [Test]
    public async Task Tags_come_sorted_in_pages_that_link_to_the_next()
    {
        string[] tags = ["v10", "v1", "V2", "_x", "v2", "1.0", "sha256-abc.sig"];
        foreach (var tag in tags)
            await Client.PushAsync(Repository, tag, Image);

        var seen = new List<string>();
        var next = $"/v2/{Repository}/tags/list?n=3";
        var pages = 0;
        while (next is not null)
        {
            using var answer = await Client.GetAsync(next);
            seen.AddRange(JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["tags"]!.AsArray().Select(
                tag => tag!.GetValue<string>()));
            next = answer.Headers.TryGetValues("Link", out var link) ? link.Single().Split('<', '>')[1] : null;
            pages++;
        }

        Assert.That(seen, Is.EqualTo(tags.Order(StringComparer.Ordinal)));
        Assert.That(pages, Is.EqualTo(3));
        using var none = await Client.GetAsync($"/v2/{Repository}/tags/list?n=0");
        Assert.That(await none.Content.ReadAsStringAsync(), Does.Contain("\"tags\":[]"));
        Assert.That(
            await RegistryClient.RefusalAsync(Client.GetAsync($"/v2/{Repository}/tags/list?n=-1")),
            Is.EqualTo((400, "PAGINATION_NUMBER_INVALID")));
    }

    [Test]
    public async Task Referrers_are_listed_filtered_and_never_missing()
    {
        await Client.PushAsync(Repository, "v1", Image);
        var signature = TestImage.Of("signature", more: new()
        {
            ["artifactType"] = "application/vnd.example.signature",
            ["subject"] = Image.Manifest.Descriptor(),
            ["annotations"] = new JsonObject { ["who"] = "me" },
        });
        var sbom = TestImage.Of("sbom", more: new() { ["subject"] = Image.Manifest.Descriptor() });
        foreach (var referrer in new[] { signature, sbom })
        {
            foreach (var blob in referrer.Blobs)
                await Client.PushAsync(Repository, blob);
            using var put = await Client.PutAsync(Repository, referrer.Manifest.Digest, referrer.Manifest);
            Assert.That(put.Headers.GetValues("OCI-Subject").Single(), Is.EqualTo(Image.Manifest.Digest));
        }

        using var all = await Client.GetAsync($"/v2/{Repository}/referrers/{Image.Manifest.Digest}");
        Assert.That(all.Content.Headers.ContentType, Is.EqualTo(new MediaTypeHeaderValue(TestImage.OciIndex)));
        var list = JsonNode.Parse(await all.Content.ReadAsStringAsync())!["manifests"]!.AsArray();
        Assert.That(list.Select(it => it!["digest"]!.GetValue<string>()),
            Is.EquivalentTo(new[] { signature.Manifest.Digest, sbom.Manifest.Digest }));
        Assert.That(list.Select(it => it!["artifactType"]!.GetValue<string>()), Is.EquivalentTo(
            new[] { "application/vnd.example.signature", "application/vnd.oci.image.config.v1+json" }));

        using var some = await Client.GetAsync(
            $"/v2/{Repository}/referrers/{Image.Manifest.Digest}?artifactType=application/vnd.example.signature");
        Assert.That(some.Headers.GetValues("OCI-Filters-Applied").Single(), Is.EqualTo("artifactType"));
        var one = JsonNode.Parse(await some.Content.ReadAsStringAsync())!["manifests"]!.AsArray().Single()!;
        Assert.That(one["annotations"]!["who"]!.GetValue<string>(), Is.EqualTo("me"));
        Assert.That(one["size"]!.GetValue<int>(), Is.EqualTo(signature.Manifest.Bytes.Length));

        using var none = await Client.GetAsync($"/v2/nobody/here/referrers/{Image.Manifest.Digest}");
        Assert.That(none.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(JsonNode.Parse(await none.Content.ReadAsStringAsync())!["manifests"]!.AsArray(), Is.Empty);
    }

    [Test]
    public async Task One_tag_pushed_by_many_at_once_ends_on_one_of_them()
    {
        var images = Enumerable.Range(0, 12).Select(n => TestImage.Of($"image {n}")).ToList();
        await Task.WhenAll(images.Select(image => Client.PushAsync(Repository, "live", image)));

        Assert.That(images.Select(image => image.Manifest.Digest), Has.Member(await Client.DigestAsync(Repository, "live")));
        var heard = await PubSub.Eventually.SeesAsync(() => Announced.Heard, seen => seen.Count == images.Count);
        Assert.That(heard[^1], Does.Contain(await Client.DigestAsync(Repository, "live")),
            "the last announcement is of the tag's last owner");
    }
}
