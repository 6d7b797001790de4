using CdAutomation.Domain.Images;
using CsCheck;

namespace CdAutomation.Domain.Tests.Images;

public sealed class ReferenceTests
{
    private const string Digest64 = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    [TestCase("asia-northeast1-docker.pkg.dev/acme/app/web", "asia-northeast1-docker.pkg.dev", "acme/app/web", "acme")]
    [TestCase("gcr.io/example.com/prj/web", "gcr.io", "example.com/prj/web", "example.com/prj")]
    [TestCase("localhost:5000/web", "localhost:5000", "web", "web")]
    [TestCase("127.0.0.1:34567/prj/a/b/c/d", "127.0.0.1:34567", "prj/a/b/c/d", "prj")]
    [TestCase("[::1]:5000/prj/web", "[::1]:5000", "prj/web", "prj")]
    [TestCase("localhost/a__b/c--d.e_f", "localhost", "a__b/c--d.e_f", "a__b")]
    [TestCase("GCR.io/acme/web", "gcr.io", "acme/web", "acme")]
    public void A_repository_has_a_host_a_path_and_a_project(string text, string host, string path, string project)
    {
        Assert.That(Repository.TryParse(text, out var repository), Is.True);
        Assert.That(repository!.Host, Is.EqualTo(host));
        Assert.That(repository.Path, Is.EqualTo(path));
        Assert.That(repository.Project, Is.EqualTo(project));
        Assert.That(repository.ToString(), Is.EqualTo($"{host}/{path}"));
        Assert.That(repository, Is.EqualTo(new Repository(host, path)));
    }

    [TestCase(null)]
    [TestCase("")]
    [TestCase("web")]
    [TestCase("/web")]
    [TestCase("acme/web", Description = "no host: another registry to every tool")]
    [TestCase("gcr.io/")]
    [TestCase("gcr.io//web")]
    [TestCase("gcr.io/web/")]
    [TestCase("gcr.io/Web")]
    [TestCase("gcr.io/a___b")]
    [TestCase("gcr.io/-a")]
    [TestCase("gcr.io/a.")]
    [TestCase("gcr.io/a b")]
    [TestCase("gcr.io/web\n")]
    [TestCase("gcr.io/web:tag")]
    [TestCase("gcr.io/web@" + Digest64)]
    [TestCase("https://gcr.io/web")]
    [TestCase("-gcr.io/web")]
    [TestCase("gcr.io:port/web")]
    [TestCase("gcr.io:123456/web")]
    [TestCase("user@gcr.io/web")]
    public void What_is_no_repository_is_refused(string? text) => Assert.That(Repository.TryParse(text, out _), Is.False);

    [Test]
    public void Names_are_at_most_255_characters()
    {
        Assert.That(Repository.TryParse("gcr.io/" + new string('a', 248), out _), Is.True);
        Assert.That(Repository.TryParse("gcr.io/" + new string('a', 249), out _), Is.False);
        Assert.That(Repository.TryParse("gcr.io/" + new string('/', 2_000_000), out _), Is.False);
        Assert.That(() => new Repository("gcr.io", "A"), Throws.ArgumentException);
    }

    [TestCase("localhost:5000/web", null, null)]
    [TestCase("localhost:5000/web:1.1", "1.1", null)]
    [TestCase("localhost:5000/web@" + Digest64, null, Digest64)]
    [TestCase("localhost:5000/web:v1@" + Digest64, "v1", Digest64)]
    [TestCase("gcr.io/example.com/prj/a/b:_x.Y-z", "_x.Y-z", null)]
    public void A_reference_reads_and_writes_itself(string text, string? tag, string? digest)
    {
        var reference = ImageReference.Parse(text);
        Assert.That(reference.Tag, Is.EqualTo(tag));
        Assert.That(reference.Digest?.Value, Is.EqualTo(digest));
        Assert.That(reference.ToString(), Is.EqualTo(text));
    }

    [TestCase("gcr.io/web:")]
    [TestCase("gcr.io/web:.a")]
    [TestCase("gcr.io/web:-a")]
    [TestCase("gcr.io/web:a+b")]
    [TestCase("gcr.io/web:a:b")]
    [TestCase("gcr.io/web@")]
    [TestCase("gcr.io/web@sha256:12")]
    [TestCase("gcr.io/web@" + Digest64 + "@" + Digest64)]
    [TestCase("gcr.io/web@" + Digest64 + ":tag")]
    [TestCase("gcr.io/Web:tag")]
    [TestCase("@" + Digest64)]
    [TestCase(":tag")]
    public void What_is_no_reference_is_refused(string text)
    {
        Assert.That(ImageReference.TryParse(text, out _), Is.False);
        Assert.That(() => ImageReference.Parse(text), Throws.TypeOf<FormatException>());
    }

    [Test]
    public void A_tag_has_at_most_128_characters()
    {
        Assert.That(ImageReference.TryParse("gcr.io/web:" + new string('a', 128), out _), Is.True);
        Assert.That(ImageReference.TryParse("gcr.io/web:" + new string('a', 129), out _), Is.False);
    }

    [Test]
    public void Every_reference_comes_back_from_its_text()
    {
        var segment = Gen.String[Gen.Char["abz019"], 1, 6];
        var path = segment.Array[1, 5].Select(parts => string.Join('/', parts));
        var host = Gen.OneOf("gcr.io", "localhost:5000", "127.0.0.1:1", "a-b.c-d.example:65535");
        var tag = Gen.Select(Gen.Char["aZ_9"], Gen.String[Gen.Char["aZ_9.-"], 0, 127], (first, rest) => first + rest);
        var digest = Gen.String[Gen.Char["0123456789abcdef"], 64, 64].Select(hex => Digest.Parse("sha256:" + hex));

        Gen.Select(host, path, tag, Gen.Bool, digest, Gen.Bool).Sample((h, p, t, hasTag, d, hasDigest) =>
        {
            var reference = new ImageReference(new Repository(h, p), hasTag ? t : null, hasDigest ? d : null);
            Assert.That(ImageReference.Parse(reference.ToString()), Is.EqualTo(reference));
        });
    }

    [Test]
    public void No_text_makes_the_readers_fail()
    {
        var text = Gen.String[Gen.Char["aA0./:@-_ \0\n[]sha256é"], 0, 60];
        text.Sample(any =>
        {
            if (ImageReference.TryParse(any, out var reference))
                Assert.That(ImageReference.Parse(reference.ToString()), Is.EqualTo(reference));
        });
    }
}
