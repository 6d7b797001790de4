using System.Collections.Immutable;
using System.Text.Json;
using CdAutomation.Domain.Images;

namespace CdAutomation.GoogleCloud.SupplyChain;

/// <summary>What gates need of a manifest or index (OCI image specification v1.1; Docker's are alike).</summary>
/// <param name="IsIndex">Whether it lists other manifests.</param>
/// <param name="Config">Of a single manifest; null where it names none.</param>
/// <param name="Parts">Layers of a manifest, manifests of an index, in their order; those without a digest we know are left out.</param>
internal sealed record ArtifactManifest(bool IsIndex, Descriptor? Config, ImmutableArray<Descriptor> Parts)
{
    private const int PartsMax = 10_000;
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 32 };

    /// <summary>Reads one; null where it is none, or could be read as either kind.</summary>
    public static ArtifactManifest? Read(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body, Strict);
            return Read(document.RootElement);
        }
        catch (JsonException)
        {
            return null;
        }
        catch (InvalidOperationException)
        {
            // A string of half a surrogate pair is JSON, and no text.
            return null;
        }
    }

    private static ArtifactManifest? Read(JsonElement root)
    {
        // A document that is both would be one image to us and another to who runs it.
        var lists = Descriptor.Has(root, "manifests", JsonValueKind.Array, out var manifests);
        var layered = Descriptor.Has(root, "layers", JsonValueKind.Array, out var layers);
        if (lists == layered)
            return null;

        var parts = lists ? manifests : layers;
        if (parts.GetArrayLength() > PartsMax)
            return null;
        var config = Descriptor.Has(root, "config", JsonValueKind.Object, out var one) ? Descriptor.Read(one) : null;
        return new(lists, config, [.. parts.EnumerateArray().Select(Descriptor.Read).OfType<Descriptor>()]);
    }
}

/// <summary>How a manifest names a part of it (OCI image specification v1.1, "Content Descriptors").</summary>
internal sealed record Descriptor(
    string? MediaType,
    Digest Digest,
    string? ArtifactType,
    ImmutableDictionary<string, string> Annotations,
    (string? Os, string? Architecture, string? Variant) Platform)
{
    private const int AnnotationsMax = 100;

    public static Descriptor? Read(JsonElement item)
    {
        if (!Digest.TryParse(Text(item, "digest"), out var digest))
            return null;

        var platform = Has(item, "platform", JsonValueKind.Object, out var named)
            ? (Text(named, "os"), Text(named, "architecture"), Text(named, "variant"))
            : default;
        return new(Text(item, "mediaType"), digest, Text(item, "artifactType"), AnnotationsOf(item), platform);
    }

    public static bool Has(JsonElement element, string name, JsonValueKind kind, out JsonElement value)
    {
        value = default;
        return element.ValueKind is JsonValueKind.Object && element.TryGetProperty(name, out value) && value.ValueKind == kind;
    }

    public static string? Text(JsonElement element, string name) =>
        Has(element, name, JsonValueKind.String, out var value) ? value.GetString() : null;

    private static ImmutableDictionary<string, string> AnnotationsOf(JsonElement item) =>
        Has(item, "annotations", JsonValueKind.Object, out var all)
            ? all.EnumerateObject().Take(AnnotationsMax).Where(one => one.Value.ValueKind is JsonValueKind.String)
                .ToImmutableDictionary(one => one.Name, one => one.Value.GetString()!, StringComparer.Ordinal)
            : ImmutableDictionary<string, string>.Empty;
}
