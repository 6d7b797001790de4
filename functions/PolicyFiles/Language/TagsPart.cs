using System.Collections.Immutable;
using CdAutomation.Domain.Policies;
using CdAutomation.PolicyFiles.Language.Model;
using CdAutomation.PolicyFiles.Nodes;

namespace CdAutomation.PolicyFiles.Language;

/// <summary>Reads <c>allowTags</c>, <c>ignoreTags</c>, <c>filterTags</c> and <c>policy</c>.</summary>
internal static class TagsPart
{
    /// <summary>The specification, or null where something in it is wrong.</summary>
    public static TagSpec? Read(Fields spec, ProblemList problems)
    {
        var before = problems.Errors;
        var allow = Patterns(spec, TagModel.AllowTags, problems);
        var ignore = Patterns(spec, TagModel.IgnoreTags, problems);
        var filter = spec.Mapping(TagModel.FilterTags) is { } fields ? Filter(fields, problems) : null;
        var rule = RulePart.Read(spec, problems);
        if (problems.Errors > before || rule is null)
            return null;

        var created = TagSpec.Create(allow, ignore, filter, rule);
        if (created.TryGetValue(out var tags))
            return tags;
        problems.Reasons(spec.At, created.Problems);
        return null;
    }

    private static ImmutableArray<string> Patterns(Fields spec, Key key, ProblemList problems)
    {
        var patterns = spec.Texts(key);
        foreach (var (pattern, at) in patterns)
        {
            if (TagSpec.CheckPattern(pattern) is { } problem)
                problems.Error(at, problem.Code, problem.Sentence);
        }
        return [.. patterns.Select(pattern => pattern.Text)];
    }

    private static FilterTags? Filter(Fields fields, ProblemList problems)
    {
        var (pattern, extract) = (fields.Text(TagModel.Pattern), fields.Text(TagModel.Extract));
        if (pattern is null)
            return null;

        if (TagSpec.CheckPattern(pattern) is { } bad)
            problems.Error(fields.ValueAt(TagModel.Pattern), bad.Code, bad.Sentence);
        var filter = new FilterTags(pattern, extract);
        if (extract is not null)
        {
            var at = fields.ValueAt(TagModel.Extract);
            if (TagSpec.CheckExtract(extract) is { } tooLong)
                problems.Error(at, tooLong.Code, tooLong.Sentence);
            foreach (var group in TagSpec.UnknownGroups(filter))
                problems.Warning(at, "policy.extract", $"the pattern has no group '{group}', so that nothing is extracted for it");
        }
        return filter;
    }
}
