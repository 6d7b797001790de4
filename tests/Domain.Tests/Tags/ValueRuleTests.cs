using CdAutomation.Domain.Policies;

namespace CdAutomation.Domain.Tests.Tags;

public sealed class ValueRuleTests
{
    /// <summary>Order, tags, and the ranking expected.</summary>
    private static IEnumerable<TestCaseData> Numbers()
    {
        yield return Case(Order.Asc, "1 10 9", "10 9 1");
        yield return Case(Order.Desc, "1 10 9", "1 9 10");
        yield return Case(Order.Asc, "-1 0 1 -2 +3", "+3 1 0 -1 -2");
        yield return Case(Order.Asc, "1.5 1.45 1.05 2 .5", "2 1.5 1.45 1.05 .5");
        yield return Case(Order.Asc, "-1.5 -1.45", "-1.45 -1.5");
        yield return Case(Order.Asc, "12345678901234567890.1 12345678901234567890.2 12345678901234567889",
            "12345678901234567890.2 12345678901234567890.1 12345678901234567889");
        yield return Case(Order.Asc, "9007199254740993 9007199254740992", "9007199254740993 9007199254740992");
        yield return Case(Order.Asc, "007 7.0 6", "7.0 007 6");
        yield return Case(Order.Desc, "007 7.0 8", "7.0 007 8");
        yield return Case(Order.Asc, "0 -0 -0.0", "-0.0 -0 0");
        yield return Case(Order.Asc, "20260101 20251231 20260102", "20260102 20260101 20251231");

        static TestCaseData Case(Order order, string tags, string ranking) => new(order, tags.Split(' '), ranking.Split(' '));
    }

    [TestCaseSource(nameof(Numbers))]
    public void Numbers_are_ranked_exactly(Order order, string[] tags, string[] ranking)
    {
        var selection = TagSpecs.Of(new TagRule.Numerical(order)).Select(TagSpecs.Seen(tags), null);
        Assert.That(selection.Error, Is.Null);
        Assert.That(selection.Accepted, Is.EqualTo(ranking));
    }

    [TestCase("latest")]
    [TestCase("1e3")]
    [TestCase("0x10")]
    [TestCase("1.2.3")]
    [TestCase("1_000")]
    [TestCase(".")]
    [TestCase("-")]
    [TestCase("Infinity")]
    [TestCase("NaN")]
    public void One_tag_that_is_no_number_makes_the_list_undecidable(string tag)
    {
        var selection = TagSpecs.Of(new TagRule.Numerical(Order.Asc)).Select(TagSpecs.Seen("1", tag, "2"), null);
        Assert.That(selection.Accepted, Is.Empty);
        Assert.That(selection.Error?.Code, Is.EqualTo("tags.notANumber"));
        Assert.That(selection.Error?.Sentence, Does.StartWith($"'{tag}': no decimal number"));
        Assert.That(selection.Refused[tag].Code, Is.EqualTo("tag.notANumber"));
        Assert.That(selection.Refused["1"].Code, Is.EqualTo("tag.undecided"));
        Assert.That(selection.Refused["2"].Code, Is.EqualTo("tag.undecided"));
    }

    [Test]
    public void A_tag_that_the_filter_leaves_out_does_no_harm()
    {
        var spec = TagSpecs.Of(new TagRule.Numerical(Order.Asc), new("^main-[a-f0-9]+-(?P<ts>[0-9]+)$", "$ts"));
        var selection = spec.Select(TagSpecs.Seen("main-1e3456-100", "latest", "main-abc-99"), null);
        Assert.That(selection.Accepted, Is.EqualTo(new[] { "main-1e3456-100", "main-abc-99" }));
        Assert.That(selection.Codes(), Is.EqualTo(new[] { "latest=tag.filtered" }));
    }

    [Test]
    public void Texts_are_ranked_by_their_characters()
    {
        string[] tags = ["b", "a", "B", "a10", "a9", "_"];
        Assert.That(TagSpecs.Of(new TagRule.Alphabetical(Order.Asc)).Select(TagSpecs.Seen(tags), null).Accepted,
            Is.EqualTo(new[] { "b", "a9", "a10", "a", "_", "B" }));
        Assert.That(TagSpecs.Of(new TagRule.Alphabetical(Order.Desc)).Select(TagSpecs.Seen(tags), null).Accepted,
            Is.EqualTo(new[] { "B", "_", "a", "a10", "a9", "b" }));
    }

    [Test]
    public void The_newest_was_seen_last_and_of_one_instant_stands_last()
    {
        var spec = TagSpecs.Of(new TagRule.Newest());
        Assert.That(spec.Select([TagSpecs.At("old", 1), TagSpecs.At("new", 3), TagSpecs.At("middle", 2)], null).Accepted,
            Is.EqualTo(new[] { "new", "middle", "old" }));
        Assert.That(spec.Select([TagSpecs.At("b", 1), TagSpecs.At("a", 1)], null).Best, Is.EqualTo("a"));
        Assert.That(spec.Select([TagSpecs.At("a", 1), TagSpecs.At("b", 1)], null).Best, Is.EqualTo("b"));
        Assert.That(spec.Compare(TagSpecs.At("a", 1), TagSpecs.At("b", 1)), Is.Zero);
    }

    [Test]
    public void One_tag_is_followed_and_no_other()
    {
        var selection = TagSpecs.Of(TagSpecs.Only("latest")).Select(TagSpecs.Seen("latest", "v1", "latest-arm"), null);
        Assert.That(selection.Accepted, Is.EqualTo(new[] { "latest" }));
        Assert.That(selection.Codes(), Is.EqualTo(new[] { "latest-arm=tag.notTheTag", "v1=tag.notTheTag" }));
    }

    [TestCase("")]
    [TestCase("a:b")]
    [TestCase("-a")]
    [TestCase("sha256-0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")]
    public void What_no_image_can_be_called_is_not_followed(string tag) =>
        Assert.That(TagRule.OnlyTag.Parse(tag).Problems.Single().Code, Is.EqualTo("policy.tag"));
}
