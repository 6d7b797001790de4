using System.Text.Json;

namespace CdAutomation.LocalCloud.Registry;

/// <summary>What a registry must know of a manifest: what it refers to. The bytes are kept as they came.</summary>
/// <param name="Blobs">Config and layers that must be in the repository.</param>
/// <param name="Children">Manifests of an index that must be in the repository.</param>
/// <param name="Subject">What the manifest is about, if it says so (OCI image spec v1.1); need not exist.</param>
internal sealed record ManifestDocument(string MediaType, IReadOnlyList<Digest> Blobs, IReadOnlyList<Digest> Children, Digest? Subject)
{
    public const string OciManifest = "application/vnd.oci.image.manifest.v1+json";
    public const string OciIndex = "application/vnd.oci.image.index.v1+json";
    public const string DockerManifest = "application/vnd.docker.distribution.manifest.v2+json";
    public const string DockerList = "application/vnd.docker.distribution.manifest.list.v2+json";

    // A key given twice could mean one thing to us and another to who runs the image.
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 32 };

    /// <param name="contentType">The request's, without parameters; null when it has none, and the document must say its type
    /// then.</param>
    /// <exception cref="RegistryRefusal">MANIFEST_INVALID with the reason; DIGEST_INVALID; UNSUPPORTED.</exception>
    public static ManifestDocument Parse(ReadOnlyMemory<byte> bytes, string? contentType)
    {
        try
        {
            using var json = JsonDocument.Parse(bytes, Strict);
            return Read(json.RootElement, contentType);
        }
        catch (JsonException broken)
        {
            throw RegistryRefusal.ManifestInvalid($"the manifest is not JSON: {broken.Message}");
        }
    }

    private static ManifestDocument Read(JsonElement root, string? contentType)
    {
        if (root.ValueKind != JsonValueKind.Object)
            throw RegistryRefusal.ManifestInvalid("a manifest is a JSON object");
        if (!root.TryGetProperty("schemaVersion", out var schema) || schema.ValueKind != JsonValueKind.Number
            || !schema.TryGetInt32(out var version) || version != 2)
            throw RegistryRefusal.ManifestInvalid("schemaVersion must be 2");

        var mediaType = MediaTypeOf(root, contentType);
        Digest? subject = root.TryGetProperty("subject", out var about) ? Descriptor(about, "subject") : null;
        return mediaType is OciIndex or DockerList
            ? new(mediaType, [], Descriptors(root, "manifests"), subject)
            : new(mediaType, [Required(root, "config"), .. Descriptors(root, "layers")], [], subject);
    }

    private static string MediaTypeOf(JsonElement root, string? contentType)
    {
        var said = root.TryGetProperty("mediaType", out var property)
            ? property.ValueKind == JsonValueKind.String
                ? property.GetString()
                : throw RegistryRefusal.ManifestInvalid("mediaType must be a string")
            : null;
        var mediaType = contentType ?? said ?? throw RegistryRefusal.ManifestInvalid(
            "neither the Content-Type header nor mediaType says what this is");
        if (said is not null && said != mediaType)
            throw RegistryRefusal.ManifestInvalid("the Content-Type header and mediaType differ");
        return mediaType is OciManifest or OciIndex or DockerManifest or DockerList
            ? mediaType
            : throw RegistryRefusal.ManifestInvalid(
                "the media type must be an OCI image manifest or index, or a Docker schema 2 manifest or list");
    }

    private static Digest Required(JsonElement root, string name) => root.TryGetProperty(name, out var descriptor)
        ? Descriptor(descriptor, name)
        : throw RegistryRefusal.ManifestInvalid($"{name} is missing");

    private static List<Digest> Descriptors(JsonElement root, string name)
    {
        if (!root.TryGetProperty(name, out var list) || list.ValueKind != JsonValueKind.Array)
            throw RegistryRefusal.ManifestInvalid($"{name} must be a list");
        return [.. list.EnumerateArray().Select((item, index) => (Digest: Descriptor(item, $"{name}[{index}]"), Item: item))
            .Where(it => !IsForeign(it.Item)).Select(it => it.Digest)];
    }

    // OCI image spec v1.1, "Content Descriptors": mediaType, digest and size are required.
    private static Digest Descriptor(JsonElement item, string name)
    {
        if (item.ValueKind != JsonValueKind.Object
            || !item.TryGetProperty("mediaType", out var type) || type.ValueKind != JsonValueKind.String
            || !item.TryGetProperty("digest", out var digest) || digest.ValueKind != JsonValueKind.String
            || !item.TryGetProperty("size", out var size) || size.ValueKind != JsonValueKind.Number
            || !size.TryGetInt64(out var bytes) || bytes < 0)
            throw RegistryRefusal.ManifestInvalid($"{name} must have mediaType, digest and a size of 0 or more");
        return Digest.Parse(digest.GetString());
    }

    /// <summary>Layers that are fetched from elsewhere by their urls and never pushed.</summary>
    private static bool IsForeign(JsonElement descriptor)
    {
        var type = descriptor.GetProperty("mediaType").GetString()!;
        return type == "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip"
            || type.StartsWith("application/vnd.oci.image.layer.nondistributable.v1.tar", StringComparison.Ordinal);
    }
}
