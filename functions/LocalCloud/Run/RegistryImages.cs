using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;

namespace CdAutomation.LocalCloud.Run;

/// <summary>Image look-ups at an OCI registry (distribution spec v1.1, "Pulling manifests" and "Pulling blobs") over plain HTTP.</summary>
/// <param name="endpoint">
/// Where the registry of a reference's host answers here, e.g. <c>asia-northeast1-docker.pkg.dev</c> → <c>http://127.0.0.1:5000/</c>
/// (scheme, host and port alone); null for a host that is not known here, whose images are then missing.
/// </param>
public sealed class RegistryImages(Func<string, Uri?> endpoint) : IImages, IDisposable
{
    private const int LargestManifest = 4 << 20;
    private const int LargestConfig = 8 << 20;

    private static readonly string[] IndexTypes =
        ["application/vnd.oci.image.index.v1+json", "application/vnd.docker.distribution.manifest.list.v2+json"];

    private static readonly string[] ManifestTypes =
        ["application/vnd.oci.image.manifest.v1+json", "application/vnd.docker.distribution.manifest.v2+json"];

    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(15) };

    /// <inheritdoc/>
    public async ValueTask<ImageLookup> FindAsync(string reference, CancellationToken cancellation)
    {
        if (ImageReference.TryParse(reference) is not { } image || endpoint(image.Host) is not { } registry)
            return new ImageLookup.Missing();
        try
        {
            return await ReadAsync(registry, image, cancellation);
        }
        catch (NotAnswered answer)
        {
            return answer.Lookup;
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return new ImageLookup.Malformed("the registry's JSON is not that of an image");
        }
        catch (Exception problem) when (problem is HttpRequestException or IOException)
        {
            return new ImageLookup.Unreachable(problem.Message);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new ImageLookup.Unreachable("the registry did not answer in time");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private async Task<ImageLookup> ReadAsync(Uri registry, ImageReference image, CancellationToken cancellation)
    {
        var (mediaType, bytes) = await GetManifestAsync(registry, image.Path, image.Wanted, cancellation);
        var digest = DigestOf(bytes);
        using var top = JsonDocument.Parse(bytes);
        if (!IndexTypes.Contains(mediaType)) return await ReadConfigAsync(registry, image, digest, mediaType, top, cancellation);

        if (Amd64Of(top.RootElement) is not { } child) return new ImageLookup.WrongPlatform(mediaType);
        using var manifest = JsonDocument.Parse((await GetManifestAsync(registry, image.Path, child, cancellation)).Bytes);
        return await ReadConfigAsync(registry, image, digest, mediaType, manifest, cancellation);
    }

    private async Task<ImageLookup> ReadConfigAsync(
        Uri registry, ImageReference image, string digest, string mediaType, JsonDocument manifest, CancellationToken cancellation)
    {
        var configDigest = manifest.RootElement.GetProperty("config").GetProperty("digest").GetString() ?? "";
        if (ImageReference.TryParse("x@" + configDigest) is null) return new ImageLookup.Malformed("the configuration's digest is none");
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(registry, $"/v2/{image.Path}/blobs/{configDigest}"));
        var (_, bytes) = await SendAsync(request, LargestConfig, cancellation);
        if (DigestOf(bytes) != configDigest) return new ImageLookup.Malformed("the configuration does not have its digest");

        using var config = JsonDocument.Parse(bytes);
        if (Text(config.RootElement, "architecture") != "amd64" || Text(config.RootElement, "os") != "linux")
            return new ImageLookup.WrongPlatform(mediaType);
        return new ImageLookup.Found(digest, configDigest, $"{registry.Authority}/{image.Path}@{digest}", LabelsOf(config.RootElement));
    }

    private async Task<(string MediaType, byte[] Bytes)> GetManifestAsync(
        Uri registry, string path, string wanted, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(registry, $"/v2/{path}/manifests/{wanted}"));
        foreach (var type in IndexTypes.Concat(ManifestTypes)) request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(type));
        var (mediaType, bytes) = await SendAsync(request, LargestManifest, cancellation);
        return wanted.StartsWith("sha256:", StringComparison.Ordinal) && DigestOf(bytes) != wanted
            ? throw new NotAnswered(new ImageLookup.Malformed("the manifest does not have its digest"))
            : (mediaType, bytes);
    }

    private async Task<(string MediaType, byte[] Bytes)> SendAsync(HttpRequestMessage request, int limit, CancellationToken cancellation)
    {
        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        if (!response.IsSuccessStatusCode)
            throw new NotAnswered(response.StatusCode switch
            {
                HttpStatusCode.NotFound => new ImageLookup.Missing(),
                HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => new ImageLookup.Denied(),
                var code => new ImageLookup.Unreachable($"the registry answered {(int)code}"),
            });

        await using var body = await response.Content.ReadAsStreamAsync(cancellation);
        var bytes = new byte[limit + 1];
        var length = await body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellation);
        return length > limit
            ? throw new NotAnswered(new ImageLookup.Malformed($"more than {limit} bytes"))
            : (response.Content.Headers.ContentType?.MediaType ?? "", bytes[..length]);
    }

    private static string? Amd64Of(JsonElement index)
    {
        foreach (var entry in index.GetProperty("manifests").EnumerateArray())
            if (entry.TryGetProperty("platform", out var platform)
                && Text(platform, "architecture") == "amd64" && Text(platform, "os") == "linux"
                && ImageReference.TryParse("x@" + Text(entry, "digest")) is { Digest: { } digest })
                return digest;
        return null;
    }

    private static Dictionary<string, string> LabelsOf(JsonElement config) =>
        config.TryGetProperty("config", out var inner) && inner.ValueKind == JsonValueKind.Object
        && inner.TryGetProperty("Labels", out var labels) && labels.ValueKind == JsonValueKind.Object
            ? labels.EnumerateObject().Where(it => it.Value.ValueKind == JsonValueKind.String)
                .DistinctBy(it => it.Name).ToDictionary(it => it.Name, it => it.Value.GetString() ?? "")
            : [];

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static string DigestOf(byte[] bytes) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(bytes));

    private sealed class NotAnswered(ImageLookup lookup) : Exception
    {
        public ImageLookup Lookup => lookup;
    }
}
