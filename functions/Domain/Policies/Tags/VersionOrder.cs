using Semver;

namespace CdAutomation.Domain.Policies;

/// <summary>Reads versions out of tags.</summary>
internal static class VersionOrder
{
    // Extracted values can be longer than a tag; nobody's version is this long.
    private const int LengthMax = 1_024;

    /// <summary>
    /// A version of exactly three numbers, <c>v</c> tolerated; <c>1.4</c>, lone numbers and hexadecimal hashes are none (as in Flux).
    /// </summary>
    public static SemVersion? Strict(string value) =>
        SemVersion.TryParse(value, SemVersionStyles.AllowLowerV, out var version, LengthMax) ? version : null;

    /// <summary>As <see cref="Strict"/>, and two numbers are that version with patch 0 (as in Keel).</summary>
    public static SemVersion? TwoOrThree(string value) =>
        SemVersion.TryParse(value, SemVersionStyles.AllowLowerV | SemVersionStyles.OptionalPatch, out var version, LengthMax)
            ? version
            : null;

    /// <summary>Whether the text is a number and nothing else: a build number, a date, never a version.</summary>
    public static bool IsLoneNumber(string value) => value is not "" && value.All(char.IsAsciiDigit);

    /// <summary>
    /// What kind of pre-release it is: the identifiers without their trailing number, so <c>rc.1</c>, <c>rc2</c> and <c>rc-3</c> are
    /// all <c>rc</c>; null for a release.
    /// </summary>
    public static string? Label(SemVersion version) => version.IsPrerelease
        ? version.Prerelease.TrimEnd("0123456789".ToCharArray()).TrimEnd('.', '-')
        : null;
}
