using System.Text.Json.Serialization;

namespace CdAutomation.GoogleCloud.SupplyChain;

/// <summary>What we read of a page of occurrences (containeranalysis.googleapis.com v1, projects.occurrences.list; grafeas.proto).</summary>
internal sealed record OccurrencePage(Occurrence?[]? Occurrences, string? NextPageToken);

/// <summary>An occurrence; only the part of its kind is there.</summary>
internal sealed record Occurrence(
    string? Kind, string? ResourceUri, string? NoteName, DiscoveryPart? Discovery, VulnerabilityPart? Vulnerability, BuildPart? Build);

internal sealed record DiscoveryPart(string? AnalysisStatus, string? LastScanTime);

internal sealed record VulnerabilityPart(
    string? EffectiveSeverity, bool? FixAvailable, string? ShortDescription, PackageIssue?[]? PackageIssue, VexAssessment? VexAssessment);

internal sealed record PackageIssue(string? EffectiveSeverity, bool? FixAvailable);

internal sealed record VexAssessment(string? State);

/// <summary>Provenance as SLSA v1, or in the statement that came before it.</summary>
internal sealed record BuildPart(SlsaV1Statement? InTotoSlsaProvenanceV1, OlderStatement? IntotoStatement);

internal sealed record Subject(Dictionary<string, string>? Digest);

internal sealed record Builder(string? Id);

internal sealed record Source(string? Uri);

internal sealed record SlsaV1Statement(Subject?[]? Subject, SlsaV1Predicate? Predicate);

internal sealed record SlsaV1Predicate(BuildDefinition? BuildDefinition, RunDetails? RunDetails);

internal sealed record BuildDefinition(ExternalParameters? ExternalParameters, Source?[]? ResolvedDependencies);

internal sealed record ExternalParameters(BuildConfigSource? BuildConfigSource);

internal sealed record BuildConfigSource(string? Repository);

internal sealed record RunDetails(Builder? Builder);

internal sealed record OlderStatement(Subject?[]? Subject, OlderProvenance? SlsaProvenance, OlderProvenance? SlsaProvenanceZeroTwo);

internal sealed record OlderProvenance(Builder? Builder, Source?[]? Materials, Invocation? Invocation);

internal sealed record Invocation(Source? ConfigSource);

// Tools have written inTotoSlsaProvenanceV1 as intotoSlsaProvenanceV1 too.
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, PropertyNameCaseInsensitive = true)]
[JsonSerializable(typeof(OccurrencePage))]
internal sealed partial class OccurrenceJson : JsonSerializerContext;
