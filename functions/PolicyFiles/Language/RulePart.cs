using CdAutomation.Domain;
using CdAutomation.Domain.Policies;
using CdAutomation.PolicyFiles.Nodes;

namespace CdAutomation.PolicyFiles.Language;

/// <summary>Reads <c>policy</c>: exactly one of its kinds.</summary>
internal static class RulePart
{
    private static readonly string[] Kinds = ["semver", "numerical", "alphabetical", "newest", "digest"];

    private static readonly Dictionary<string, Level> Levels = new(StringComparer.Ordinal)
    {
        ["all"] = Level.All,
        ["major"] = Level.Major,
        ["minor"] = Level.Minor,
        ["patch"] = Level.Patch,
    };

    private static readonly Dictionary<string, Order> Orders = new(StringComparer.Ordinal)
    {
        ["asc"] = Order.Asc,
        ["desc"] = Order.Desc,
    };

    /// <summary>The rule, or null where something in it is wrong.</summary>
    public static TagRule? Read(YamlNode node, ProblemList problems)
    {
        if (Fields.Of(node, "policy", problems, Kinds) is not { } fields)
            return null;

        var given = Kinds.Where(fields.Has).ToArray();
        if (given is not [var kind])
        {
            problems.Error(given is [_, var second, ..] ? fields.KeyAt(second) : fields.At, "policy.conflict", given is []
                ? $"policy needs one of {string.Join(", ", Kinds)}"
                : $"policy has {string.Join(" and ", given)}, where exactly one can rule");
            // What stands in them is looked at all the same, so that its problems are told at once.
            foreach (var other in given)
                Rule(other, fields.Required(other)!, problems);
            return null;
        }
        return Rule(kind, fields.Required(kind)!, problems);
    }

    private static TagRule? Rule(string kind, YamlNode node, ProblemList problems) => kind switch
    {
        "semver" => Semver(node, problems),
        "numerical" => Ordered(node, kind, problems) is { } order ? new TagRule.Numerical(order) : null,
        "alphabetical" => Ordered(node, kind, problems) is { } order ? new TagRule.Alphabetical(order) : null,
        "newest" => Fields.Of(node, "newest", problems, []) is null ? null : new TagRule.Newest(),
        "digest" => Digest(node, problems),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static TagRule? Semver(YamlNode node, ProblemList problems)
    {
        if (Fields.Of(node, "semver", problems, ["range", "level", "matchPreRelease"]) is not { } fields)
            return null;
        var range = fields.Optional("range") is { } text ? Range(text, problems) : null;
        var level = fields.Optional("level") is { } word ? problems.Choice(word, "level", Levels) : null;
        var match = fields.Optional("matchPreRelease") is { } flag ? problems.Boolean(flag, "matchPreRelease") : true;

        if (!fields.Has("range") && !fields.Has("level"))
            problems.Error(fields.At, "policy.missingKey", "semver needs 'range' or 'level'");
        if (fields.Has("range") && fields.Has("level"))
            problems.Error(fields.KeyAt("level"), "policy.conflict", "semver has both 'range' and 'level', where exactly one can rule");
        if (fields.Has("matchPreRelease") && !fields.Has("level"))
            problems.Error(fields.KeyAt("matchPreRelease"), "policy.conflict",
                "'matchPreRelease' goes with 'level'; a range takes pre-releases where it names one, e.g. >=1.0.0-0");

        return range ?? (level is { } far && match is { } same ? new TagRule.SemverLevel(far, same) : null);
    }

    private static TagRule? Range(YamlNode node, ProblemList problems) =>
        problems.Text(node, "range") is { } text ? Valid(TagRule.SemverRange.Parse(text), node, problems) : null;

    private static TagRule? Digest(YamlNode node, ProblemList problems) =>
        Fields.Of(node, "digest", problems, ["tag"]) is { } fields && fields.RequiredText("tag") is { } tag
            ? Valid(TagRule.OnlyTag.Parse(tag), fields.Required("tag")!, problems)
            : null;

    private static TagRule? Valid(Parsed<TagRule> parsed, YamlNode node, ProblemList problems)
    {
        problems.Reasons(node.At, parsed.Problems);
        return parsed.TryGetValue(out var rule) ? rule : null;
    }

    // Flux's default.
    private static Order? Ordered(YamlNode node, string kind, ProblemList problems) =>
        Fields.Of(node, kind, problems, ["order"]) is not { } fields ? null
        : fields.Optional("order") is { } word ? problems.Choice(word, "order", Orders)
        : Order.Asc;
}
