using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace CdAutomation.LocalCloud.Registry;

/// <summary>Manifests by tag and digest (OCI distribution spec v1.1, "Pulling manifests", "Pushing manifests", "Deleting tags" and
/// "Deleting manifests").</summary>
internal sealed class ManifestEndpoints(RegistryStore store, Func<string, string, IReadOnlyList<string>> hosts, Action owed)
{
    /// <summary>The least a registry must take is 4 MiB; this one takes no more.</summary>
    public const int Largest = 4 * 1024 * 1024;

    public async Task GetAsync(HttpContext http, RegistryRoute.Manifest route)
    {
        var manifest = store.Manifest(route.Repository, route.Reference);
        if (manifest is null && !store.KnowsRepository(route.Repository))
            throw RegistryRefusal.NameUnknown(route.Repository);
        if (manifest is null)
            throw RegistryRefusal.ManifestUnknown($"{route.Reference}");
        if (!Accepts(http, manifest.MediaType))
            throw new RegistryRefusal(
                404, "MANIFEST_UNKNOWN", $"the manifest is of type {manifest.MediaType}, which the Accept header does not name");

        http.Response.ContentType = manifest.MediaType;
        http.Response.ContentLength = manifest.Body.Length;
        http.Response.Headers["Docker-Content-Digest"] = manifest.Digest.ToString();
        http.Response.Headers.ETag = $"\"{manifest.Digest}\"";
        if (!HttpMethods.IsHead(http.Request.Method))
            await http.Response.Body.WriteAsync(manifest.Body, http.RequestAborted);
    }

    public async Task PutAsync(HttpContext http, RegistryRoute.Manifest route)
    {
        var body = await BodyAsync(http);
        var digest = Digest.Of(body);
        if (route.Reference is ManifestReference.ByDigest(var expected) && expected != digest)
            throw RegistryRefusal.DigestInvalid("the manifest that was received has another digest");

        var document = ManifestDocument.Parse(body, ContentType(http));
        var tag = (route.Reference as ManifestReference.ByTag)?.Tag;
        store.KeepManifest(
            route.Repository, new(digest, document.MediaType, body), document, tag, hosts(route.Repository, http.Request.Host.Value ?? ""));
        owed();

        http.Response.StatusCode = StatusCodes.Status201Created;
        http.Response.Headers.Location = $"/v2/{route.Repository}/manifests/{digest}";
        http.Response.Headers["Docker-Content-Digest"] = digest.ToString();
        // Tells the client that the referrers API knows of it, and no fallback tag is needed.
        if (document.Subject is { } subject)
            http.Response.Headers["OCI-Subject"] = subject.ToString();
    }

    public Task DeleteAsync(HttpContext http, RegistryRoute.Manifest route)
    {
        var names = hosts(route.Repository, http.Request.Host.Value ?? "");
        var known = route.Reference switch
        {
            ManifestReference.ByTag(var tag) => store.DropTag(route.Repository, tag, names),
            ManifestReference.ByDigest(var digest) => store.DropManifest(route.Repository, digest, names),
            _ => false,
        };
        if (!known)
            throw RegistryRefusal.ManifestUnknown($"{route.Reference}");
        owed();
        http.Response.StatusCode = StatusCodes.Status202Accepted;
        return Task.CompletedTask;
    }

    /// <summary>Without the header everything is welcome. A client that names types and not this one could not read it.</summary>
    private static bool Accepts(HttpContext http, string mediaType)
    {
        var accept = http.Request.Headers.Accept;
        return accept.Count == 0 || !MediaTypeHeaderValue.TryParseList(accept, out var ranges) || ranges.Count == 0
            || ranges.Any(range => range.MatchesAllTypes || range.MediaType.Equals(mediaType, StringComparison.OrdinalIgnoreCase)
                || (range.MatchesAllSubTypes && mediaType.StartsWith($"{range.Type}/", StringComparison.OrdinalIgnoreCase)));
    }

    private static string? ContentType(HttpContext http) => http.Request.ContentType is not { Length: > 0 } text
        ? null
        : MediaTypeHeaderValue.TryParse(text, out var type)
            ? type.MediaType.Value
            : throw RegistryRefusal.ManifestInvalid("the Content-Type header cannot be read");

    private static async Task<byte[]> BodyAsync(HttpContext http)
    {
        if (http.Request.ContentLength > Largest)
            throw RegistryRefusal.TooLarge($"a manifest may have at most {Largest} bytes");
        using var kept = new MemoryStream();
        var buffer = new byte[16_384];
        for (int read; (read = await http.Request.Body.ReadAsync(buffer, http.RequestAborted)) > 0;)
        {
            if (kept.Length + read > Largest)
                throw RegistryRefusal.TooLarge($"a manifest may have at most {Largest} bytes");
            kept.Write(buffer, 0, read);
        }

        return kept.ToArray();
    }
}
