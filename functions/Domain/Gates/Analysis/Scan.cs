namespace CdAutomation.Domain.Gates.Analysis;

/// <summary>How far Artifact Analysis is with an image: a DISCOVERY occurrence (grafeas.proto, DiscoveryOccurrence.AnalysisStatus).</summary>
/// <param name="Status">As the API spells it, e.g. <c>FINISHED_SUCCESS</c>; null where it says nothing.</param>
/// <param name="At">When it looked last, if it says so.</param>
public sealed record Scan(string? Status, DateTimeOffset? At)
{
    /// <summary>It has looked, and what it found is there.</summary>
    public bool IsComplete => Status is "FINISHED_SUCCESS" or "COMPLETE";

    /// <summary>It is still looking.</summary>
    public bool IsUnderway => Status is "PENDING" or "SCANNING";
}

/// <summary>One issue of one vulnerability: the same one may stand in several packages.</summary>
/// <param name="Id">What people call it, e.g. <c>CVE-2024-3094</c>.</param>
/// <param name="Severity">How bad it is here; null where nobody has rated it.</param>
/// <param name="IsFixable">Whether a fixed package exists.</param>
/// <param name="IsDismissed">Whether a VEX assessment says that the image is not affected, or is fixed.</param>
public sealed record VulnerabilityIssue(string Id, Severity? Severity, bool IsFixable, bool IsDismissed);
