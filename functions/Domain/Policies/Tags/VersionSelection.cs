using CdAutomation.Domain.Images;
using Semver;

namespace CdAutomation.Domain.Policies;

/// <summary>The two kinds of semver rule.</summary>
internal static class VersionSelection
{
    private readonly record struct Versioned(Contender Contender, SemVersion Version);

    /// <summary>The versions inside the range.</summary>
    public static Selection InRange(VersionRange range, IReadOnlyList<Contender> contenders, Ballot ballot)
    {
        var accepted = new List<Versioned>();
        foreach (var contender in contenders)
        {
            if (VersionOrder.Strict(contender.Value) is not { } version)
                ballot.Refuse(contender.Tag, "tag.notAVersion", $"{contender.Named} is no semantic version of three numbers");
            else if (range.Contains(version))
                accepted.Add(new(contender, version));
            else if (range.IsOutsideOnlyAsPreRelease(version))
                ballot.Refuse(contender.Tag, "tag.preRelease",
                    $"{contender.Named} is a pre-release, and the range {Excerpt.Of(range.Text)} names none");
            else
                ballot.Refuse(contender.Tag, "tag.outOfRange", $"{contender.Named} is outside of the range {Excerpt.Of(range.Text)}");
        }
        return ballot.Close(accepted, one => one.Contender, Newness);
    }

    /// <summary>The versions above the running one.</summary>
    /// <param name="running">What runs, as a contender, or null where nothing does.</param>
    public static Selection WithinLevel(
        TagRule.SemverLevel rule, IReadOnlyList<Contender> contenders, Contender? running, Ballot ballot)
    {
        var from = running is null ? null : VersionOrder.TwoOrThree(running.Value);
        if (running is not null && from is null)
            return ballot.Fail(contenders, new("tags.running",
                $"{running.Named} runs, which is no version, so that a semver level has nothing to go out from"));

        var accepted = new List<Versioned>();
        foreach (var contender in contenders)
        {
            if (VersionOrder.TwoOrThree(contender.Value) is not { } version)
                ballot.Refuse(contender.Tag, "tag.notAVersion", $"{contender.Named} is no semantic version of two or three numbers");
            else if (Objection(rule, version, from, contender.Named) is { } objection)
                ballot.Refuse(contender.Tag, objection.Code, objection.Sentence);
            else
                accepted.Add(new(contender, version));
        }

        var lone = contenders.Where(contender => VersionOrder.IsLoneNumber(contender.Value))
            .Select(contender => contender.Named).Order(StringComparer.Ordinal).ToList();
        return accepted is [] && lone is not []
            ? ballot.Fail([], new("tags.loneNumber",
                $"{string.Join(", ", lone.Take(5))}: a lone number is no version, and no other tag is accepted"))
            : ballot.Close(accepted, one => one.Contender, Newness);
    }

    /// <summary>Which is newer by precedence; null where one is no version.</summary>
    public static int? Compare(Contender left, Contender right, Func<string, SemVersion?> read) =>
        read(left.Value) is { } one && read(right.Value) is { } other ? Newness(new(left, one), new(right, other)) : null;

    private static int Newness(Versioned left, Versioned right) =>
        left.Version.ComparePrecedenceTo(right.Version) is var order and not 0
            ? order
            : Contender.BreakTie(left.Contender, right.Contender);

    private static Reason? Objection(TagRule.SemverLevel rule, SemVersion version, SemVersion? from, string named)
    {
        if (from is null)
            return rule.MatchPreRelease && version.IsPrerelease
                ? new("tag.preRelease", $"{named} is a pre-release, and nothing runs whose label it could match")
                : null;
        if (version.ComparePrecedenceTo(from) <= 0)
            return new("tag.notHigher", $"{named} is not higher than the running {from}");

        var far = rule.Level switch
        {
            Level.Patch => version.Major != from.Major || version.Minor != from.Minor,
            Level.Minor => version.Major != from.Major,
            Level.Major or Level.All => false,
            _ => throw new System.Diagnostics.UnreachableException(),
        };
        if (far)
            return new("tag.level", $"{named} is farther from the running {from} than the level {LevelWord(rule.Level)} allows");

        var (label, wanted) = (VersionOrder.Label(version), VersionOrder.Label(from));
        return rule.MatchPreRelease && label != wanted
            ? new("tag.preRelease", $"{named} is {Kind(label)}, and the running {from} is {Kind(wanted)}")
            : null;
    }

    private static string LevelWord(Level level) => level switch
    {
        Level.Patch => "patch",
        Level.Minor => "minor",
        Level.Major => "major",
        _ => "all",
    };

    private static string Kind(string? label) => label switch
    {
        null => "a release",
        "" => "a pre-release without a label",
        _ => $"a pre-release '{label}'",
    };
}
