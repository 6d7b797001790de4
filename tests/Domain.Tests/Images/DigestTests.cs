using CdAutomation.Domain.Images;

namespace CdAutomation.Domain.Tests.Images;

public sealed class DigestTests
{
    private const string Hex = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    [Test]
    public void A_digest_is_sha256_and_64_lower_case_digits()
    {
        Assert.That(Digest.TryParse($"sha256:{Hex}", out var digest), Is.True);
        Assert.That(digest.Value, Is.EqualTo($"sha256:{Hex}"));
        Assert.That(digest.ToString(), Is.EqualTo(digest.Value));
        Assert.That(digest.Short, Is.EqualTo("0123456789ab"));
        Assert.That(Digest.Parse(digest.Value), Is.EqualTo(digest));
    }

    [TestCase(null)]
    [TestCase("")]
    [TestCase("sha256:")]
    [TestCase(Hex)]
    [TestCase("sha512:" + Hex)]
    [TestCase("SHA256:" + Hex)]
    [TestCase("sha256:" + Hex + "0")]
    [TestCase("sha256:" + Hex + "\n")]
    [TestCase("sha256:0123456789ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef")]
    [TestCase("sha256:g123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")]
    [TestCase("host/path@sha256:" + Hex)]
    public void Anything_else_is_none(string? text)
    {
        Assert.That(Digest.TryParse(text, out var digest), Is.False);
        Assert.That(digest, Is.EqualTo(default(Digest)));
        Assert.That(() => Digest.Parse(text!), Throws.TypeOf<FormatException>());
    }

    [Test]
    public void The_default_says_that_it_is_none()
    {
        Assert.That(default(Digest).ToString(), Is.EqualTo("none"));
        Assert.That(default(Digest).Short, Is.EqualTo("none"));
        Assert.That(default(Digest), Is.Not.EqualTo(Digest.Parse($"sha256:{Hex}")));
    }

    [Test]
    public void Digests_have_an_ordinal_order()
    {
        var (low, high) = (Digest.Parse("sha256:" + new string('0', 64)), Digest.Parse("sha256:" + new string('f', 64)));
        Assert.That(low < high && high > low && low <= high && high >= low, Is.True);
        Assert.That(new[] { high, default, low }.Order(), Is.EqualTo(new[] { default, low, high }));
    }
}
