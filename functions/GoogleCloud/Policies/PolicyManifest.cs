using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using CdAutomation.Delivery.Policies;
using CdAutomation.Domain;
using CdAutomation.Domain.Images;
using CdAutomation.Domain.Policies;

namespace CdAutomation.GoogleCloud.Policies;

/// <summary>
/// The manifest under which policies are stored (OCI image specification v1.1, "Guidelines for Artifact Usage"): an artifact type, the empty
/// config, and one layer, the canonical text. The annotations are those that the specification gives a meaning, and one of ours.
/// </summary>
/// <param name="Edition">Which policies they are.</param>
/// <param name="Forced">Whether they are wanted even if they are older.</param>
/// <param name="Layer">Digest of the canonical text.</param>
/// <param name="Size">Bytes of it.</param>
internal sealed record PolicyManifest(PolicyEdition Edition, bool Forced, Digest Layer, int Size)
{
    public const string MediaType = "application/vnd.oci.image.manifest.v1+json";
    public const string ArtifactType = "application/vnd.cdautomation.policy.v1";
    public const string LayerType = "application/vnd.cdautomation.policy.v1+json";
    public const string EmptyType = "application/vnd.oci.empty.v1+json";

    /// <summary>The digest of <c>{}</c>, as the specification names it.</summary>
    public static readonly Digest Empty = Digest.Parse("sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a");

    /// <summary>Policies of ten thousand pipelines have about half as many bytes.</summary>
    public const int LayerMax = 8 * 1024 * 1024;

    private const int ManifestMax = 64 * 1024;
    private const int SourceMax = 1000;
    private const string SourceKey = "org.opencontainers.image.source";
    private const string RevisionKey = "org.opencontainers.image.revision";
    private const string CreatedKey = "org.opencontainers.image.created";
    private const string ForcedKey = "dev.cdautomation.forced";

    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 16 };

    /// <summary>The same policies of the same commit are the same bytes, whoever writes them and whenever.</summary>
    public byte[] Write()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Plain))
        {
            json.WriteStartObject();
            json.WriteNumber("schemaVersion", 2);
            json.WriteString("mediaType", MediaType);
            json.WriteString("artifactType", ArtifactType);
            json.WritePropertyName("config");
            WriteDescriptor(json, EmptyType, Empty, 2);
            json.WriteStartArray("layers");
            WriteDescriptor(json, LayerType, Layer, Size);
            json.WriteEndArray();
            json.WriteStartObject("annotations");
            if (Forced)
                json.WriteString(ForcedKey, "true");
            json.WriteString(CreatedKey, Edition.CommittedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
            json.WriteString(RevisionKey, Edition.Commit);
            json.WriteString(SourceKey, Edition.Source);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads what stands under a tag of policies; it may be anything.</summary>
    public static Parsed<PolicyManifest> Read(ReadOnlyMemory<byte> manifest)
    {
        if (manifest.Length > ManifestMax)
            return new Reason("policy.manifest", $"its manifest has {manifest.Length} bytes, where {ManifestMax} are the most");
        try
        {
            using var document = JsonDocument.Parse(manifest, Strict);
            return Read(document.RootElement);
        }
        catch (JsonException)
        {
            return new Reason("policy.manifest", "its manifest is malformed JSON, names a key twice, or nests too deeply");
        }
        catch (InvalidOperationException)
        {
            return new Reason("policy.manifest", "its manifest holds text that is none");
        }
    }

    private static Parsed<PolicyManifest> Read(JsonElement root)
    {
        if (Text(root, "artifactType") is var type && type != ArtifactType)
            return new Reason("policy.artifactType", $"its artifact type is {Excerpt.Of(type)}, where {ArtifactType} is wanted: it is no policies");
        if (!root.TryGetProperty("layers", out var layers) || layers.ValueKind is not JsonValueKind.Array || layers.GetArrayLength() != 1)
            return new Reason("policy.layers", "it has not one layer, which would be the policies");

        var layer = layers[0];
        var problems = ImmutableArray.CreateBuilder<Reason>();
        if (Text(layer, "mediaType") is var layerType && layerType != LayerType)
            problems.Add(new("policy.layerType", $"its layer is {Excerpt.Of(layerType)}, where {LayerType} is wanted"));
        if (!Digest.TryParse(Text(layer, "digest"), out var digest))
            problems.Add(new("policy.layerDigest", $"its layer's digest is {Excerpt.Of(Text(layer, "digest"))}, which is none"));
        if (!(Property(layer, "size") is { ValueKind: JsonValueKind.Number } number && number.TryGetInt64(out var size) && size is >= 0 and <= LayerMax))
        {
            size = 0;
            problems.Add(new("policy.tooLarge", $"its layer does not say that it has at most {LayerMax} bytes"));
        }

        var notes = Property(root, "annotations") ?? default;
        var (commit, created, source) = (Text(notes, RevisionKey), Text(notes, CreatedKey), Text(notes, SourceKey));
        if (!PolicyArtifact.IsCommit(commit))
            problems.Add(new("policy.revision", $"its {RevisionKey} is {Excerpt.Of(commit)}, where 40 hexadecimal digits of a commit are wanted"));
        if (!TryReadTime(created, out var committedAt))
            problems.Add(new("policy.created", $"its {CreatedKey} is {Excerpt.Of(created)}, where the commit's time is wanted (RFC 3339)"));
        if (source is not { Length: > 0 and <= SourceMax } || source.Any(char.IsControl))
            problems.Add(new("policy.sourceUnknown", $"its {SourceKey} is {Excerpt.Of(source)}, where a git repository is wanted"));

        return problems.Count > 0
            ? Parsed<PolicyManifest>.Refused(problems.ToImmutable())
            : new PolicyManifest(new(commit!, committedAt, source!), Text(notes, ForcedKey) == "true", digest, (int)size);
    }

    private static bool TryReadTime(string? text, out DateTimeOffset time) => DateTimeOffset.TryParseExact(
        text, ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out time);

    private static JsonElement? Property(JsonElement parent, string name) =>
        parent.ValueKind is JsonValueKind.Object && parent.TryGetProperty(name, out var value) ? value : null;

    private static string? Text(JsonElement parent, string name) =>
        Property(parent, name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    private static void WriteDescriptor(Utf8JsonWriter json, string type, Digest digest, int size)
    {
        json.WriteStartObject();
        json.WriteString("mediaType", type);
        json.WriteString("digest", digest.Value);
        json.WriteNumber("size", size);
        json.WriteEndObject();
    }
}
