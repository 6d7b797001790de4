using CdAutomation.Domain;
using CdAutomation.Domain.Policies;
using CdAutomation.PolicyFiles.Language.Model;
using CdAutomation.PolicyFiles.Nodes;

namespace CdAutomation.PolicyFiles.Language;

/// <summary>Reads <c>policy</c>: exactly one of its kinds.</summary>
internal static class RulePart
{
    /// <summary>The rule, or null where something in it is wrong.</summary>
    public static TagRule? Read(Fields spec, ProblemList problems)
    {
        if (spec.Mapping(TagModel.Policy) is not { } fields)
            return null;

        // Where several stand there, what stands in them is looked at all the same, so that its problems are told at once.
        var rules = TagModel.Rule.Keys.Where(fields.Has).Select(key => fields.Mapping(key) is { } rule ? Rule(key.Name, rule, problems) : null).ToArray();
        return rules is [var one] ? one : null;
    }

    private static TagRule? Rule(string kind, Fields fields, ProblemList problems) => kind switch
    {
        "semver" => Semver(fields, problems),
        "numerical" => new TagRule.Numerical(Ordered(fields)),
        "alphabetical" => new TagRule.Alphabetical(Ordered(fields)),
        "newest" => new TagRule.Newest(),
        "digest" => fields.Text(TagModel.Tag with { Form = Texts.Any }) is { } tag ? Valid(TagRule.OnlyTag.Parse(tag), fields.ValueAt(TagModel.Tag), problems) : null,
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static TagRule? Semver(Fields fields, ProblemList problems)
    {
        var range = fields.Text(TagModel.Range) is { } text ? Valid(TagRule.SemverRange.Parse(text), fields.ValueAt(TagModel.Range), problems) : null;
        var level = fields.Choice(TagModel.Level, Words.Levels);
        var match = fields.Flag(TagModel.MatchPreRelease) ?? true;
        return range ?? (level is { } far ? new TagRule.SemverLevel(far, match) : null);
    }

    private static TagRule? Valid(Parsed<TagRule> parsed, Position at, ProblemList problems)
    {
        problems.Reasons(at, parsed.Problems);
        return parsed.TryGetValue(out var rule) ? rule : null;
    }

    // Flux's default.
    private static Order Ordered(Fields fields) => fields.Choice(TagModel.Order, Words.Orders) ?? Order.Asc;
}
