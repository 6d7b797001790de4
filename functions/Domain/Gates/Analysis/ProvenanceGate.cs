using System.Collections.Immutable;
using CdAutomation.Domain.Gates.Signatures;
using CdAutomation.Domain.Images;
using CdAutomation.Domain.Releases;

namespace CdAutomation.Domain.Gates.Analysis;

/// <summary>
/// Does a builder that we trust state that it made this image, from that repository? Its statement is believed because of where it is kept:
/// whoever may write BUILD occurrences in the image's project can state anything.
/// </summary>
public static class ProvenanceGate
{
    private const string CloudBuild = "https://cloudbuild.googleapis.com/GoogleHostedWorker";
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    /// <summary>Judges what is stated. One good statement is enough, whatever lies beside it.</summary>
    /// <param name="gate">What is asked. A builder other than <c>cloud-build</c> is a builder's id in full.</param>
    /// <param name="image">The image.</param>
    /// <param name="statements">Every statement about it.</param>
    public static Answer Judge(Gate.Provenance gate, ReleaseImage image, ImmutableArray<BuildProvenance> statements)
    {
        // It comes some seconds after the image.
        if (statements.IsEmpty)
            return new(Finding.Hold, new("provenance.missing", $"Artifact Analysis has no provenance of {image.Label} yet"), Pause);

        string? last = null;
        foreach (var statement in statements)
        {
            last = Objection(gate, image, statement);
            if (last is null)
                return new(Finding.Pass, new("provenance.ok", $"{gate.Builder} states that it built {image.Label}{From(gate)}"));
        }

        var count = statements is [_] ? "the provenance" : $"none of {statements.Length} statements of provenance";
        return new(Finding.Reject, new("provenance.mismatch", $"{count} of {image.Label} {(statements is [_] ? "does not fit" : "fits")}: {last}"));
    }

    private static string From(Gate.Provenance gate) => gate.Repository is { } repository ? $" from {repository}" : "";

    private static string? Objection(Gate.Provenance gate, ReleaseImage image, BuildProvenance statement)
    {
        if (!statement.Subjects.Contains(ContentDigest.HexOf(image.Digest)))
            return $"it is about another image, {Excerpt.Of(statement.Subjects.FirstOrDefault())}";
        if (!IsBy(gate.Builder, statement.Builder))
            return $"the builder is {Excerpt.Of(statement.Builder)}, and {gate.Builder} is required";
        if (gate.Repository is not { } wanted)
            return null;

        // Who wrote the build's definition decides what was built, so its source comes before all that the build merely used.
        if (statement.ConfigSource is { } source)
            return SourceRepository.AreSame(source, wanted) ? null : $"it was built from {Excerpt.Of(source)}, and {wanted} is required";
        return statement.Dependencies.Any(one => SourceRepository.AreSame(one, wanted))
            ? null
            : $"it was built from {Excerpt.Of(statement.Dependencies.FirstOrDefault())}, and {wanted} is required";
    }

    // Cloud Build put a version behind its id before SLSA v1, e.g. …/GoogleHostedWorker@v0.3.
    private static bool IsBy(string wanted, string? builder) => wanted is "cloud-build"
        ? builder is CloudBuild || builder?.StartsWith(CloudBuild + "@", StringComparison.Ordinal) is true
        : builder == wanted;
}
