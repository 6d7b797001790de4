using System.Numerics;
using Semver;

namespace CdAutomation.Domain.Policies;

/// <summary>
/// A version of a range whose numbers may be left out or be <c>x</c>, e.g. <c>1.2</c>, <c>1.x</c>, <c>*</c>, <c>1.20-0</c>.
/// </summary>
/// <param name="Major">Null means any.</param>
/// <param name="Minor">Null means any.</param>
/// <param name="Patch">Null means any.</param>
/// <param name="PreRelease">The identifiers after the hyphen; empty for none.</param>
internal readonly record struct PartialVersion(BigInteger? Major, BigInteger? Minor, BigInteger? Patch, string PreRelease)
{
    /// <summary>All three numbers are given.</summary>
    public bool IsComplete => Patch is not null;

    /// <summary>The least version that it can mean; numbers left out are 0.</summary>
    public SemVersion Floor => At(Major ?? 0, Minor ?? 0, Patch ?? 0, PreRelease);

    /// <summary>
    /// The least that is not below everything it can mean; the floor, or the first pre-release where a number is left out.
    /// </summary>
    public SemVersion FirstOfFloor => IsComplete || PreRelease is not "" ? Floor : (this with { PreRelease = "0" }).Floor;

    /// <summary>The floor's successor: nothing lies between a version and the same one with a further identifier <c>0</c>.</summary>
    public SemVersion JustAboveFloor => PreRelease is ""
        ? At(Major ?? 0, Minor ?? 0, (Patch ?? 0) + 1, "0")
        : At(Major ?? 0, Minor ?? 0, Patch ?? 0, $"{PreRelease}.0");

    /// <summary>Below its first pre-release is everything it can mean; null where it can mean anything.</summary>
    public SemVersion? Next => (Major, Minor, Patch) switch
    {
        (null, _, _) => null,
        ({ } major, null, _) => At(major + 1, 0, 0, "0"),
        ({ } major, { } minor, null) => At(major, minor + 1, 0, "0"),
        _ => JustAboveFloor,
    };

    /// <summary>The bound of <c>~</c>: the same minor, or the same major where no minor is given.</summary>
    public SemVersion? NextMinor => (Major, Minor) switch
    {
        (null, _) => null,
        ({ } major, null) => At(major + 1, 0, 0, "0"),
        ({ } major, { } minor) => At(major, minor + 1, 0, "0"),
    };

    /// <summary>The bound of <c>^</c>: the leftmost number that is not zero stays.</summary>
    public SemVersion? NextBreaking => (Major, Minor, Patch) switch
    {
        (null, _, _) => null,
        ({ } major, null, _) => At(major + 1, 0, 0, "0"),
        ({ IsZero: false } major, _, _) => At(major + 1, 0, 0, "0"),
        (_, { IsZero: false } minor, _) => At(0, minor + 1, 0, "0"),
        (_, { } minor, null) => At(0, minor + 1, 0, "0"),
        (_, _, { } patch) => At(0, 0, patch + 1, "0"),
    };

    private static SemVersion At(BigInteger major, BigInteger minor, BigInteger patch, string preRelease) => preRelease is ""
        ? new SemVersion(major, minor, patch)
        : SemVersion.Parse($"{major}.{minor}.{patch}-{preRelease}", SemVersionStyles.Strict);
}
