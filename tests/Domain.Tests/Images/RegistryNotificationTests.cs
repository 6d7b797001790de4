using CdAutomation.Domain.Images;
using static CdAutomation.Domain.Images.RegistryNotification;

namespace CdAutomation.Domain.Tests.Images;

public sealed class RegistryNotificationTests
{
    private const string Name = "asia-northeast1-docker.pkg.dev/prj/repo/img";
    private const string Hex = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    private const string ByDigest = $"{Name}@sha256:{Hex}";
    private const string ByTag = $"{Name}:1.1";

    private static readonly Repository Where = new("asia-northeast1-docker.pkg.dev", "prj/repo/img");
    private static readonly Digest What = Digest.Parse($"sha256:{Hex}");

    [Test]
    public void A_push_with_a_tag() => Expect("INSERT", ByDigest, ByTag, new Pushed(Where, What, "1.1", ArtifactKind.Image));

    [TestCase(null)]
    [TestCase("")]
    public void A_push_without_a_tag(string? tag) => Expect("INSERT", ByDigest, tag, new Pushed(Where, What, null, ArtifactKind.Untagged));

    [Test]
    public void A_push_of_a_signature() =>
        Expect("INSERT", ByDigest, $"{Name}:sha256-{Hex}.sig", new Pushed(Where, What, $"sha256-{Hex}.sig", ArtifactKind.Signature));

    [Test]
    public void A_tag_removed() => Expect("DELETE", null, ByTag, new Removed(Where, "1.1", null));

    [Test]
    public void A_manifest_removed() => Expect("DELETE", ByDigest, null, new Removed(Where, null, What));

    [Test]
    public void Both_removed() => Expect("DELETE", ByDigest, ByTag, new Removed(Where, "1.1", What));

    [Test]
    public void A_project_scoped_by_a_domain() =>
        Expect("INSERT", $"gcr.io/example.com/prj/a/b@sha256:{Hex}", "gcr.io/example.com/prj/a/b:x",
            new Pushed(new("gcr.io", "example.com/prj/a/b"), What, "x", ArtifactKind.Image));

    [TestCase(null, ByDigest, ByTag, "notification.action")]
    [TestCase("insert", ByDigest, ByTag, "notification.action")]
    [TestCase("UPDATE", ByDigest, ByTag, "notification.action")]
    [TestCase("INSERT", null, ByTag, "notification.digest")]
    [TestCase("INSERT", ByTag, ByTag, "notification.digest")]
    [TestCase("DELETE", ByTag, null, "notification.digest")]
    [TestCase("INSERT", ByDigest, ByDigest, "notification.tag")]
    [TestCase("INSERT", ByDigest, Name, "notification.tag")]
    [TestCase("INSERT", ByDigest, "gcr.io/other/img:1.1", "notification.repository")]
    [TestCase("INSERT", $"sha256:{Hex}", null, "notification.reference")]
    [TestCase("INSERT", ByDigest, "1.1", "notification.reference")]
    [TestCase("INSERT", ByDigest, "\0\u001b[2J", "notification.reference")]
    [TestCase("DELETE", null, null, "notification.empty")]
    [TestCase("INSERT", $"{Name}:a@sha256:{Hex}", $"{Name}:b", "notification.contradiction")]
    public void What_can_never_be_understood_is_refused_with_its_reason(string? action, string? digest, string? tag, string code)
    {
        var read = Read(action, digest, tag);
        Assert.That(read.TryGetValue(out _), Is.False);
        Assert.That(read.Problems.Select(problem => problem.Code), Is.EqualTo(new[] { code }));
        Assert.That(read.Problems[0].Sentence.Any(char.IsControl), Is.False);
    }

    [Test]
    public void All_reasons_are_told()
    {
        var read = Read("MOVE", "nonsense", "more nonsense");
        Assert.That(read.Problems.Select(problem => problem.Code),
            Is.EqualTo(new[] { "notification.reference", "notification.reference", "notification.action" }));
    }

    [Test]
    public void A_huge_field_is_refused_in_a_short_sentence()
    {
        var read = Read("INSERT", $"{Name}:{new string('x', 5_000_000)}", null);
        Assert.That(read.Problems.Single(problem => problem.Code == "notification.tooLong").Sentence, Has.Length.LessThan(200));
    }

    [TestCase(null, ArtifactKind.Untagged)]
    [TestCase("latest", ArtifactKind.Image)]
    [TestCase("sha256-12", ArtifactKind.Image)]
    [TestCase($"v-sha256-{Hex}", ArtifactKind.Image)]
    [TestCase($"sha256-{Hex}0", ArtifactKind.Image)]
    [TestCase($"sha256-{Hex}", ArtifactKind.Referrers)]
    [TestCase($"sha256-{Hex}.sig", ArtifactKind.Signature)]
    [TestCase($"sha256-{Hex}.att", ArtifactKind.Attestation)]
    [TestCase($"sha256-{Hex}.sbom", ArtifactKind.Sbom)]
    [TestCase($"sha256-{Hex}.cosign.bundle", ArtifactKind.Referrers)]
    public void The_tag_tells_what_was_pushed(string? tag, ArtifactKind kind) => Assert.That(ArtifactKinds.Of(tag), Is.EqualTo(kind));

    private static void Expect(string action, string? digest, string? tag, RegistryNotification expected)
    {
        var read = Read(action, digest, tag);
        Assert.That(read.Problems, Is.Empty);
        Assert.That(read.TryGetValue(out var notification), Is.True);
        Assert.That(notification, Is.EqualTo(expected));
        Assert.That(notification!.Match(pushed => "INSERT", removed => "DELETE"), Is.EqualTo(action));
    }
}
