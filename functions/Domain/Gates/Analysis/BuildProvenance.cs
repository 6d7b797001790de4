using System.Collections.Immutable;

namespace CdAutomation.Domain.Gates.Analysis;

/// <summary>What a builder states about a build: a BUILD occurrence that holds an in-toto statement with SLSA provenance.</summary>
/// <param name="Builder">The builder's id, or null where none is stated.</param>
/// <param name="Subjects">SHA-256 of what was built, hexadecimal.</param>
/// <param name="ConfigSource">The source repository that the build's own definition came from; null where none is stated.</param>
/// <param name="Dependencies">Addresses of everything else that went into the build, its source among them.</param>
public sealed record BuildProvenance(string? Builder, ImmutableArray<string> Subjects, string? ConfigSource, ImmutableArray<string> Dependencies);
