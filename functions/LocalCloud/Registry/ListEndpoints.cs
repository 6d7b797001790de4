using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace CdAutomation.LocalCloud.Registry;

/// <summary>Tags and referrers (OCI distribution spec v1.1, "Listing Tags" and "Listing Referrers").</summary>
internal sealed class ListEndpoints(RegistryStore store)
{
    /// <summary>The largest page, also when the client asks for more or for none in particular; the rest is behind the Link
    /// header.</summary>
    public const int LargestPage = 1_000;

    public async Task TagsAsync(HttpContext http, RegistryRoute.Tags route)
    {
        var size = PageSize(http);
        var found = size == 0 ? [] : store.Tags(route.Repository, http.Request.Query["last"].ToString(), size + 1);
        if (found.Count == 0 && !store.KnowsRepository(route.Repository))
            throw RegistryRefusal.NameUnknown(route.Repository);

        var page = found.Take(size).ToList();
        if (found.Count > size)
            http.Response.Headers.Link = string.Create(
                CultureInfo.InvariantCulture,
                $"</v2/{route.Repository}/tags/list?n={size}&last={Uri.EscapeDataString(page[^1])}>; rel=\"next\"");
        http.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(http.Response.BodyWriter);
        json.WriteStartObject();
        json.WriteString("name", route.Repository);
        json.WriteStartArray("tags");
        foreach (var tag in page)
            json.WriteStringValue(tag);
        json.WriteEndArray();
        WriteUploads(json, store.UploadsOf(route.Repository));
        json.WriteEndObject();
    }

    // Google's registries add every manifest with its tags and times, as text (harbor and go-containerregistry read them so).
    private static void WriteUploads(Utf8JsonWriter json, IReadOnlyList<Uploaded> uploads)
    {
        json.WriteStartObject("manifest");
        foreach (var upload in uploads)
        {
            json.WriteStartObject(upload.Digest.ToString());
            json.WriteString("mediaType", upload.MediaType);
            json.WriteStartArray("tag");
            foreach (var tag in upload.Tags)
                json.WriteStringValue(tag);
            json.WriteEndArray();
            json.WriteString("timeUploadedMs", upload.At.ToString(CultureInfo.InvariantCulture));
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    public async Task ReferrersAsync(HttpContext http, RegistryRoute.Referrers route)
    {
        var wanted = http.Request.Query["artifactType"] is [{ Length: > 0 } type] ? type : null;
        http.Response.ContentType = ManifestDocument.OciIndex;
        if (wanted is not null)
            http.Response.Headers["OCI-Filters-Applied"] = "artifactType";
        await using var json = new Utf8JsonWriter(http.Response.BodyWriter);
        json.WriteStartObject();
        json.WriteNumber("schemaVersion", 2);
        json.WriteString("mediaType", ManifestDocument.OciIndex);
        json.WriteStartArray("manifests");
        foreach (var manifest in store.Referrers(route.Repository, route.Subject))
            Write(json, manifest, wanted);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, StoredManifest manifest, string? wanted)
    {
        using var document = JsonDocument.Parse(manifest.Body);
        var root = document.RootElement;
        var artifactType = ArtifactType(root);
        if (wanted is not null && wanted != artifactType)
            return;

        json.WriteStartObject();
        json.WriteString("mediaType", manifest.MediaType);
        json.WriteString("digest", manifest.Digest.ToString());
        json.WriteNumber("size", manifest.Body.Length);
        if (artifactType is not null)
            json.WriteString("artifactType", artifactType);
        if (root.TryGetProperty("annotations", out var annotations) && annotations.ValueKind == JsonValueKind.Object)
        {
            json.WritePropertyName("annotations");
            annotations.WriteTo(json);
        }

        json.WriteEndObject();
    }

    // "If the artifactType is empty or missing in the image manifest, the value of artifactType MUST be set to the config descriptor
    // mediaType value."
    private static string? ArtifactType(JsonElement root)
    {
        if (root.TryGetProperty("artifactType", out var type) && type.ValueKind == JsonValueKind.String
            && type.GetString() is { Length: > 0 } said)
            return said;
        return root.TryGetProperty("config", out var config) ? config.GetProperty("mediaType").GetString() : null;
    }

    private static int PageSize(HttpContext http)
    {
        if (http.Request.Query["n"] is not [{ } text])
            return LargestPage;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var size)
            ? Math.Min(size, LargestPage)
            : throw new RegistryRefusal(400, "PAGINATION_NUMBER_INVALID", "n must be a whole number of 0 or more");
    }
}
