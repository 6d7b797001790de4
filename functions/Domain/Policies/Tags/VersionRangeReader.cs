using System.Collections.Immutable;
using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;
using CdAutomation.Domain.Images;
using Semver;

namespace CdAutomation.Domain.Policies;

/// <summary>Reads one group of a range: comparisons with commas or spaces between them, or <c>1.2 - 1.4</c>.</summary>
internal static partial class VersionRangeReader
{
    /// <summary>What a group says.</summary>
    /// <param name="Comparisons">All must hold.</param>
    /// <param name="NamesPreRelease">Some version of the group has a pre-release.</param>
    /// <param name="Why">What is not understood, or null.</param>
    internal readonly record struct Reading(ImmutableArray<VersionComparison> Comparisons, bool NamesPreRelease, string? Why);

    private readonly record struct Term(string Operator, PartialVersion Version, int End, string? Why);

    /// <summary>Reads a group.</summary>
    public static Reading Read(string group)
    {
        var comparisons = ImmutableArray.CreateBuilder<VersionComparison>();
        var namesPreRelease = false;
        var at = SkipSpaces(group, 0);
        if (at == group.Length)
            return Refused("a part of it is empty; '*' means every version");

        while (at < group.Length)
        {
            var term = ReadTerm(group, at);
            if (term.Why is not null)
                return Refused(term.Why);
            namesPreRelease |= term.Version.PreRelease is not "";
            at = SkipSpaces(group, term.End);

            if (HyphenAt(group, term.End, at))
            {
                var upper = ReadTerm(group, SkipSpaces(group, at + 1));
                if (upper.Why is not null || upper.Operator is not "" || term.Operator is not "")
                    return Refused(upper.Why ?? "on both sides of ' - ' stands a version without an operator");
                comparisons.Add(Compare(term with { Operator = ">=" }).Comparison);
                term = upper with { Operator = "<=" };
                namesPreRelease |= upper.Version.PreRelease is not "";
                at = SkipSpaces(group, upper.End);
            }

            var (comparison, why) = Compare(term);
            if (why is not null)
                return Refused(why);
            comparisons.Add(comparison);

            if (at < group.Length && at == term.End && group[at] != ',')
                return Refused($"{Excerpt.Of(group[at..])} follows a version without a space or a comma");
            if (at < group.Length && group[at] == ',' && (at = SkipSpaces(group, at + 1)) == group.Length)
                return Refused("nothing follows its last comma");
        }
        return new(comparisons.ToImmutable(), namesPreRelease, null);
    }

    private static Reading Refused(string why) => new([], false, why);

    private static bool HyphenAt(string group, int end, int at) =>
        at > end && at + 1 < group.Length && group[at] == '-' && char.IsWhiteSpace(group[at + 1]);

    private static int SkipSpaces(string group, int at)
    {
        while (at < group.Length && char.IsWhiteSpace(group[at]))
            at++;
        return at;
    }

    private static Term ReadTerm(string group, int at)
    {
        if (TermPattern().Match(group, at) is not { Success: true } match)
            return new("", default, at, $"{Excerpt.Of(group[at..])} does not begin with a version such as 1.2.3, 1.2, 1.x or *");

        var major = Number(match.Groups["major"]);
        var minor = major is null ? null : Number(match.Groups["minor"]);
        var patch = minor is null ? null : Number(match.Groups["patch"]);
        var preRelease = match.Groups["pre"].Value;
        var why = preRelease is not "" && !SemVersion.TryParse($"0.0.0-{preRelease}", SemVersionStyles.Strict, out _)
            ? $"'{preRelease}' is no pre-release; identifiers are not empty and numbers among them do not begin with 0"
            : null;
        return new(match.Groups["op"].Value, new(major, minor, patch, preRelease), at + match.Length, why);
    }

    private static BigInteger? Number(System.Text.RegularExpressions.Group part) =>
        part.Success && char.IsAsciiDigit(part.Value[0]) ? BigInteger.Parse(part.Value, CultureInfo.InvariantCulture) : null;

    private static (VersionComparison Comparison, string? Why) Compare(Term term)
    {
        var version = term.Version;
        return term.Operator switch
        {
            "" or "=" => (new(version.Floor, version.Next), null),
            "~" or "~>" => (new(version.Floor, version.NextMinor), null),
            "^" => (new(version.Floor, version.NextBreaking), null),
            ">=" or "=>" => (new(version.Floor, null), null),
            "<=" or "=<" => (new(null, version.Next), null),
            _ when version.Major is null => (default, $"'{term.Operator}' with '*' accepts no version"),
            "!=" => (new(version.Floor, version.Next, Negated: true), null),
            ">" => (new(version.Next, null), null),
            "<" => (new(null, version.IsComplete || version.PreRelease is not "" ? version.Floor : (version with { PreRelease = "0" }).Floor), null),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    // A number does not begin with 0 (semver.org, item 2); after an x the numbers that follow mean nothing, as in npm and Masterminds.
    [GeneratedRegex(
        @"\G(?<op>\^|~>|~|!=|>=|=>|<=|=<|>|<|=|)\s*[vV]?(?<major>0(?!\d)|[1-9]\d*|[xX*])(?:\.(?<minor>0(?!\d)|[1-9]\d*|[xX*])" +
        @"(?:\.(?<patch>0(?!\d)|[1-9]\d*|[xX*]))?)?(?:-(?<pre>[0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?(?=[\s,]|\z|[<>=!~^|])",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex TermPattern();
}
