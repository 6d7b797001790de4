using CdAutomation.Domain.Gates;
using CsCheck;

namespace CdAutomation.Domain.Tests.Gates;

public sealed class GlobTests
{
    [TestCase("release/*", "release/1.2", true)]
    [TestCase("release/*", "release/a/b", true)]
    [TestCase("release/*", "main", false)]
    [TestCase("release/?", "release/12", false)]
    [TestCase("*", "", true)]
    [TestCase("", "", true)]
    [TestCase("", "x", false)]
    [TestCase("a*b*c", "axxbyyc", true)]
    [TestCase("a*b*c", "axxbyy", false)]
    [TestCase("main", "MAIN", false)]
    public void A_pattern_covers_the_whole_name(string pattern, string name, bool matches) =>
        Assert.That(Glob.Matches(pattern, name), Is.EqualTo(matches));

    [Test]
    public void A_name_that_is_not_known_matches_nothing() => Assert.That(Glob.Matches("*", null), Is.False);

    [Test]
    public void It_agrees_with_the_obvious_slow_way() =>
        Gen.Select(Gen.String[Gen.Char["ab*?"], 0, 7], Gen.String[Gen.Char["ab"], 0, 9]).Sample((pattern, name) =>
            Assert.That(Glob.Matches(pattern, name), Is.EqualTo(Slow(pattern, name)), $"{pattern} {name}"));

    private static bool Slow(ReadOnlySpan<char> pattern, ReadOnlySpan<char> name) => pattern switch
    {
        [] => name.IsEmpty,
        ['*', ..] => Slow(pattern[1..], name) || (!name.IsEmpty && Slow(pattern, name[1..])),
        ['?', ..] => !name.IsEmpty && Slow(pattern[1..], name[1..]),
        _ => !name.IsEmpty && pattern[0] == name[0] && Slow(pattern[1..], name[1..]),
    };
}
