using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;

namespace CdAutomation.EndToEnd.Stage;

/// <summary>
/// Signs what a registry holds as cosign does (its SIGNATURE_SPEC.md): a simple-signing payload as the layer of a manifest under the tag
/// <c>sha256-….sig</c>, with the signature as the layer's annotation.
/// </summary>
internal sealed class Signed(string registry, string path) : IDisposable
{
    private readonly HttpClient _http = new() { BaseAddress = new Uri($"http://{registry}/v2/{path}/") };

    /// <summary>Signs a digest of the repository with a key.</summary>
    public async Task PushAsync(string repository, string digest, ECDsa key)
    {
        var payload = Encoding.UTF8.GetBytes($$$"""
            {"critical":{"identity":{"docker-reference":"{{{repository}}}"},"image":{"docker-manifest-digest":"{{{digest}}}"},
             "type":"cosign container image signature"},"optional":null}
            """);
        var signature = Convert.ToBase64String(key.SignData(payload, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
        var (config, layer) = (await BlobAsync("{}"u8.ToArray()), await BlobAsync(payload));
        await PutAsync(
            $"manifests/{digest.Replace(':', '-')}.sig",
            Encoding.UTF8.GetBytes($$$"""
                {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",
                 "config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"{{{config}}}","size":2},
                 "layers":[{"mediaType":"application/vnd.dev.cosign.simplesigning.v1+json","digest":"{{{layer}}}","size":{{{payload.Length}}},
                 "annotations":{"dev.cosignproject.cosign/signature":"{{{signature}}}"}}]}
                """),
            "application/vnd.oci.image.manifest.v1+json");
    }

    public void Dispose() => _http.Dispose();

    private async Task<string> BlobAsync(byte[] bytes)
    {
        var digest = $"sha256:{Convert.ToHexStringLower(SHA256.HashData(bytes))}";
        using var begun = await _http.PostAsync("blobs/uploads/", null);
        begun.EnsureSuccessStatusCode();
        var place = new Uri(_http.BaseAddress!, begun.Headers.Location!);
        await PutAsync($"{place}{(place.Query.Length > 0 ? "&" : "?")}digest={Uri.EscapeDataString(digest)}", bytes, "application/octet-stream");
        return digest;
    }

    private async Task PutAsync(string address, byte[] bytes, string type)
    {
        using var content = new ByteArrayContent(bytes);
        content.Headers.ContentType = new MediaTypeHeaderValue(type);
        using var answer = await _http.PutAsync(address, content);
        Assert.That(answer.IsSuccessStatusCode, Is.True, await answer.Content.ReadAsStringAsync());
    }
}
