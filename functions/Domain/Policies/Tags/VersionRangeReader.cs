using System.Collections.Immutable;
using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;
using CdAutomation.Domain.Images;
using Semver;

namespace CdAutomation.Domain.Policies;

/// <summary>Reads one group of a range: comparisons with commas or spaces between them, and <c>1.2 - 1.4</c>.</summary>
internal sealed partial class VersionRangeReader
{
    private readonly ImmutableArray<VersionComparison>.Builder _comparisons = ImmutableArray.CreateBuilder<VersionComparison>();
    private readonly string _group;
    private bool _namesPreRelease;
    private int _at;

    private VersionRangeReader(string group) => _group = group;

    /// <summary>What a group says.</summary>
    /// <param name="Comparisons">All must hold.</param>
    /// <param name="NamesPreRelease">Some version of the group has a pre-release.</param>
    /// <param name="Why">What is not understood, or null.</param>
    internal readonly record struct Reading(ImmutableArray<VersionComparison> Comparisons, bool NamesPreRelease, string? Why);

    private readonly record struct Term(string Operator, PartialVersion Version);

    /// <summary>Reads a group.</summary>
    public static Reading Read(string group)
    {
        var reader = new VersionRangeReader(group);
        reader.SkipSpaces();
        var why = reader._at == group.Length ? "a part of it is empty; '*' means every version" : null;
        while (why is null && reader._at < group.Length)
            why = reader.ReadComparison();
        return why is null ? new(reader._comparisons.ToImmutable(), reader._namesPreRelease, null) : new([], false, why);
    }

    private string? ReadComparison()
    {
        if (ReadTerm(out var term) is { } unknown)
            return unknown;
        var end = _at;
        SkipSpaces();

        if (IsHyphen(end))
        {
            if (ReadUpperEnd(term, out var upper) is { } why)
                return why;
            _comparisons.Add(new(term.Version.Floor, null));
            term = upper;
            end = _at;
            SkipSpaces();
        }
        return Add(term) ?? ReadSeparator(end);
    }

    private bool IsHyphen(int end) =>
        _at > end && _at + 1 < _group.Length && _group[_at] == '-' && char.IsWhiteSpace(_group[_at + 1]);

    private string? ReadUpperEnd(Term lower, out Term upper)
    {
        _at++;
        SkipSpaces();
        var why = ReadTerm(out var read);
        upper = read with { Operator = "<=" };
        return why ?? (lower.Operator is "" && read.Operator is ""
            ? null
            : "on both sides of ' - ' stands a version without an operator");
    }

    private string? ReadSeparator(int end)
    {
        if (_at == _group.Length)
            return null;
        if (_group[_at] != ',')
            return _at > end ? null : $"{Excerpt.Of(_group[_at..])} follows a version without a space or a comma";
        _at++;
        SkipSpaces();
        return _at == _group.Length ? "nothing follows its last comma" : null;
    }

    private void SkipSpaces()
    {
        while (_at < _group.Length && char.IsWhiteSpace(_group[_at]))
            _at++;
    }

    private string? ReadTerm(out Term term)
    {
        term = default;
        if (TermPattern().Match(_group, _at) is not { Success: true } match)
            return $"{Excerpt.Of(_group[_at..])} does not begin with a version such as 1.2.3, 1.2, 1.x or *";
        _at += match.Length;

        var major = Number(match.Groups["major"]);
        var minor = major is null ? null : Number(match.Groups["minor"]);
        var patch = minor is null ? null : Number(match.Groups["patch"]);
        var preRelease = match.Groups["pre"].Value;
        if (preRelease is not "" && !SemVersion.TryParse($"0.0.0-{preRelease}", SemVersionStyles.Strict, out _))
            return $"'{preRelease}' is no pre-release; identifiers are not empty, and numbers among them do not begin with 0";

        _namesPreRelease |= preRelease is not "";
        term = new(match.Groups["op"].Value, new(major, minor, patch, preRelease));
        return null;
    }

    private static BigInteger? Number(Group part) =>
        part.Success && char.IsAsciiDigit(part.Value[0]) ? BigInteger.Parse(part.Value, CultureInfo.InvariantCulture) : null;

    private string? Add(Term term)
    {
        var version = term.Version;
        if (version.Major is null && term.Operator is ("!=" or ">" or "<"))
            return $"'{term.Operator}' with '*' accepts no version";

        _comparisons.Add(term.Operator switch
        {
            "" or "=" => new(version.Floor, version.Next),
            "~" or "~>" => new(version.Floor, version.NextMinor),
            "^" => new(version.Floor, version.NextBreaking),
            ">=" or "=>" => new(version.Floor, null),
            "<=" or "=<" => new(null, version.Next),
            "!=" => new(version.Floor, version.Next, Negated: true),
            ">" => new(version.Next, null),
            "<" => new(null, version.FirstOfFloor),
            _ => throw new System.Diagnostics.UnreachableException(),
        });
        return null;
    }

    // A number does not begin with 0 (semver.org, item 2); after an x the numbers that follow mean nothing, as in npm and Masterminds.
    [GeneratedRegex(
        @"\G(?<op>\^|~>|~|!=|>=|=>|<=|=<|>|<|=|)\s*[vV]?(?<major>0(?!\d)|[1-9]\d*|[xX*])(?:\.(?<minor>0(?!\d)|[1-9]\d*|[xX*])" +
        @"(?:\.(?<patch>0(?!\d)|[1-9]\d*|[xX*]))?)?(?:-(?<pre>[0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?(?=[\s,]|\z|[<>=!~^|])",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex TermPattern();
}
