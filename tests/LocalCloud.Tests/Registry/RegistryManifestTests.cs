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
}
