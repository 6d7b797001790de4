using System.Collections.Immutable;
using CdAutomation.Domain.Policies;
using CdAutomation.PolicyFiles.Nodes;

namespace CdAutomation.PolicyFiles.Language;

/// <summary>Reads <c>allowTags</c>, <c>ignoreTags</c>, <c>filterTags</c> and <c>policy</c>.</summary>
internal static class TagsPart
{
    /// <summary>The keys of it, wherever they stand.</summary>
    public static readonly string[] Keys = ["allowTags", "ignoreTags", "filterTags", "policy"];

    /// <summary>The specification, or null where something in it is wrong.</summary>
    public static TagSpec? Read(Fields spec, ProblemList problems)
    {
        var before = problems.Errors;
        var allow = Patterns(spec, "allowTags", problems);
        var ignore = Patterns(spec, "ignoreTags", problems);
        var filter = spec.Optional("filterTags") is { } node ? Filter(node, problems) : null;
        var rule = spec.Required("policy") is { } policy ? RulePart.Read(policy, problems) : null;
        if (problems.Errors > before || rule is null)
            return null;

        var created = TagSpec.Create(allow, ignore, filter, rule);
        if (created.TryGetValue(out var tags))
            return tags;
        problems.Reasons(spec.At, created.Problems);
        return null;
    }

    private static ImmutableArray<string> Patterns(Fields spec, string key, ProblemList problems)
    {
        var patterns = spec.Texts(key);
        foreach (var (pattern, at) in patterns)
        {
            if (TagSpec.CheckPattern(pattern) is { } problem)
                problems.Error(at, problem.Code, problem.Sentence);
        }
        return [.. patterns.Select(pattern => pattern.Text)];
    }

    private static FilterTags? Filter(YamlNode node, ProblemList problems)
    {
        if (Fields.Of(node, "filterTags", problems, ["pattern", "extract"]) is not { } fields)
            return null;
        var pattern = fields.RequiredText("pattern");
        var extract = fields.OptionalText("extract");
        if (pattern is null)
            return null;

        if (TagSpec.CheckPattern(pattern) is { } bad)
            problems.Error(fields.Required("pattern")!.At, bad.Code, bad.Sentence);
        var filter = new FilterTags(pattern, extract);
        if (fields.Optional("extract") is { } template && extract is not null)
        {
            if (TagSpec.CheckExtract(extract) is { } tooLong)
                problems.Error(template.At, tooLong.Code, tooLong.Sentence);
            foreach (var group in TagSpec.UnknownGroups(filter))
                problems.Warning(template.At, "policy.extract", $"the pattern has no group '{group}', so that nothing is extracted for it");
        }
        return filter;
    }
}
