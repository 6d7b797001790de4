using CdAutomation.Domain.Policies;

namespace CdAutomation.PolicyFiles.Explain;

/// <summary>Which tags a pipeline takes.</summary>
internal static class TagWords
{
    /// <summary>To follow "takes".</summary>
    public static string Of(TagSpec tags)
    {
        var patterns = new List<string>();
        if (tags.AllowTags is not [])
            patterns.Add($"matches {Phrases.Or(tags.AllowTags)}");
        if (tags.IgnoreTags is not [])
            patterns.Add($"does not match {Phrases.Or(tags.IgnoreTags)}");
        if (tags.FilterTags is { } filter)
            patterns.Add($"matches {filter.Pattern}");
        var compared = tags.FilterTags?.Extract is { } extract ? $" (what {extract} stands for is compared)" : "";
        var that = patterns is [] ? "" : $" that {Phrases.And(patterns)}{compared}";
        return tags.Rule.Match(
            range => $"every tag{that} of a version within {range.Text} and above what runs",
            level => $"every tag{that} of {Level(level)}",
            numerical => $"every tag{that} whose number is {(numerical.Order == Order.Asc ? "greater" : "smaller")} than the one that runs",
            alphabetical => $"every tag{that} that sorts {(alphabetical.Order == Order.Asc ? "after" : "before")} the one that runs",
            newest => $"every tag{that} that is pushed after the one that runs",
            only => $"whatever image the tag {only.Tag} comes to point to");
    }

    private static string Level(TagRule.SemverLevel level)
    {
        var higher = level.Level switch
        {
            Domain.Policies.Level.All or Domain.Policies.Level.Major => "any higher version",
            Domain.Policies.Level.Minor => "a higher version of the same major number",
            Domain.Policies.Level.Patch => "a higher version of the same minor number",
            _ => throw new System.Diagnostics.UnreachableException(),
        };
        return level.MatchPreRelease ? $"{higher} with the same pre-release label" : $"{higher}, pre-releases too";
    }
}
