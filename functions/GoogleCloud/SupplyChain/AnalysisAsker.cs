using System.Collections.Immutable;
using System.Globalization;
using CdAutomation.Domain.Gates;
using CdAutomation.Domain.Gates.Analysis;
using CdAutomation.Domain.Releases;

namespace CdAutomation.GoogleCloud.SupplyChain;

/// <summary>Answers the gates that Artifact Analysis knows about.</summary>
internal sealed class AnalysisAsker(ArtifactAnalysis analysis)
{
    public async Task<Answer> AskAsync(Gate.Vulnerabilities gate, ReleaseImage image, CancellationToken cancellation)
    {
        try
        {
            var discoveries = await analysis.ListAsync(image, "DISCOVERY", cancellation);
            ImmutableArray<Scan> scans = [.. discoveries.Select(one => one.Discovery).OfType<DiscoveryPart>().Where(IsOfScan).Select(ScanOf)];
            if (VulnerabilityGate.Awaited(image, scans) is { } awaited)
                return awaited;

            var found = await analysis.ListAsync(image, "VULNERABILITY", cancellation);
            return VulnerabilityGate.Judge(gate, image, scans, [.. found.SelectMany(IssuesOf)]);
        }
        catch (AnalysisException error)
        {
            return error.Answer;
        }
    }

    public async Task<Answer> AskAsync(Gate.Provenance gate, ReleaseImage image, CancellationToken cancellation)
    {
        try
        {
            var builds = await analysis.ListAsync(image, "BUILD", cancellation);
            return ProvenanceGate.Judge(gate, image, [.. builds.Select(one => one.Build).OfType<BuildPart>().Select(ProvenanceOf).OfType<BuildProvenance>()]);
        }
        catch (AnalysisException error)
        {
            return error.Answer;
        }
    }

    // Discoveries of other things, of an SBOM say, have no status of an analysis.
    private static bool IsOfScan(DiscoveryPart one) => one.AnalysisStatus is not (null or "ANALYSIS_STATUS_UNSPECIFIED");

    private static Scan ScanOf(DiscoveryPart one) => new(
        one.AnalysisStatus,
        DateTimeOffset.TryParse(one.LastScanTime, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null);

    private static IEnumerable<VulnerabilityIssue> IssuesOf(Occurrence occurrence)
    {
        var id = occurrence.NoteName is { Length: > 0 } note ? note[(note.LastIndexOf('/') + 1)..] : occurrence.Vulnerability?.ShortDescription ?? "unnamed";
        // Without its details it is an issue all the same, and one that nobody has rated.
        var whole = occurrence.Vulnerability ?? new VulnerabilityPart(null, null, null, null, null);
        var dismissed = whole.VexAssessment?.State is "NOT_AFFECTED" or "FIXED";
        var rated = SeverityOf(whole.EffectiveSeverity);
        if (whole.PackageIssue is not { Length: > 0 } issues)
            return [new VulnerabilityIssue(id, rated, whole.FixAvailable is true, dismissed)];

        return issues.Select(issue => new VulnerabilityIssue(
            id, SeverityOf(issue?.EffectiveSeverity) ?? rated, issue?.FixAvailable is true, dismissed));
    }

    /// <summary>Null for SEVERITY_UNSPECIFIED, and for a word that we do not know.</summary>
    private static Severity? SeverityOf(string? text) => text switch
    {
        "MINIMAL" => Severity.Minimal,
        "LOW" => Severity.Low,
        "MEDIUM" => Severity.Medium,
        "HIGH" => Severity.High,
        "CRITICAL" => Severity.Critical,
        _ => null,
    };

    private static BuildProvenance? ProvenanceOf(BuildPart build)
    {
        if (build.InTotoSlsaProvenanceV1 is { } v1)
            return new(
                v1.Predicate?.RunDetails?.Builder?.Id,
                Sha256Of(v1.Subject),
                v1.Predicate?.BuildDefinition?.ExternalParameters?.BuildConfigSource?.Repository,
                AddressesOf(v1.Predicate?.BuildDefinition?.ResolvedDependencies));
        if (build.IntotoStatement is not { } older)
            return null;

        var provenance = older.SlsaProvenance ?? older.SlsaProvenanceZeroTwo;
        return new(
            provenance?.Builder?.Id,
            Sha256Of(older.Subject),
            provenance?.Invocation?.ConfigSource?.Uri,
            AddressesOf(provenance?.Materials));
    }

    private static ImmutableArray<string> Sha256Of(Subject?[]? subjects) =>
        [.. (subjects ?? []).Select(one => one?.Digest?.GetValueOrDefault("sha256")).OfType<string>()];

    private static ImmutableArray<string> AddressesOf(Source?[]? sources) => [.. (sources ?? []).Select(one => one?.Uri).OfType<string>()];
}
