using System.Text.Json;
using System.Text.Json.Serialization;
using CdAutomation.Delivery.Policies;
using CdAutomation.Domain;
using CdAutomation.Domain.Decisions;
using CdAutomation.Domain.Images;
using CdAutomation.Domain.Releases;
using CdAutomation.Domain.Rollouts;

namespace CdAutomation.Storage;

/// <summary>How states, records and events are written down. Source-generated, so that it costs no start-up and needs no reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    Converters = [typeof(DigestConverter), typeof(RepositoryConverter), typeof(ImageReferenceConverter)])]
[JsonSerializable(typeof(PipelineState))]
[JsonSerializable(typeof(DecisionRecord))]
[JsonSerializable(typeof(Signal))]
[JsonSerializable(typeof(Reason))]
// Named, because other types bear the same short name.
[JsonSerializable(typeof(Command.Pin), TypeInfoPropertyName = "CommandPin")]
[JsonSerializable(typeof(Command.Vote), TypeInfoPropertyName = "CommandVote")]
[JsonSerializable(typeof(RolloutStep.Predeploy), TypeInfoPropertyName = "StepPredeploy")]
[JsonSerializable(typeof(RolloutStep.Verify), TypeInfoPropertyName = "StepVerify")]
[JsonSerializable(typeof(PolicyBundle))]
[JsonSerializable(typeof(PolicyRefusal))]
[JsonSerializable(typeof(PolicyAnnouncement))]
public sealed partial class StateJson : JsonSerializerContext;

/// <summary><c>sha256:…</c></summary>
public sealed class DigestConverter : JsonConverter<Digest>
{
    /// <inheritdoc/>
    public override Digest Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Digest.Parse(reader.GetString()!);

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, Digest value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);
}

/// <summary><c>host/path</c></summary>
public sealed class RepositoryConverter : JsonConverter<Repository>
{
    /// <inheritdoc/>
    public override Repository Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Repository.TryParse(reader.GetString(), out var repository) ? repository : throw new JsonException("not a repository");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, Repository value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}

/// <summary><c>host/path[:tag][@digest]</c></summary>
public sealed class ImageReferenceConverter : JsonConverter<ImageReference>
{
    /// <inheritdoc/>
    public override ImageReference Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        ImageReference.TryParse(reader.GetString(), out var reference) ? reference : throw new JsonException("not an image reference");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, ImageReference value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}
