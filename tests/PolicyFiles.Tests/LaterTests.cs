using CdAutomation.Domain.Policies;
using CsCheck;

namespace CdAutomation.PolicyFiles.Tests;

/// <summary>Words that are understood and not carried out: a warning where they stand, and a stage that takes nothing.</summary>
public sealed class LaterTests
{
    private const string Target = "{ service: web, image: web, project: acme, region: asia-northeast1, container: app }";
    private const string Images = "web: { repository: asia-northeast1-docker.pkg.dev/acme/app/web }";
    private const string Second = "{ service: a, image: web, project: acme, region: local }";

    /// <summary>The part replaced, the replacement, the place of the warning, and the words of it.</summary>
    private static IEnumerable<TestCaseData> Warned()
    {
        yield return Stage("notify: [ { slack: releases } ]", "14:19", "'notify.slack'");

        static TestCaseData Stage(string line, string place, string words) =>
            Case("- name: production", "- name: production\n      " + line, place, words);

        static TestCaseData Case(string part, string replacement, string place, string words) =>
            new TestCaseData(part, replacement, place, words).SetArgDisplayNames(words);
    }

    [TestCaseSource(nameof(Warned))]
    public void A_word_that_is_not_carried_out_is_warned_of_and_its_stage_takes_nothing(string part, string replacement, string place, string words)
    {
        var reading = Policies.ReadChanged(part, replacement);
        Assert.That(reading.Problems.Single().ToString(), Does.StartWith(
            $"p.yaml:{place}: warning: policy.later: {words} is understood, but this version does not carry it out yet"));
        Assert.That(reading.Valid, Is.True);
        AssertAgrees(reading);
    }

    [TestCase("mode: enforce", "mode: shadow")]
    [TestCase("mode: enforce", "mode: off")]
    [TestCase("mode: enforce", "match: build")]
    [TestCase("mode: enforce", "platform: linux/amd64")]
    [TestCase("mode: enforce", "minimumReleaseAge: 10m")]
    [TestCase("mode: enforce", "tests: []")]
    [TestCase(Images, Images + "\n    batch: { repository: localhost/batch }\n  match: tag")]
    [TestCase("- " + Target, $"- {Target}\n        - {Second}")]
    [TestCase("service: web", "job: nightly")]
    [TestCase("service: web", "workerPool: mail")]
    [TestCase("- name: production", "- name: production\n      strategy: { predeploy: { job: migrate, image: web } }")]
    [TestCase("- name: production", "- name: production\n      strategy: { verify: { http: { path: / } } }")]
    [TestCase("- name: production", "- name: production\n      strategy: { canary: { steps: [ { setWeight: 5 } ], onNewer: queue } }")]
    [TestCase("- name: production", "- name: production\n      strategy: { analysis: { mode: observe, maxErrorRate: 1% } }")]
    [TestCase("- name: production", "- name: production\n      strategy: { autoRollback: {} }")]
    [TestCase("- name: production", "- name: production\n      strategy: {}")]
    [TestCase("- name: production", "- name: production\n      notify: [ { pubsub: deployments } ]")]
    [TestCase("- name: production", "- name: early\n      targets: [ " + Second + " ]\n    - name: production\n      after: { stage: early }")]
    public void A_word_that_is_carried_out_is_not(string part, string replacement)
    {
        var reading = Policies.ReadChanged(part, replacement);
        Assert.That(reading.Problems, Is.Empty);
        AssertAgrees(reading);
    }

    [Test]
    public void Every_word_of_the_whole_language_is_warned_of()
    {
        var reading = PolicyReader.Read(Policies.Full);
        Assert.That(reading.Valid, Is.True, string.Join('\n', reading.Problems));
        Assert.That(reading.Problems.Where(problem => problem.Code == "policy.later").Select(problem => problem.Line),
            Is.EqualTo(new[] { 44 }));
        Assert.That(reading.Pipelines["shop"].Stages.All(stage => NotCarriedOut.Of(stage) is not null), Is.EqualTo(false));
    }

    [Test]
    public void Whatever_a_policy_says_the_warnings_and_the_domain_agree() => Generated.Sets.Sample(set =>
    {
        foreach (var pipeline in set.Pipelines)
            AssertAgrees(PolicyReader.Read(Generated.AsFiles(PolicySet.Empty with { Pipelines = PolicySet.Empty.Pipelines.Add(pipeline.Key, pipeline.Value) })));
    }, iter: 300);

    /// <summary>A pipeline is warned of exactly where the domain says that a stage of it takes nothing.</summary>
    private static void AssertAgrees(PolicyReading reading)
    {
        Assert.That(reading.Valid, Is.True, string.Join('\n', reading.Problems));
        var pipeline = reading.Pipelines.Values.Single();
        Assert.That(reading.Problems.Any(problem => problem.Code == "policy.later"),
            Is.EqualTo(pipeline.Stages.Any(stage => NotCarriedOut.Of(stage) is not null)));
    }
}
