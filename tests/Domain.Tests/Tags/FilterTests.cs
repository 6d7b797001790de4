using CdAutomation.Domain.Policies;

namespace CdAutomation.Domain.Tests.Tags;

public sealed class FilterTests
{
    private const string Hex = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    /// <summary>Pattern, template, tag, and the value that Go's Regexp.Expand gives.</summary>
    [TestCase(@"^v(?P<version>\d+\.\d+\.\d+)$", "$version", "v1.2.3", "1.2.3")]
    [TestCase(@"^v(?<version>.+)$", "${version}", "v1.2.3", "1.2.3")]
    [TestCase(@"^(\w+)-(\d+)$", "$2", "main-42", "42")]
    [TestCase(@"^(\w+)-(\d+)$", "${2}${1}", "main-42", "42main")]
    [TestCase(@"^(\w+)-(\d+)$", "$0", "main-42", "main-42")]
    [TestCase(@"^(\w+)-(\d+)$", "$2x", "main-42", "")]
    [TestCase(@"^(\w+)-(\d+)$", "${2}x", "main-42", "42x")]
    [TestCase(@"^(\w+)-(\d+)$", "$2.$1", "main-42", "42.main")]
    [TestCase(@"^(\w+)-(\d+)$", "$9$nobody${none}", "main-42", "")]
    [TestCase(@"^(\w+)-(\d+)$", "$$2", "main-42", "$2")]
    [TestCase(@"^(\w+)-(\d+)$", "a$", "main-42", "a$")]
    [TestCase(@"^(\w+)-(\d+)$", "${2", "main-42", "${2")]
    [TestCase(@"^(\w+)-(\d+)$", "${}", "main-42", "${}")]
    [TestCase(@"^(\w+)-(\d+)$", "$ $-", "main-42", "$ $-")]
    [TestCase(@"^(?P<a>\w)(\w)(?P<c>\w)$", "$1$2$3", "xyz", "xyz", Description = "named groups are counted where they stand")]
    [TestCase(@"^(?P<a>\w)(?:\w)(\w)$", "$2", "xyz", "z")]
    [TestCase(@"^(a)?(b)$", "<$1>", "b", "<>")]
    [TestCase(@"(?i)^REL-(\d+)", "$1", "rel-7-x", "7")]
    [TestCase(@"[]](\d)", "$1", "]5", "5")]
    [TestCase(@"[[(](\d)", "$1", "(5", "5")]
    [TestCase(@"[a-z-[x](\d)", "$1", "x5", "5", Description = "no subtraction of classes")]
    [TestCase(@"\((\d)\)", "$1", "(5)", "5")]
    [TestCase(@"[\](](\d)", "$1", "(5", "5")]
    [TestCase(@"^build\_(\d)$", "$1", "build_5", "5", Description = "any mark can be escaped, the underscore too")]
    [TestCase(@"^build[\_-](\d)$", "$1", "build_5", "5")]
    public void A_template_is_filled_as_Go_fills_it(string pattern, string template, string tag, string value)
    {
        var spec = TagSpecs.Of(TagSpecs.Range("^1"), new(pattern, template));
        var refusal = spec.Select(TagSpecs.Seen(tag), null);
        var named = value == tag ? $"'{tag}'" : $"'{tag}' (as '{value}')";
        var shown = refusal.Accepted is [var accepted] ? accepted : refusal.Refused[tag].Sentence;
        Assert.That(shown, value is "1.2.3" ? Is.EqualTo(tag) : Does.StartWith(named + " is "));
    }

    [Test]
    public void The_extracted_value_is_compared_and_the_tag_is_selected()
    {
        var spec = TagSpecs.Of(TagSpecs.Range("^1"), new(@"^(\d+\.\d+\.\d+)-alpine(\d+)?$", "$1"));
        var selection = spec.Select(TagSpecs.Seen("1.0.0-alpine3", "1.2.0-alpine", "1.9.0", "1.2.0-alpine2", "2.0.0-alpine"), null);
        Assert.That(selection.Accepted, Is.EqualTo(new[] { "1.2.0-alpine2", "1.2.0-alpine", "1.0.0-alpine3" }));
        Assert.That(selection.Codes(), Is.EqualTo(new[] { "1.9.0=tag.filtered", "2.0.0-alpine=tag.outOfRange" }));
        Assert.That(selection.Refused["2.0.0-alpine"].Sentence, Is.EqualTo("'2.0.0-alpine' (as '2.0.0') is outside of the range '^1'"));
    }

    [Test]
    public void The_lists_come_before_the_filter_and_artifacts_before_all()
    {
        var spec = TagSpecs.Of(new TagRule.Newest(), new("^v1"), allow: ["^v", "^w"], ignore: ["-debug$", "^v0"]);
        var selection = spec.Select(TagSpecs.Seen("v1", "v2", "v1-debug", "v0.1", "x", $"sha256-{Hex}.sig", $"sha256-{Hex}"), null);
        Assert.That(selection.Accepted, Is.EqualTo(new[] { "v1" }));
        Assert.That(selection.Codes(), Is.EqualTo(new[]
        {
            $"sha256-{Hex}=tag.artifact", $"sha256-{Hex}.sig=tag.artifact", "v0.1=tag.ignored",
            "v1-debug=tag.ignored", "v2=tag.filtered", "x=tag.notAllowed",
        }));
        Assert.That(selection.Refused["v1-debug"].Sentence, Is.EqualTo("'v1-debug' matches '-debug$' of ignoreTags"));
        Assert.That(selection.Refused["x"].Sentence, Is.EqualTo("'x' matches none of allowTags '^v', '^w'"));
    }

