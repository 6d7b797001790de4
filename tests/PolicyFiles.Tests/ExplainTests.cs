using CdAutomation.PolicyFiles.Explain;

namespace CdAutomation.PolicyFiles.Tests;

/// <summary>Policies in words, as they were approved.</summary>
public sealed class ExplainTests
{
    [TestCase("shop")]
    [TestCase("hotfix")]
    public void The_whole_language_is_said_as_approved(string pipeline) =>
        Assert.That(Said(Policies.Full, pipeline), Is.EqualTo(Approved($"full-{pipeline}.txt")));

    [TestCase("shop")]
    [TestCase("admin")]
    public void The_samples_are_said_as_approved(string pipeline) =>
        Assert.That(Said(Policies.Samples, pipeline), Is.EqualTo(Approved($"sample-{pipeline}.txt")));

    [Test]
    public void Nothing_is_said_of_a_pipeline_that_is_not_there() =>
        Assert.That(PolicyWords.Of(PolicyReader.Read(Policies.Full).ToSet("none"), "none"), Is.Empty);

    [Test]
    public void A_secret_in_an_address_is_not_said() => Assert.That(Said(Policies.Full, "shop"), Does.Not.Contain("abc"));

    [TestCase("newest: {}", "every tag that is pushed after the one that runs")]
    [TestCase("numerical: { order: desc }", "every tag whose number is smaller than the one that runs")]
    [TestCase("alphabetical: {}", "every tag that sorts after the one that runs")]
    [TestCase("semver: { level: patch, matchPreRelease: false }", "every tag of a higher version of the same minor number, pre-releases too")]
    [TestCase("digest: { tag: latest }", "whatever image the tag latest comes to point to")]
    public void Every_rule_is_said(string rule, string words)
    {
        var text = $$"""
            apiVersion: cdautomation/v1
            kind: Pipeline
            metadata: { name: one }
            spec:
              images: { web: { repository: localhost:5000/web } }
              policy: { {{rule}} }
              stages: [ { name: dev, targets: [ { service: web, image: web, project: p, region: local } ] } ]
            """;
        Assert.That(PolicyWords.Of(Policies.Read(text).ToSet("none"), "one"), Is.EqualTo(new[]
        {
            "one is enforced; it releases web (localhost:5000/web)",
            $"dev (service web of p in local) takes {words}, as soon as it is pushed",
        }));
    }

    private static string Said(PolicyFile[] files, string pipeline)
    {
        var said = string.Concat(PolicyWords.Of(PolicyReader.Read(files).ToSet("none"), pipeline).Select(line => line + "\n"));
        TestContext.Out.Write(said);
        return said;
    }

    private static string Approved(string name) => Policies.Resources("approved/").Single(file => file.Path == name).Text;
}
