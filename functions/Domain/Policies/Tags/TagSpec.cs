using System.Collections.Immutable;
using CdAutomation.Domain.Images;

namespace CdAutomation.Domain.Policies;

/// <summary>
/// Which tags of a repository are candidates and which of two is newer. One that exists is valid; two are equal when their texts are.
/// Pure: the same list gives the same selection, whatever its order (except for tags of one instant under <c>newest</c>).
/// </summary>
public sealed record TagSpec
{
    private const int PatternsMax = 50;
    private const int ExtractLengthMax = 200;
    private const int TagLengthMax = 128;

    private readonly ImmutableArray<TagPattern> _allow;
    private readonly ImmutableArray<TagPattern> _ignore;
    private readonly TagPattern? _filter;

    private TagSpec(
        ImmutableArray<TagPattern> allow, ImmutableArray<TagPattern> ignore, TagPattern? filter, string? extract, TagRule rule) =>
        (_allow, _ignore, _filter, Extract, Rule) = (allow, ignore, filter, extract, rule);

    /// <summary>A tag must match one of these; empty allows all.</summary>
    public ImmutableArray<string> AllowTags => [.. _allow.Select(pattern => pattern.Text)];

    /// <summary>A tag must match none of these.</summary>
    public ImmutableArray<string> IgnoreTags => [.. _ignore.Select(pattern => pattern.Text)];

    /// <summary>The pattern and the template of <c>filterTags</c>, or null.</summary>
    public FilterTags? FilterTags => _filter is null ? null : new(_filter.Text, Extract);

    /// <summary>The order.</summary>
    public TagRule Rule { get; }

    private string? Extract { get; }

    /// <summary>
    /// A specification, or every problem of its regular expressions (codes <c>policy.pattern</c>, <c>policy.extract</c>).
    /// </summary>
    /// <param name="allowTags">At most 50 regular expressions in Go's syntax, unanchored.</param>
    /// <param name="ignoreTags">At most 50 of them too.</param>
    /// <param name="filter">Null looks at every tag whole.</param>
    /// <param name="rule">The order.</param>
    public static Parsed<TagSpec> Create(
        IReadOnlyList<string> allowTags, IReadOnlyList<string> ignoreTags, FilterTags? filter, TagRule rule)
    {
        var problems = ImmutableArray.CreateBuilder<Reason>();
        var allow = Compile("allowTags", allowTags, problems);
        var ignore = Compile("ignoreTags", ignoreTags, problems);
        var pattern = Compile("filterTags", filter is null ? [] : [filter.Pattern], problems);
        if (CheckExtract(filter?.Extract) is { } problem)
            problems.Add(problem);

        return problems.Count > 0
            ? Parsed<TagSpec>.Refused(problems.ToImmutable())
            : new TagSpec(allow, ignore, pattern is [var one] ? one : null, filter?.Extract, rule);
    }

    /// <summary>Why a text is no regular expression that can be used here, or null where it is one.</summary>
    public static Reason? CheckPattern(string pattern) => TagPattern.Parse(pattern).Problems is [var problem, ..] ? problem : null;

    /// <summary>Whether a regular expression of a policy matches anywhere in a text; null where it is none that can be used here.</summary>
    public static Func<string, bool>? Matcher(string pattern) => TagPattern.Parse(pattern).TryGetValue(out var read) ? read.IsMatch : null;

    /// <summary>Why a text is no template, or null where it is one; null is one.</summary>
    public static Reason? CheckExtract(string? extract) => extract is { Length: 0 or > ExtractLengthMax }
        ? new("policy.extract",
            $"extract has {extract.Length} characters, where 1 to {ExtractLengthMax} are possible; leave it out for the whole tag")
        : null;

    /// <summary>
    /// The groups that a template names and its pattern does not have. They expand to nothing, as in Go, which is hardly ever meant.
    /// </summary>
    public static IReadOnlyList<string> UnknownGroups(FilterTags filter) =>
        filter.Extract is { } extract && TagPattern.Parse(filter.Pattern).TryGetValue(out var pattern)
            ? pattern.UnknownGroups(extract)
            : [];

    /// <summary>Sorts a list of tags into accepted, best first, and refused, each with its reason.</summary>
    /// <param name="tags">In any order; of one tag listed twice the last counts.</param>
    /// <param name="current">The tag that runs, for the rules that go out from it (semver level), or null where nothing does.</param>
    public Selection Select(IReadOnlyList<SeenTag> tags, string? current)
    {
        var ballot = new Ballot();
        var contenders = Contenders(tags, ballot);
        return Rule.Match(
            semverRange: rule => VersionSelection.InRange(rule.Range, contenders, ballot),
            semverLevel: rule => VersionSelection.WithinLevel(rule, contenders, Running(current), ballot),
            numerical: rule => ValueSelection.Numerical(rule.Order, contenders, ballot),
            alphabetical: rule => ValueSelection.Alphabetical(rule.Order, contenders, ballot),
            newest: _ => ValueSelection.Newest(contenders, ballot),
            onlyTag: rule => ValueSelection.Only(rule.Tag, contenders, ballot));
    }