    [Test]
    public void What_no_registry_can_hold_is_refused()
    {
        var selection = TagSpecs.Of(new TagRule.Newest()).Select(TagSpecs.Seen("", "a\n", "a b", "é", new string('a', 129), "ok"), null);
        Assert.That(selection.Accepted, Is.EqualTo(new[] { "ok" }));
        Assert.That(selection.Refused.Values.Select(reason => reason.Code), Is.All.EqualTo("tag.malformed"));
        Assert.That(selection.Refused, Has.Count.EqualTo(5));
    }

    [Test]
    public void A_tag_listed_twice_counts_once_as_it_was_listed_last()
    {
        var selection = TagSpecs.Of(new TagRule.Newest()).Select([TagSpecs.At("a", 9), TagSpecs.At("b", 5), TagSpecs.At("a", 1)], null);
        Assert.That(selection.Accepted, Is.EqualTo(new[] { "b", "a" }));
    }

    [TestCase(@"(a)\1", "refers back")]
    [TestCase(@"(?P<n>a)\k<n>", "refers back")]
    [TestCase("(?=a)", "looks ahead or behind")]
    [TestCase("(?!a)", "looks ahead or behind")]
    [TestCase("(?<=a)b", "looks ahead or behind")]
    [TestCase("(?<!a)b", "looks ahead or behind")]
    [TestCase("(?>a)", "only (?:…)")]
    [TestCase("(?(1)a|b)", "only (?:…)")]
    [TestCase("(?x) a", "only (?:…)")]
    [TestCase("(?#comment)a", "only (?:…)")]
    [TestCase("(?P<n>a)(?P<n>b)", "two groups are named 'n'")]
    [TestCase("(?P<1>a)", "the name of a group")]
    [TestCase("(?P<n", "the name of a group")]
    [TestCase("[[:alpha:]]", "write the letters")]
    [TestCase("[a", "not closed")]
    [TestCase("[]", "not closed")]
    [TestCase("(", "malformed")]
    [TestCase(")", "malformed")]
    [TestCase("a**", "malformed")]
    [TestCase("*", "malformed")]
    [TestCase("\\", "malformed")]
    [TestCase("(?", "only (?:…)")]
    [TestCase("[z-a]", "malformed")]
    [TestCase("((a{100}){100}){100}", "repetitions")]
    [TestCase("", "0 characters")]
    public void A_pattern_that_cannot_be_used_is_refused_in_a_sentence(string pattern, string why)
    {
        var parsed = TagSpec.Create([], [pattern], null, new TagRule.Newest());
        Assert.That(parsed.Problems.Single().Code, Is.EqualTo("policy.pattern"));
        Assert.That(parsed.Problems.Single().Sentence, Does.StartWith("ignoreTags: ").And.Contains(why));
        Assert.That(TagSpec.CheckPattern(pattern)?.Sentence, Does.Contain(why));
    }

    [Test]
    public void All_problems_of_a_specification_are_told()
    {
        var parsed = TagSpec.Create(["(", "ok", "["], ["(?=x)"], new(")", ""), new TagRule.Newest());
        Assert.That(parsed.Problems.Select(problem => problem.Code),
            Is.EqualTo(new[] { "policy.pattern", "policy.pattern", "policy.pattern", "policy.pattern", "policy.extract" }));
        Assert.That(TagSpec.Create([], [], new(new string('a', 501)), new TagRule.Newest()).Problems, Has.Length.EqualTo(1));
        Assert.That(TagSpec.Create([.. Enumerable.Repeat("a", 51)], [], null, new TagRule.Newest()).Problems, Has.Length.EqualTo(1));
        Assert.That(TagSpec.Create([], [], new("a", new string('a', 201)), new TagRule.Newest()).Problems, Has.Length.EqualTo(1));
    }

    [Test]
    public void Specifications_are_equal_by_their_texts()
    {
        var (one, same) = (Make("^1", "$1"), Make("^1", "$1"));
        Assert.That(same, Is.EqualTo(one));
        Assert.That(same.GetHashCode(), Is.EqualTo(one.GetHashCode()));
        Assert.That(Make("^1", "$1"), Is.Not.EqualTo(Make("^2", "$1")));
        Assert.That(Make("^1", "$1"), Is.Not.EqualTo(Make("^1", "$0")));
        Assert.That(Make("^1", "$1"), Is.Not.EqualTo(Make("^1", null)));
        Assert.That(Make("^1", "$1").FilterTags, Is.EqualTo(new FilterTags("(.+)", "$1")));
        Assert.That(Make("^1", null).AllowTags, Is.EqualTo(new[] { "a" }));

        static TagSpec Make(string range, string? extract) => TagSpecs.Of(TagSpecs.Range(range), new("(.+)", extract), ["a"], ["b"]);
    }
}
