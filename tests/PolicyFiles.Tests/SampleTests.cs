using CdAutomation.Domain.Rehearsals;

namespace CdAutomation.PolicyFiles.Tests;

/// <summary>What infra/policies shows is what a user copies.</summary>
public sealed class SampleTests
{
    private static readonly string[] Files = ["admin.yaml", "admin-tests.yaml", "freeze.yaml", "shop.yaml"];

    private static PolicyReading Samples => PolicyReader.Read(Files.Select(name => new PolicyFile(name, Policies.Sample(name))));

    [Test]
    public void The_samples_have_no_problem_not_even_a_small_one()
    {
        Assert.That(Samples.Problems, Is.Empty);
        Assert.That(Samples.Pipelines.Keys, Is.EqualTo(new[] { "admin", "shop" }));
        Assert.That(Samples.Freezes.Select(freeze => freeze.Name), Is.EqualTo(new[] { "earnings" }));
    }

    [Test]
    public void Their_own_tests_pass()
    {
        var results = Rehearsal.RunAll(Samples.ToSet(new('a', 40)));
        Assert.That(results, Has.Length.EqualTo(12));
        Assert.That(results.Where(result => !result.Passed).Select(result => result.Sentence), Is.Empty);
    }

    [TestCase("status: SUCCESS", "status: FAILURE", "staging takes what our trigger built")]
    [TestCase("soakTime: 30m", "soakTime: 31m", "production takes what has been half an hour in staging")]
    [TestCase("days: mon-thu", "days: mon-fri", "what is ready on Thursday evening goes on Monday morning")]
    [TestCase("to: '2027-01-04'", "to: '2027-01-05'", "nothing ships at year end")]
    [TestCase("atMost: 3", "atMost: 4", "three a day are enough")]
    [TestCase("level: minor", "level: major", "another major version needs a person to change the policy")]
    public void A_changed_rule_turns_the_test_that_is_about_it_red(string before, string after, string test)
    {
        var changed = Policies.Sample("admin.yaml").Replace(before, after, StringComparison.Ordinal);
        Assert.That(changed, Is.Not.EqualTo(Policies.Sample("admin.yaml")));
        var reading = PolicyReader.Read(Files.Select(name => new PolicyFile(name, name == "admin.yaml" ? changed : Policies.Sample(name))));

        var red = Rehearsal.RunAll(reading.ToSet(new('a', 40))).Where(result => !result.Passed).Select(result => result.Test.Name).ToArray();
        Assert.That(red, Does.Contain(test));
    }

    [Test]
    public void The_schema_that_the_samples_name_is_the_one_of_the_language()
    {
        foreach (var file in Files)
            Assert.That(Policies.Sample(file), Does.StartWith("# yaml-language-server: $schema=policy.schema.json\n"), file);
        Assert.That(Policies.Sample("policy.schema.json"), Is.EqualTo(PolicySchema.Write()), "cdctl schema > infra/policies/policy.schema.json");
    }

    [TestCase("shop.yaml", true)]
    [TestCase("a/b/shop.yml", true)]
    [TestCase("../my-policies/shop.yaml", true)]
    [TestCase("cloudbuild.yaml", false)]
    [TestCase("ci/cloudbuild-policies.yaml", false)]
    [TestCase(".github/workflows/check.yml", false)]
    [TestCase("README.md", false)]
    [TestCase("keys/release.pub", false)]
    public void Only_what_is_meant_as_a_policy_is_read_as_one(string path, bool policy) => Assert.That(PolicyPaths.IsPolicy(path), Is.EqualTo(policy));

    [TestCase("keys/release.pub", true)]
    [TestCase("keys/release.pem", true)]
    [TestCase(".ssh/id.pub", false)]
    [TestCase("shop.yaml", false)]
    public void A_key_is_read_beside_them(string path, bool key) => Assert.That(PolicyPaths.IsKey(path), Is.EqualTo(key));
}