    /// <summary>
    /// Which of two tags is newer, whatever runs: negative where the left is older, positive where it is newer, zero where neither is.
    /// Ranges and the lists of allowed and ignored tags play no part, so that a tag that has since left them still has its place.
    /// </summary>
    /// <returns>Null where one has no place in the order: not a version, not a number, an artifact, or not matching filterTags.</returns>
    public int? Compare(SeenTag left, SeenTag right)
    {
        if (Placed(left, 0) is not { } one || Placed(right, 0) is not { } other)
            return null;
        return Rule.Match<int?>(
            semverRange: _ => VersionSelection.Compare(one, other, VersionOrder.Strict),
            semverLevel: _ => VersionSelection.Compare(one, other, VersionOrder.TwoOrThree),
            numerical: rule => ValueSelection.CompareNumerical(rule.Order, one, other),
            alphabetical: rule => ValueSelection.CompareAlphabetical(rule.Order, one, other),
            newest: _ => ValueSelection.CompareAge(one, other),
            onlyTag: _ => ValueSelection.CompareAge(one, other));
    }

    /// <inheritdoc/>
    public bool Equals(TagSpec? other) => other is not null && Rule == other.Rule && Extract == other.Extract
        && Equals(_filter, other._filter) && _allow.SequenceEqual(other._allow) && _ignore.SequenceEqual(other._ignore);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Rule, Extract, _filter, _allow.Length, _ignore.Length);

    private static ImmutableArray<TagPattern> Compile(string key, IReadOnlyList<string> texts, ImmutableArray<Reason>.Builder problems)
    {
        if (texts.Count > PatternsMax)
        {
            problems.Add(new("policy.pattern", $"{key} has {texts.Count} regular expressions, where {PatternsMax} are possible"));
            return [];
        }

        var patterns = ImmutableArray.CreateBuilder<TagPattern>();
        foreach (var parsed in texts.Select(TagPattern.Parse))
        {
            if (parsed.TryGetValue(out var pattern))
                patterns.Add(pattern);
            else
                problems.AddRange(parsed.Problems.Select(problem => problem with { Sentence = $"{key}: {problem.Sentence}" }));
        }
        return patterns.ToImmutable();
    }

    private List<Contender> Contenders(IReadOnlyList<SeenTag> tags, Ballot ballot)
    {
        var contenders = new List<Contender>();
        var last = tags.Select((tag, position) => (tag, position))
            .GroupBy(pair => pair.tag.Tag, StringComparer.Ordinal)
            .Select(same => same.Last());
        foreach (var (tag, position) in last)
        {
            if (Objection(tag.Tag) is { } objection)
                ballot.Refuse(tag.Tag, objection.Code, objection.Sentence);
            else if (Placed(tag, position) is { } contender)
                contenders.Add(contender);
            else
                ballot.Refuse(tag.Tag, "tag.filtered",
                    $"{Excerpt.Of(tag.Tag)} does not match filterTags.pattern {Excerpt.Of(_filter?.Text)}");
        }
        return contenders;
    }

    private Reason? Objection(string tag)
    {
        if (IsMalformed(tag))
            return new("tag.malformed", $"{Excerpt.Of(tag)} is no tag: 1 to {TagLengthMax} visible ASCII characters are");
        if (ArtifactKinds.Of(tag) is var kind and not ArtifactKind.Image)
            return new("tag.artifact", $"{Excerpt.Of(tag)} belongs to an artifact about an image ({kind}), not to an image");
        if (_allow is not [] && !_allow.Any(pattern => pattern.IsMatch(tag)))
            return new("tag.notAllowed",
                $"{Excerpt.Of(tag)} matches none of allowTags {string.Join(", ", _allow.Select(pattern => Excerpt.Of(pattern.Text)))}");
        return _ignore.FirstOrDefault(pattern => pattern.IsMatch(tag)) is { } ignored
            ? new("tag.ignored", $"{Excerpt.Of(tag)} matches {Excerpt.Of(ignored.Text)} of ignoreTags")
            : null;
    }

    private Contender? Placed(SeenTag tag, int position)
    {
        if (IsMalformed(tag.Tag) || ArtifactKinds.Of(tag.Tag) != ArtifactKind.Image || (_filter is not null && !_filter.IsMatch(tag.Tag)))
            return null;
        var value = Extract is null ? tag.Tag : _filter!.Expand(tag.Tag, Extract)!;
        return new(tag.Tag, value, tag.FirstSeen, position);
    }

    // What runs may have been deployed before there was a filter; where that cannot extract a value from it, the value is no version.
    private Contender? Running(string? current) => current is null
        ? null
        : new(current, Extract is null ? current : _filter!.Expand(current, Extract) ?? "", default, 0);

    // Wider than the registry's grammar, so that build metadata (+) can be judged where tags come from elsewhere.
    private static bool IsMalformed(string tag) => tag.Length is 0 or > TagLengthMax || tag.AsSpan().ContainsAnyExceptInRange('!', '~');
}
