using Semver;

namespace CdAutomation.Domain.Policies;

/// <summary>One comparison of a range, already turned into bounds by precedence (build metadata plays no part).</summary>
/// <param name="AtLeast">The lower bound, inside; null for none.</param>
/// <param name="Below">The upper bound, outside; null for none.</param>
/// <param name="Negated">Holds outside the bounds (<c>!=</c>, and the strict comparisons that are the opposite of a simple one).</param>
internal readonly record struct VersionComparison(SemVersion? AtLeast, SemVersion? Below, bool Negated = false)
{
    /// <summary>Whether the comparison holds for the version.</summary>
    public bool Holds(SemVersion version)
    {
        var inside = (AtLeast is null || version.ComparePrecedenceTo(AtLeast) >= 0)
            && (Below is null || version.ComparePrecedenceTo(Below) < 0);
        return inside != Negated;
    }
}
