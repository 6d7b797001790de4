using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using CdAutomation.Delivery;
using CdAutomation.Delivery.Policies;
using CdAutomation.Domain.Decisions;
using CdAutomation.Domain.Gates;
using CdAutomation.Domain.Images;
using CdAutomation.Domain.Releases;
using CdAutomation.Storage;
using CdAutomation.Triggers.Health;

namespace CdAutomation.Triggers.Requests;

/// <summary>How the HTTP API writes and reads: camel case, what is null left out, instants in ISO 8601.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters =
    [
        typeof(DigestConverter),
        typeof(RepositoryConverter),
        typeof(ImageReferenceConverter),
        typeof(CamelCase<Outcome>),
        typeof(CamelCase<Finding>),
        typeof(CamelCase<ArtifactKind>),
    ])]
[JsonSerializable(typeof(StatusReport))]
[JsonSerializable(typeof(WhyReport))]
[JsonSerializable(typeof(EventsReport))]
[JsonSerializable(typeof(PolicyReport))]
[JsonSerializable(typeof(DeployOrder))]
[JsonSerializable(typeof(CommandOrder))]
// Named, because other types bear the same short name.
[JsonSerializable(typeof(Command.Pin), TypeInfoPropertyName = "CommandPin")]
[JsonSerializable(typeof(Command.Vote), TypeInfoPropertyName = "CommandVote")]
[JsonSerializable(typeof(FailuresReport))]
[JsonSerializable(typeof(DropOrder))]
[JsonSerializable(typeof(DropAnswer))]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(Readiness))]
public sealed partial class ApiJson : JsonSerializerContext;

/// <summary>Enumerations as words.</summary>
internal sealed class CamelCase<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.CamelCase)
    where T : struct, Enum;

/// <summary>Received events.</summary>
/// <param name="Counts">Of all events, whatever was asked for.</param>
/// <param name="Events">The newest first.</param>
public sealed record EventsReport(EventCounts Counts, ImmutableArray<JournalEvent> Events);

/// <summary>What is to be deployed.</summary>
/// <param name="Image"><c>host/path:tag</c>, <c>host/path@sha256:…</c>, or only the tag or the digest.</param>
public sealed record DeployOrder(string Image)
{
    /// <summary>The one stage it is for; null for every one.</summary>
    public string? Stage { get; init; }

    /// <summary>Gates that are not to be asked, in an emergency; null for none.</summary>
    public ImmutableArray<string>? BreakGlass { get; init; }

    /// <summary>Why; needed to break the glass.</summary>
    public string? Reason { get; init; }
}

/// <summary>What is said to a pipeline.</summary>
/// <param name="Command">One of <see cref="CommandOrders.Words"/>.</param>
/// <param name="Stage">Name of the stage, where it is about one.</param>
/// <param name="Image">Tag, or the beginning of a digest, where it is about one.</param>
/// <param name="To">Where a rollback goes; null for what did well before.</param>
/// <param name="Until">When it ends by itself, or null.</param>
/// <param name="Reason">Why.</param>
public sealed record CommandOrder(string Command, string? Stage, string? Image, string? To, DateTimeOffset? Until, string? Reason);
