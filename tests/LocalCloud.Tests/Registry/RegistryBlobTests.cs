using System.Net;
using System.Net.Http.Headers;
using CdAutomation.LocalCloud.Registry;

namespace CdAutomation.LocalCloud.Tests.Registry;

public sealed class RegistryBlobTests : RegistryFixture
{
    private const string Repository = "acme/app/web";
    private static readonly Content Blob = Content.Text("0123456789");

    protected override LocalRegistryOptions Shape(LocalRegistryOptions options) => options with { LargestBlob = 1_000_000 };

    [Test]
    public async Task The_ping_says_that_this_is_a_registry([Values("/v2", "/v2/")] string path)
    {
        using var answer = await Client.GetAsync(path);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(answer.Headers.GetValues("Docker-Distribution-API-Version"), Is.EqualTo(new[] { "registry/2.0" }));
    }

    [Test]
    public async Task A_blob_pushed_in_one_request_is_there_whole_and_in_parts()
    {
        await Client.PushAsync(Repository, Blob);

        using var head = await Client.SendAsync(HttpMethod.Head, $"/v2/{Repository}/blobs/{Blob.Digest}");
        Assert.That(head.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(head.Content.Headers.ContentLength, Is.EqualTo(10));
        Assert.That(head.Headers.GetValues("Docker-Content-Digest").Single(), Is.EqualTo(Blob.Digest));

        using var whole = await Client.GetAsync($"/v2/{Repository}/blobs/{Blob.Digest}");
        Assert.That(await whole.Content.ReadAsStringAsync(), Is.EqualTo("0123456789"));

        using var part = await Client.SendAsync(
            HttpMethod.Get, $"/v2/{Repository}/blobs/{Blob.Digest}", shape: request => request.Headers.Range = new RangeHeaderValue(2, 4));
        Assert.That(part.StatusCode, Is.EqualTo(HttpStatusCode.PartialContent));
        Assert.That(await part.Content.ReadAsStringAsync(), Is.EqualTo("234"));
    }

    [Test]
    public async Task A_blob_pushed_by_post_then_put_is_there()
    {
        var upload = await BeginAsync();
        using var put = await Client.SendAsync(HttpMethod.Put, $"{upload}?digest={Blob.Digest}", new ByteArrayContent(Blob.Bytes));

        Assert.That(put.StatusCode, Is.EqualTo(HttpStatusCode.Created));
        Assert.That(put.Headers.Location!.ToString(), Is.EqualTo($"/v2/{Repository}/blobs/{Blob.Digest}"));
        Assert.That((await Client.GetAsync(put.Headers.Location!.ToString())).StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task A_blob_pushed_in_chunks_is_there_and_tells_where_it_stands()
    {
        var upload = await BeginAsync();
        using var first = await PatchAsync(upload, "0-3", "0123");
        Assert.That(first.StatusCode, Is.EqualTo(HttpStatusCode.Accepted));
        Assert.That(first.Headers.GetValues("Range").Single(), Is.EqualTo("0-3"));
        using var second = await PatchAsync(upload, "4-6", "456");
        Assert.That(second.Headers.GetValues("Range").Single(), Is.EqualTo("0-6"));
        using var status = await Client.GetAsync(upload);
        Assert.That(status.StatusCode, Is.EqualTo(HttpStatusCode.NoContent));
        Assert.That(status.Headers.GetValues("Range").Single(), Is.EqualTo("0-6"));

        using var put = await Client.SendAsync(HttpMethod.Put, $"{upload}?digest={Blob.Digest}", Chunk("7-9", "789"));
        Assert.That(put.StatusCode, Is.EqualTo(HttpStatusCode.Created));
        using var whole = await Client.GetAsync($"/v2/{Repository}/blobs/{Blob.Digest}");
        Assert.That(await whole.Content.ReadAsStringAsync(), Is.EqualTo("0123456789"));
    }

    [Test]
    public async Task A_chunk_out_of_step_is_refused_with_the_place_to_go_on_from()
    {
        var upload = await BeginAsync();
        using var first = await PatchAsync(upload, "0-3", "0123");
        foreach (var range in new[] { "0-3", "5-7", "3-2" })
        {
            using var refused = await PatchAsync(upload, range, range == "3-2" ? "" : "0123"[..(range == "0-3" ? 4 : 3)]);
            Assert.That((int)refused.StatusCode, Is.EqualTo(416), range);
            Assert.That(refused.Headers.GetValues("Range").Single(), Is.EqualTo("0-3"));
            Assert.That(refused.Headers.Location!.ToString(), Is.EqualTo(upload));
        }

        using var rest = await Client.SendAsync(HttpMethod.Put, $"{upload}?digest={Blob.Digest}", Chunk("4-9", "456789"));
        Assert.That(rest.StatusCode, Is.EqualTo(HttpStatusCode.Created));
    }

    [TestCase("nonsense", "0123", 400, "BLOB_UPLOAD_INVALID")]
    [TestCase("0-9", "0123", 400, "SIZE_INVALID")]
    public async Task A_chunk_that_contradicts_itself_is_refused(string range, string text, int status, string code) => Assert.That(
        await RegistryClient.RefusalAsync(PatchAsync(await BeginAsync(), range, text)), Is.EqualTo((status, code)));

    [Test]
    public async Task Content_with_another_digest_is_refused_and_not_kept()
    {
        var other = Content.Text("something else");
        var upload = await BeginAsync();
        var put = Client.SendAsync(HttpMethod.Put, $"{upload}?digest={other.Digest}", new ByteArrayContent(Blob.Bytes));
        Assert.That(await RegistryClient.RefusalAsync(put), Is.EqualTo((400, "DIGEST_INVALID")));

        Assert.That((await Client.GetAsync($"/v2/{Repository}/blobs/{other.Digest}")).StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That(await RegistryClient.RefusalAsync(Client.GetAsync(upload)), Is.EqualTo((404, "BLOB_UPLOAD_UNKNOWN")));
    }

    [TestCase("md5:abc", "DIGEST_INVALID")]
    [TestCase("sha256:ABCD", "DIGEST_INVALID")]
    [TestCase("sha256:../../../../etc/passwd", "DIGEST_INVALID")]
    [TestCase("", "DIGEST_INVALID")]
    public async Task A_digest_that_is_none_is_refused(string digest, string code) => Assert.That(
        await RegistryClient.RefusalAsync(Client.SendAsync(HttpMethod.Put, $"{await BeginAsync()}?digest={digest}")),
        Is.EqualTo((400, code)));

    [Test]
    public async Task Sha512_is_refused_by_name()
    {
        var digest = "sha512:" + new string('a', 128);
        Assert.That(
            await RegistryClient.RefusalAsync(Client.GetAsync($"/v2/{Repository}/blobs/{digest}")), Is.EqualTo((400, "UNSUPPORTED")));
    }

    [Test]
    public async Task A_blob_over_the_limit_is_refused_while_it_streams()
    {
        var large = Content.Text(new string('x', 1_000_001));
        var push = Client.SendAsync(
            HttpMethod.Post, $"/v2/{Repository}/blobs/uploads/?digest={large.Digest}", new ByteArrayContent(large.Bytes));
        Assert.That(await RegistryClient.RefusalAsync(push), Is.EqualTo((413, "SIZE_INVALID")));
        await Client.PushAsync(Repository, Content.Text(new string('x', 1_000_000)));
    }

    [Test]
    public async Task An_upload_can_be_called_off()
    {
        var upload = await BeginAsync();
        Assert.That((await Client.SendAsync(HttpMethod.Delete, upload)).StatusCode, Is.EqualTo(HttpStatusCode.NoContent));
        Assert.That(await RegistryClient.RefusalAsync(PatchAsync(upload, "0-3", "0123")), Is.EqualTo((404, "BLOB_UPLOAD_UNKNOWN")));
    }

    [Test]
    public async Task An_upload_belongs_to_its_repository()
    {
        var upload = (await BeginAsync()).Replace(Repository, "acme/other", StringComparison.Ordinal);
        Assert.That(await RegistryClient.RefusalAsync(PatchAsync(upload, "0-3", "0123")), Is.EqualTo((404, "BLOB_UPLOAD_UNKNOWN")));
        Assert.That(
            await RegistryClient.RefusalAsync(Client.GetAsync($"/v2/{Repository}/blobs/uploads/not-an-id")),
            Is.EqualTo((404, "BLOB_UPLOAD_UNKNOWN")));
    }

    [Test]
    public async Task A_blob_is_mounted_from_another_repository_or_uploaded_after_all()
    {
        await Client.PushAsync("acme/base", Blob);
        Assert.That((await Client.GetAsync($"/v2/{Repository}/blobs/{Blob.Digest}")).StatusCode, Is.EqualTo(HttpStatusCode.NotFound));

        using var mounted = await Client.SendAsync(HttpMethod.Post, $"/v2/{Repository}/blobs/uploads/?mount={Blob.Digest}&from=acme/base");
        Assert.That(mounted.StatusCode, Is.EqualTo(HttpStatusCode.Created));
        Assert.That((await Client.GetAsync($"/v2/{Repository}/blobs/{Blob.Digest}")).StatusCode, Is.EqualTo(HttpStatusCode.OK));

        var unknown = Content.Text("unknown");
        using var fallen = await Client.SendAsync(
            HttpMethod.Post, $"/v2/{Repository}/blobs/uploads/?mount={unknown.Digest}&from=acme/base");
        Assert.That(fallen.StatusCode, Is.EqualTo(HttpStatusCode.Accepted));
        using var put = await Client.SendAsync(
            HttpMethod.Put, $"{fallen.Headers.Location}?digest={unknown.Digest}", new ByteArrayContent(unknown.Bytes));
        Assert.That(put.StatusCode, Is.EqualTo(HttpStatusCode.Created));
    }

    [Test]
    public async Task A_deleted_blob_is_gone_here_and_stays_elsewhere()
    {
        await Client.PushAsync(Repository, Blob);
        await Client.PushAsync("acme/other", Blob);

        Assert.That(
            (await Client.SendAsync(HttpMethod.Delete, $"/v2/{Repository}/blobs/{Blob.Digest}")).StatusCode,
            Is.EqualTo(HttpStatusCode.Accepted));
        Assert.That(
            await RegistryClient.RefusalAsync(Client.GetAsync($"/v2/{Repository}/blobs/{Blob.Digest}")), Is.EqualTo((404, "BLOB_UNKNOWN")));
        Assert.That(
            await RegistryClient.RefusalAsync(Client.SendAsync(HttpMethod.Delete, $"/v2/{Repository}/blobs/{Blob.Digest}")),
            Is.EqualTo((404, "BLOB_UNKNOWN")));
        Assert.That((await Client.GetAsync($"/v2/acme/other/blobs/{Blob.Digest}")).StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task The_same_blob_pushed_by_many_at_once_is_whole()
    {
        var blob = Content.Text(string.Concat(Enumerable.Range(0, 100_000)));
        await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Client.PushAsync(Repository, blob)));
        using var whole = await Client.GetAsync($"/v2/{Repository}/blobs/{blob.Digest}");
        Assert.That(await whole.Content.ReadAsByteArrayAsync(), Is.EqualTo(blob.Bytes));
    }

    private static ByteArrayContent Chunk(string range, string text)
    {
        var chunk = new ByteArrayContent(System.Text.Encoding.ASCII.GetBytes(text));
        chunk.Headers.TryAddWithoutValidation("Content-Range", range);
        return chunk;
    }

    private Task<HttpResponseMessage> PatchAsync(string upload, string range, string text) =>
        Client.SendAsync(HttpMethod.Patch, upload, Chunk(range, text));

    private async Task<string> BeginAsync()
    {
        using var begun = await Client.SendAsync(HttpMethod.Post, $"/v2/{Repository}/blobs/uploads/");
        Assert.That(begun.StatusCode, Is.EqualTo(HttpStatusCode.Accepted));
        return begun.Headers.Location!.ToString();
    }
}
