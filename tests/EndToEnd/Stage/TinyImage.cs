using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace CdAutomation.EndToEnd.Stage;

/// <summary>
/// The least that a registry takes for an image: a manifest and its configuration (OCI image specification v1.1). For tests that push
/// thousands, where a program a push would be what is measured.
/// </summary>
internal sealed class TinyImage
{
    private const string ManifestType = "application/vnd.oci.image.manifest.v1+json";

    private readonly byte[] _config;
    private readonly byte[] _manifest;

    /// <param name="text">The same text gives the same digest.</param>
    public TinyImage(string text)
    {
        var config = new JsonObject
        {
            ["os"] = "linux",
            ["architecture"] = "amd64",
            ["author"] = text,
            ["config"] = new JsonObject { ["Entrypoint"] = new JsonArray("/app") },
            ["rootfs"] = new JsonObject { ["type"] = "layers", ["diff_ids"] = new JsonArray() },
        };
        _config = Encoding.UTF8.GetBytes(config.ToJsonString());
        var manifest = new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = ManifestType,
            ["config"] = new JsonObject
            {
                ["mediaType"] = "application/vnd.oci.image.config.v1+json",
                ["digest"] = DigestOf(_config),
                ["size"] = _config.Length,
            },
            ["layers"] = new JsonArray(),
        };
        _manifest = Encoding.UTF8.GetBytes(manifest.ToJsonString());
    }

    public string Digest => DigestOf(_manifest);

    /// <summary>Pushes it as any tool does: the blob first, then the manifest under its tag.</summary>
    public async Task PushAsync(HttpClient http, string registry, string path, string tag)
    {
        var root = $"http://{registry}/v2/{path}";
        using (var blob = Content(_config, "application/octet-stream"))
        using (var begun = await http.PostAsync($"{root}/blobs/uploads/", null))
        using (var done = await http.PutAsync(Upload(begun), blob))
            done.EnsureSuccessStatusCode();
        using var manifest = Content(_manifest, ManifestType);
        using var tagged = await http.PutAsync($"{root}/manifests/{tag}", manifest);
        tagged.EnsureSuccessStatusCode();
    }

    private Uri Upload(HttpResponseMessage begun)
    {
        var upload = new UriBuilder(new Uri(begun.RequestMessage!.RequestUri!, begun.EnsureSuccessStatusCode().Headers.Location!));
        upload.Query = $"{upload.Query.TrimStart('?')}&digest={Uri.EscapeDataString(DigestOf(_config))}".TrimStart('&');
        return upload.Uri;
    }

    private static ByteArrayContent Content(byte[] bytes, string type) => new(bytes) { Headers = { ContentType = new MediaTypeHeaderValue(type) } };

    private static string DigestOf(byte[] bytes) => $"sha256:{Convert.ToHexStringLower(SHA256.HashData(bytes))}";
}
