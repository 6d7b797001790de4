using System.Collections.Immutable;
using System.Text;
using CdAutomation.Domain.Images;
using CdAutomation.Domain.Policies;
using CdAutomation.PolicyFiles.Language.Model;
using CdAutomation.PolicyFiles.Nodes;

namespace CdAutomation.PolicyFiles.Language;

/// <summary>
/// Finds rules whose patterns spell out every tag that can match: none of them may be a candidate, which is a mistake, or only one can,
/// which is a tag that moves without the rule saying so. Patterns that say more than a literal text are not looked into.
/// </summary>
internal static class FloatingTags
{
    /// <summary>Reports them.</summary>
    public static void Check(Fields spec, TagSpec tags, ProblemList problems)
    {
        if (Spelled(spec, tags) is not ({ } possible, var at))
            return;

        var taken = possible.Where(tag => tags.Select([new SeenTag(tag, DateTimeOffset.UnixEpoch)], null).Best is not null).ToArray();
        var names = string.Join(", ", possible.Take(5).Select(Excerpt.Of));
        if (taken is [])
            problems.Error(at, "policy.neverMatches",
                $"no tag can ever be taken: only {names} can match, which {(possible.Length == 1 ? "is" : "are")} refused by the other rules");
        else if (taken is [var tag] && tags.Rule is not TagRule.OnlyTag)
            problems.Warning(at, "policy.floatingTag",
                $"only the tag {Excerpt.Of(tag)} can ever match; to follow one tag that moves, write policy: {{ digest: {{ tag: {tag} }} }}");
    }

    /// <summary>Every tag that can match, with the place that says so; null where there is no telling.</summary>
    private static (ImmutableArray<string>? Tags, Position At) Spelled(Fields spec, TagSpec tags)
    {
        if (tags.Rule is TagRule.OnlyTag only)
            return ([only.Tag], spec.KeyAt(TagModel.Policy));
        if (tags.FilterTags is { } filter && Literal(filter.Pattern) is { } filtered)
            return ([filtered], spec.KeyAt(TagModel.FilterTags));
        var allowed = tags.AllowTags.Select(Literal).ToImmutableArray();
        return allowed is [] || allowed.Contains(null)
            ? (null, spec.At)
            : ([.. allowed.OfType<string>().Distinct(StringComparer.Ordinal)], spec.KeyAt(TagModel.AllowTags));
    }

    /// <summary>The one text that <c>^text$</c> matches; null where the pattern is not of that kind.</summary>
    private static string? Literal(string pattern)
    {
        if (pattern.Length < 3 || pattern[0] != '^' || pattern[^1] != '$')
            return null;
        var text = new StringBuilder();
        for (var at = 1; at < pattern.Length - 1; at++)
        {
            if (pattern[at] == '\\' && at + 1 < pattern.Length - 1 && pattern[at + 1] is '.' or '-' or '_')
                text.Append(pattern[++at]);
            else if (char.IsAsciiLetterOrDigit(pattern[at]) || pattern[at] is '-' or '_')
                text.Append(pattern[at]);
            else
                return null;
        }
        return text.ToString();
    }
}
