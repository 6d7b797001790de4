using CdAutomation.Domain.Policies;

namespace CdAutomation.Domain.Tests.Tags;

/// <summary>Short words for the tables.</summary>
internal static class TagSpecs
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static TagSpec Of(TagRule rule, FilterTags? filter = null, string[]? allow = null, string[]? ignore = null)
    {
        var parsed = TagSpec.Create(allow ?? [], ignore ?? [], filter, rule);
        Assert.That(parsed.Problems, Is.Empty);
        return parsed.TryGetValue(out var spec) ? spec : throw new AssertionException("no specification");
    }

    public static TagRule Range(string text) => Valid(TagRule.SemverRange.Parse(text));

    public static TagRule Only(string tag) => Valid(TagRule.OnlyTag.Parse(tag));

    /// <summary>One second apart, in the order given.</summary>
    public static SeenTag[] Seen(params string[] tags) => [.. tags.Select((tag, second) => new SeenTag(tag, Start.AddSeconds(second)))];

    public static SeenTag At(string tag, int second) => new(tag, Start.AddSeconds(second));

    /// <summary>What was said of each refused tag, as <c>tag=code</c>, in ordinal order.</summary>
    public static IEnumerable<string> Codes(this Selection selection) => selection.Refused.Select(pair => $"{pair.Key}={pair.Value.Code}");

    private static TagRule Valid(Parsed<TagRule> parsed) =>
        parsed.TryGetValue(out var rule) ? rule : throw new AssertionException(string.Join("; ", parsed.Problems));
}
