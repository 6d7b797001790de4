using System.Collections.Immutable;
using CdAutomation.Domain.Images;
using Semver;

namespace CdAutomation.Domain.Policies;

/// <summary>
/// A range of versions as Masterminds (Flux, Helm) and npm write it. Groups stand between <c>||</c>; in a group all comparisons hold.
/// A pre-release is inside only where the text of the group names one, and then any pre-release within the bounds is.
/// </summary>
/// <remarks>
/// The bounds are computed here and not by a library's npm parser: that one knows neither <c>!=</c> nor <c>=&gt;</c> nor the partial
/// pre-releases of Helm's <c>&gt;=1.20-0</c>, and admits pre-releases comparison by comparison. Equal when the text is equal.
/// </remarks>
internal sealed class VersionRange : IEquatable<VersionRange>
{
    /// <summary>Characters.</summary>
    public const int LengthMax = 500;

    private readonly ImmutableArray<Group> _groups;

    private VersionRange(string text, ImmutableArray<Group> groups) => (Text, _groups) = (text, groups);

    /// <summary>As the policy has it.</summary>
    public string Text { get; }

    /// <summary>Reads a range, or says in one sentence what is not understood (code <c>policy.range</c>).</summary>
    public static Parsed<VersionRange> Parse(string text)
    {
        if (text.Length > LengthMax)
            return Refusal(text, $"it has {text.Length} characters, where {LengthMax} are possible");

        var groups = ImmutableArray.CreateBuilder<Group>();
        foreach (var part in text.Split("||"))
        {
            var reading = VersionRangeReader.Read(part);
            if (reading.Why is { } why)
                return Refusal(text, why);
            groups.Add(new Group(reading.Comparisons, reading.NamesPreRelease));
        }
        return new VersionRange(text, groups.ToImmutable());
    }

    /// <summary>Whether the version is inside.</summary>
    public bool Contains(SemVersion version) =>
        _groups.Any(group => (group.TakesPreReleases || !version.IsPrerelease) && group.Bounds(version));

    /// <summary>Whether it would be inside if the range named a pre-release.</summary>
    public bool IsOutsideOnlyAsPreRelease(SemVersion version) =>
        version.IsPrerelease && !Contains(version) && _groups.Any(group => group.Bounds(version));

    /// <inheritdoc/>
    public bool Equals(VersionRange? other) => other is not null && Text == other.Text;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as VersionRange);

    /// <inheritdoc/>
    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(Text);

    private static Reason Refusal(string text, string why) => new("policy.range", $"{Excerpt.Of(text)} is no range of versions: {why}");

    private sealed record Group(ImmutableArray<VersionComparison> Comparisons, bool TakesPreReleases)
    {
        public bool Bounds(SemVersion version) => Comparisons.All(comparison => comparison.Holds(version));
    }
}
