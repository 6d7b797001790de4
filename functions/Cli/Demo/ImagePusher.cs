using System.Net;
using System.Net.Http.Headers;

namespace CdAutomation.Cli.Demo;

/// <summary>Pushes images as any tool does: blobs first, then the manifest under its tag (OCI distribution specification v1.1, "Push").</summary>
internal sealed class ImagePusher(HttpClient http, string registry)
{
    /// <summary>Pushes.</summary>
    /// <param name="path">The repository's path, e.g. <c>acme/app/web</c>.</param>
    /// <param name="tag">The tag.</param>
    /// <param name="image">What to push.</param>
    /// <param name="cancellation">Stops.</param>
    public async Task PushAsync(string path, string tag, DemoImage image, CancellationToken cancellation)
    {
        await BlobAsync(path, image.Layer, cancellation);
        await BlobAsync(path, image.Config, cancellation);
        using var content = new ByteArrayContent(image.Manifest);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/vnd.oci.image.manifest.v1+json");
        using var reply = await http.PutAsync($"http://{registry}/v2/{path}/manifests/{tag}", content, cancellation);
        reply.EnsureSuccessStatusCode();
    }

    private async Task BlobAsync(string path, byte[] blob, CancellationToken cancellation)
    {
        var digest = DemoImage.DigestOf(blob);
        using var head = new HttpRequestMessage(HttpMethod.Head, $"http://{registry}/v2/{path}/blobs/{digest}");
        using var there = await http.SendAsync(head, cancellation);
        if (there.StatusCode == HttpStatusCode.OK)
            return;

        using var begun = await http.PostAsync($"http://{registry}/v2/{path}/blobs/uploads/", null, cancellation);
        begun.EnsureSuccessStatusCode();
        var location = new Uri(new Uri($"http://{registry}"), begun.Headers.Location!);
        var upload = new UriBuilder(location);
        upload.Query = string.IsNullOrEmpty(upload.Query) ? $"digest={Uri.EscapeDataString(digest)}" : $"{upload.Query[1..]}&digest={Uri.EscapeDataString(digest)}";
        using var content = new ByteArrayContent(blob);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        using var done = await http.PutAsync(upload.Uri, content, cancellation);
        done.EnsureSuccessStatusCode();
    }
}
