using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using CdAutomation.Domain.Images;
using CdAutomation.Domain.Releases;

namespace CdAutomation.GoogleCloud.Tests.SupplyChain;

/// <summary>A repository of a real registry, pushed to over its API.</summary>
internal sealed class ImageStore(Uri server, Repository repository) : IDisposable
{
    private const string ManifestType = "application/vnd.oci.image.manifest.v1+json";
    private const string IndexType = "application/vnd.oci.image.index.v1+json";
    private readonly HttpClient _http = new() { BaseAddress = server };
    private readonly Dictionary<Digest, List<string>> _unlisted = [];

    public Repository Repository => repository;

    /// <summary>An image of no layers; its manifest is returned too.</summary>
    public async Task<(ReleaseImage Image, byte[] Manifest)> ImageAsync(string name, string platform = "linux/amd64")
    {
        var parts = platform.Split('/');
        var config = await BlobAsync(Encoding.UTF8.GetBytes(
            $$$"""{"os":"{{{parts[0]}}}","architecture":"{{{parts[1]}}}","config":{"Labels":{"name":"{{{name}}}"}},"rootfs":{"type":"layers","diff_ids":[]}}"""));
        var manifest = Encoding.UTF8.GetBytes(
            $$"""{"schemaVersion":2,"mediaType":"{{ManifestType}}","config":{{Described("application/vnd.oci.image.config.v1+json", config)}},"layers":[]}""");
        return (ImageOf(await ManifestAsync(name, ManifestType, manifest)), manifest);
    }

    /// <summary>An index of the images, with an attestation as BuildKit adds it.</summary>
    public async Task<ReleaseImage> IndexAsync(string name, params string[] platforms)
    {
        List<string> listed = [];
        foreach (var platform in platforms)
        {
            var (image, manifest) = await ImageAsync($"{name}-{platform.Replace('/', '-')}", platform);
            var parts = platform.Split('/');
            var variant = parts.Length > 2 ? $",\"variant\":\"{parts[2]}\"" : "";
            listed.Add(string.Create(CultureInfo.InvariantCulture, $$$"""
                {"mediaType":"{{{ManifestType}}}","digest":"{{{image.Digest}}}","size":{{{manifest.Length}}},
                 "platform":{"os":"{{{parts[0]}}}","architecture":"{{{parts[1]}}}"{{{variant}}}}}
                """));
        }

        var index = $$"""{"schemaVersion":2,"mediaType":"{{IndexType}}","manifests":[{{string.Join(',', listed)}}]}""";
        return ImageOf(await ManifestAsync(name, IndexType, Encoding.UTF8.GetBytes(index)));
    }

    /// <summary>Puts signatures under the image's tag for them, in place of those there; the last is the newest.</summary>
    public async Task SignAsync(ReleaseImage image, params (byte[] Payload, byte[] Signature)[] signatures)
    {
        List<string> layers = [];
        foreach (var (payload, signature) in signatures)
        {
            var annotations = $$"""{"dev.cosignproject.cosign/signature":"{{Convert.ToBase64String(signature)}}"}""";
            layers.Add(Described(Signatures.SimpleSigning, await BlobAsync(payload), $",\"annotations\":{annotations}"));
        }

        var config = Described("application/vnd.oci.image.config.v1+json", await BlobAsync("{}"u8.ToArray()));
        var manifest = $$"""{"schemaVersion":2,"mediaType":"{{ManifestType}}","config":{{config}},"layers":[{{string.Join(',', layers)}}]}""";
        await ManifestAsync($"sha256-{Signatures.HexOf(image.Digest)}.sig", ManifestType, Encoding.UTF8.GetBytes(manifest));
    }

    /// <summary>Attaches a bundle to the image; where the registry does not list it itself, under the tag for that, as clients do.</summary>
    public async Task AttachAsync(ReleaseImage image, byte[] bundle, string? annotations = null)
    {
        var config = Described("application/vnd.oci.empty.v1+json", await BlobAsync("{}"u8.ToArray()));
        var noted = annotations is null ? "" : $",\"annotations\":{annotations}";
        var manifest = Encoding.UTF8.GetBytes($$"""
            {"schemaVersion":2,"mediaType":"{{ManifestType}}","artifactType":"{{Signatures.Bundle}}","config":{{config}},
             "layers":[{{Described(Signatures.Bundle, await BlobAsync(bundle))}}],
             "subject":{"mediaType":"{{ManifestType}}","digest":"{{image.Digest}}","size":1}{{noted}}}
            """);
        var digest = Signatures.DigestOf(manifest);
        using var response = await PutAsync(digest.Value, ManifestType, manifest);
        if (response.Headers.Contains("OCI-Subject"))
            return;

        if (!_unlisted.TryGetValue(image.Digest, out var listed))
            _unlisted[image.Digest] = listed = [];
        listed.Add(Described(ManifestType, (digest, manifest.Length), $",\"artifactType\":\"{Signatures.Bundle}\"{noted}"));
        var index = $$"""{"schemaVersion":2,"mediaType":"{{IndexType}}","manifests":[{{string.Join(',', listed)}}]}""";
        await ManifestAsync($"sha256-{Signatures.HexOf(image.Digest)}", IndexType, Encoding.UTF8.GetBytes(index));
    }

    public void Dispose() => _http.Dispose();

    private ReleaseImage ImageOf(Digest digest) => new(repository, digest, "v1.0.0", DateTimeOffset.UnixEpoch);

    private static string Described(string type, (Digest Digest, int Size) blob, string more = "") => string.Create(
        CultureInfo.InvariantCulture, $$"""{"mediaType":"{{type}}","digest":"{{blob.Digest}}","size":{{blob.Size}}{{more}}}""");

    private async Task<(Digest Digest, int Size)> BlobAsync(byte[] content)
    {
        var digest = Signatures.DigestOf(content);
        using var begun = await _http.PostAsync(new Uri($"/v2/{repository.Path}/blobs/uploads/", UriKind.Relative), null);
        begun.EnsureSuccessStatusCode();
        var upload = new Uri(server, begun.Headers.Location!);
        using var body = new ByteArrayContent(content) { Headers = { ContentType = new MediaTypeHeaderValue("application/octet-stream") } };
        using var ended = await _http.PutAsync(
            new Uri($"{upload}{(upload.Query.Length > 0 ? '&' : '?')}digest={Uri.EscapeDataString(digest.Value)}"), body);
        Assert.That(ended.IsSuccessStatusCode, Is.True, await ended.Content.ReadAsStringAsync());
        return (digest, content.Length);
    }

    private async Task<Digest> ManifestAsync(string reference, string type, byte[] manifest)
    {
        using var response = await PutAsync(reference, type, manifest);
        return Signatures.DigestOf(manifest);
    }

    private async Task<HttpResponseMessage> PutAsync(string reference, string type, byte[] manifest)
    {
        using var body = new ByteArrayContent(manifest) { Headers = { ContentType = new MediaTypeHeaderValue(type) } };
        var response = await _http.PutAsync(new Uri($"/v2/{repository.Path}/manifests/{reference}", UriKind.Relative), body);
        Assert.That(response.IsSuccessStatusCode, Is.True, await response.Content.ReadAsStringAsync());
        return response;
    }
}
