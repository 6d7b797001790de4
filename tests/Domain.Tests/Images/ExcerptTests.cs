using CdAutomation.Domain.Images;

namespace CdAutomation.Domain.Tests.Images;

public sealed class ExcerptTests
{
    [TestCase(null, "nothing")]
    [TestCase("", "''")]
    [TestCase("a b", "'a b'")]
    [TestCase("a\nb\u001b[2J\0", "'a?b?[2J?'")]
    [TestCase("a\u2028b\u202eb\u200b", "'a?b?b?'")]
    public void An_excerpt_is_one_visible_line(string? text, string shown) => Assert.That(Excerpt.Of(text), Is.EqualTo(shown));

    [Test]
    public void Half_of_a_surrogate_pair_is_not_shown() => Assert.That(Excerpt.Of(new string('\ud83d', 1)), Is.EqualTo("'?'"));

    [Test]
    public void An_excerpt_is_short() =>
        Assert.That(Excerpt.Of(new string('x', 1_000_000)), Is.EqualTo($"'{new string('x', 120)}…'"));
}
