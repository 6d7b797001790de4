using CdAutomation.Domain.Policies;
using CsCheck;

namespace CdAutomation.Domain.Tests.Tags;

public sealed class SelectionProperties
{
    private static readonly Gen<string> Version =
        Gen.Select(Gen.OneOf("", "v"), Gen.Int[0, 2], Gen.Int[0, 2], Gen.Int[0, 2],
            Gen.OneOf("", "", "-rc.1", "-rc.2", "-beta", "-0", "+a", "+b"),
            (v, major, minor, patch, rest) => $"{v}{major}.{minor}.{patch}{rest}");

    private static readonly Gen<string> Tag = Gen.OneOf(Version, Version, Gen.Int[-20, 20].Select(number => $"{number}"),
        Gen.OneOf("1.4", "1.50", "1.5", "latest", "main", "Main", "a-1", "a-2", "b-1", "01", ".5",
            "sha256-0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef.sig"));

    private static readonly Gen<SeenTag> OneTag = Gen.Select(Tag, Gen.Int[0, 3], TagSpecs.At);

    private static readonly Gen<SeenTag[]> Tags = Gen.Select(Tag, Gen.Int[0, 6], TagSpecs.At).Array[0, 12]
        .Select(tags => tags.DistinctBy(tag => tag.Tag).ToArray());

    private static IEnumerable<TestCaseData> Specs()
    {
        yield return Case("range", TagSpecs.Of(TagSpecs.Range(">=0.1.0 <2.1.0")));
        yield return Case("range with pre-releases", TagSpecs.Of(TagSpecs.Range(">=0.1.0-0 || ~2.0.0-rc.1")));
        yield return Case("range extracted", TagSpecs.Of(TagSpecs.Range("*-0"), new("^v?(.*)$", "$1")));
        yield return Case("level", TagSpecs.Of(new TagRule.SemverLevel(Level.Minor)));
        yield return Case("level, any label", TagSpecs.Of(new TagRule.SemverLevel(Level.All, false)));
        yield return Case("numerical", TagSpecs.Of(new TagRule.Numerical(Order.Asc), new(@"^[+-]?\d+$|^\d*\.\d+$")));
        yield return Case("numerical, least", TagSpecs.Of(new TagRule.Numerical(Order.Desc), new(@"^v?(\d+)\.(\d+)\.", "$1.$2")));
        yield return Case("numerical, unfiltered", TagSpecs.Of(new TagRule.Numerical(Order.Asc)));
        yield return Case("alphabetical", TagSpecs.Of(new TagRule.Alphabetical(Order.Asc), allow: ["[a-z]"]));
        yield return Case("alphabetical, least", TagSpecs.Of(new TagRule.Alphabetical(Order.Desc), new("^(.)", "$1")));
        yield return Case("newest", TagSpecs.Of(new TagRule.Newest(), ignore: ["rc"]));
        yield return Case("one tag", TagSpecs.Of(TagSpecs.Only("latest")));

        static TestCaseData Case(string name, TagSpec spec) => new TestCaseData(spec).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(Specs))]
    public void Every_tag_is_either_accepted_or_refused(TagSpec spec) => Gen.Select(Tags, Tag, Gen.Bool).Sample((tags, current, runs) =>
    {
        var selection = spec.Select(tags, runs ? current : null);
        Assert.That(selection.Accepted.Concat(selection.Refused.Keys), Is.EquivalentTo(tags.Select(tag => tag.Tag)));
        Assert.That(selection.Error is null || selection.Accepted.IsEmpty, Is.True);
        Assert.That(selection.Refused.All(pair => pair.Value.Sentence.Contains(pair.Key, StringComparison.Ordinal)), Is.True);
    });

    [TestCaseSource(nameof(Specs))]
    public void The_order_of_the_list_plays_no_part(TagSpec spec) =>
        Gen.Select(Tags, Tag, Gen.Bool, Gen.Int).Sample((tags, current, runs, seed) =>
    {
        if (spec.Rule is TagRule.Newest)
            tags = [.. tags.DistinctBy(tag => tag.FirstSeen)];
        var shuffled = tags.ToArray();
        new Random(seed).Shuffle(shuffled);

        var (one, other) = (spec.Select(tags, runs ? current : null), spec.Select(shuffled, runs ? current : null));
        Assert.That(other.Accepted, Is.EqualTo(one.Accepted));
        Assert.That(other.Refused, Is.EqualTo(one.Refused));
        Assert.That(other.Error, Is.EqualTo(one.Error));
    });

    [TestCaseSource(nameof(Specs))]
    public void What_is_accepted_stands_in_the_order_that_Compare_gives(TagSpec spec) =>
        Gen.Select(Tags, Tag, Gen.Bool).Sample((tags, current, runs) =>
    {
        var seen = tags.ToDictionary(tag => tag.Tag);
        var ranked = spec.Select(tags, runs ? current : null).Accepted.Select(tag => seen[tag]).ToArray();
        for (var better = 0; better < ranked.Length; better++)
        {
            for (var worse = better; worse < ranked.Length; worse++)
                Assert.That(spec.Compare(ranked[better], ranked[worse]), Is.GreaterThanOrEqualTo(0), $"{ranked[better]} {ranked[worse]}");
        }
    });

    [TestCaseSource(nameof(Specs))]
    public void Compare_is_an_order_on_all_that_have_a_place(TagSpec spec) =>
        Gen.Select(OneTag, OneTag, OneTag)
            .Sample((a, b, c) =>
            {
                Assert.That(spec.Compare(a, a), Is.Null.Or.Zero);
                Assert.That(Math.Sign(spec.Compare(a, b) ?? 7), Is.EqualTo(spec.Compare(b, a) is { } back ? -Math.Sign(back) : 1));
                if (spec.Compare(a, b) >= 0 && spec.Compare(b, c) >= 0)
                    Assert.That(spec.Compare(a, c), Is.GreaterThanOrEqualTo(0), $"{a} {b} {c}");
            });

    [Test]
    public void What_has_no_place_is_not_compared()
    {
        var (range, numbers) = (TagSpecs.Of(TagSpecs.Range("^1"), new("^v")), TagSpecs.Of(new TagRule.Numerical(Order.Desc)));
        Assert.That(range.Compare(TagSpecs.At("v1.0.0", 0), TagSpecs.At("1.0.1", 1)), Is.Null, "filtered out");
        Assert.That(range.Compare(TagSpecs.At("v1.0.0", 0), TagSpecs.At("v1", 1)), Is.Null, "no version");
        Assert.That(range.Compare(TagSpecs.At("v1.0.0", 0), TagSpecs.At("v3.0.0", 1)), Is.Negative, "outside of the range, yet a version");
        Assert.That(numbers.Compare(TagSpecs.At("1", 0), TagSpecs.At("x", 1)), Is.Null, "no number");
        Assert.That(numbers.Compare(TagSpecs.At("1", 0), TagSpecs.At("2", 1)), Is.Positive, "the least wins");
        Assert.That(range.Compare(TagSpecs.At("v1.0.0", 5), TagSpecs.At("v1.0.0", 6)), Is.Negative, "the same version seen later is newer");
    }
}
