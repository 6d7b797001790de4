using CdAutomation.Domain.Gates;
using CdAutomation.Domain.Images;
using CdAutomation.Domain.Policies;
using CdAutomation.Domain.Targets;

namespace CdAutomation.PolicyFiles.Tests;

public sealed class ReadingTests
{
    private static readonly Repository Web = new("asia-northeast1-docker.pkg.dev", "acme/app/web");

    [Test]
    public void A_policy_is_read_whole()
    {
        var pipeline = Policies.Read(Policies.Good).Only();

        Assert.That(pipeline.Name, Is.EqualTo("shop"));
        Assert.That(pipeline.Images, Is.EqualTo(new Dictionary<string, Repository> { ["web"] = Web }));
        Assert.That(pipeline.Tags.AllowTags, Is.EqualTo(new[] { @"^v\d" }));
        Assert.That(pipeline.Tags.IgnoreTags, Is.EqualTo(new[] { "-debug$" }));
        Assert.That(pipeline.Tags.FilterTags, Is.EqualTo(new FilterTags(@"^v(?P<version>\d+\.\d+\.\d+)$", "$version")));
        Assert.That(pipeline.Tags.Rule, Is.InstanceOf<TagRule.SemverRange>().With.Property("Text").EqualTo(">=1.0.0 <2.0.0"));

        var stage = pipeline.Stages.Single();
        Assert.That(stage.Name, Is.EqualTo("production"));
        Assert.That(stage.Targets, Is.EqualTo(new[] { new Target("acme", "asia-northeast1", "web", "web", "app") }));
        var gate = (Gate.Build)stage.Gates.Single();
        Assert.That((gate.Status, gate.Branch, gate.Repository), Is.EqualTo(("SUCCESS", "release/*", "acme/app")));
        Assert.That(gate.Triggers, Is.EqualTo(new[] { "web-release" }));
    }

    [Test]
    public void The_samples_are_valid_together()
    {
        var reading = PolicyReader.Read(new[] { "shop.yaml", "admin.yaml" }.Select(name => new PolicyFile(name, Policies.Sample(name))));
        Assert.That(reading.Problems, Is.Empty);
        Assert.That(reading.Pipelines.Keys, Is.EqualTo(new[] { "admin", "shop" }));

        var (admin, shop) = (reading.Pipelines["admin"], reading.Pipelines["shop"]);
        Assert.That(shop.Images["web"], Is.EqualTo(Web));
        Assert.That(shop.Stages[0].Targets[0].ResourceName, Is.EqualTo("projects/acme/locations/asia-northeast1/services/web"));
        var selection = shop.Tags.Select([new("v1.4.2", default), new("latest", default), new("v2.0.0", default)], null);
        Assert.That(selection.Best, Is.EqualTo("v1.4.2"));
        Assert.That(admin.Tags.Rule, Is.EqualTo(new TagRule.SemverLevel(Level.Minor)));
        Assert.That(((Gate.Build)admin.Stages[0].Gates[0]).Triggers, Is.EqualTo(new[] { "admin-release" }));
    }

    [TestCase("policy: { semver: { level: patch } }", "SemverLevel { Level = Patch, MatchPreRelease = True }")]
    [TestCase("policy: { semver: { level: all, matchPreRelease: false } }", "SemverLevel { Level = All, MatchPreRelease = False }")]
    [TestCase("policy: { numerical: { order: desc } }", "Numerical { Order = Desc }")]
    [TestCase("policy: { numerical: {} }", "Numerical { Order = Asc }")]
    [TestCase("policy: { alphabetical: { order: asc } }", "Alphabetical { Order = Asc }")]
    [TestCase("policy: { newest: {} }", "Newest { }")]
    [TestCase("policy: { digest: { tag: v1.0.0 } }", "OnlyTag { Tag = v1.0.0 }")]
    [TestCase("policy: { semver: { range: '1.x' } }", "semver range '1.x'")]
    [TestCase("policy: { semver: { range: 1.x } }", "semver range '1.x'")]
    public void Every_kind_of_rule_is_read(string policy, string rule) =>
        Assert.That(Policies.ReadChanged("policy: { semver: { range: '>=1.0.0 <2.0.0' } }", policy).Only().Tags.Rule.ToString(),
            Is.EqualTo(rule));

    [Test]
    public void What_may_be_left_out_may_be_left_out()
    {
        var reading = Policies.Read(
            """
            apiVersion: cdautomation/v1
            kind: Pipeline
            metadata: { name: shop }
            spec:
              images: { web: { repository: localhost:5000/web } }
              policy: { newest: {} }
              stages:
                - name: production
                  targets: [ { service: web, image: web, project: 'example.com:acme', region: local } ]
                  gates: { build: {} }
            """);
        var stage = reading.Only().Stages.Single();
        Assert.That(stage.Targets[0].Container, Is.Null);
        Assert.That(stage.Gates.Single(), Is.InstanceOf<Gate.Build>().With.Property("Status").EqualTo("SUCCESS"));
    }

    [Test]
    public void Json_is_yaml_and_several_documents_and_empty_ones_stand_in_a_file()
    {
        var reading = Policies.Read("---\n# nothing\n---\n" + Policies.Good + "---\n~\n---\n" +
            """
            {"apiVersion": "cdautomation/v1", "kind": "Pipeline", "metadata": {"name": "two"}, "spec": {
              "images": {"web": {"repository": "asia-northeast1-docker.pkg.dev/acme/app/web"}}, "policy": {"digest": {"tag": "latest"}},
              "stages": [{"name": "s", "targets": [{"service": "two", "image": "web", "project": "acme", "region": "asia-northeast1"}]}]}}
            """ + "\n...\n");
        Assert.That(reading.Problems, Is.Empty);
        Assert.That(reading.Pipelines.Keys, Is.EqualTo(new[] { "shop", "two" }));
    }

    [TestCase("")]
    [TestCase("# nothing at all\n")]
    [TestCase("---\n---\n")]
    public void A_file_of_nothing_is_valid_and_empty(string text)
    {
        Assert.That(Policies.Read(text).Problems, Is.Empty);
        Assert.That(Policies.Read(text).Pipelines, Is.Empty);
    }

    [Test]
    public void A_byte_order_mark_and_carriage_returns_do_no_harm()
    {
        var reading = Policies.Read("\uFEFF" + Policies.Good.Replace("\n", "\r\n", StringComparison.Ordinal));
        Assert.That(reading.Only().Name, Is.EqualTo("shop"));
    }

    [Test]
    public void The_same_text_gives_an_equal_policy()
    {
        var (one, same) = (Policies.Read(Policies.Good).Only(), Policies.Read(Policies.Good).Only());
        Assert.That(same.Tags, Is.EqualTo(one.Tags));
        Assert.That(Policies.ReadChanged(@"'^v\d'", "'^w'").Only().Tags, Is.Not.EqualTo(one.Tags));
    }
}
