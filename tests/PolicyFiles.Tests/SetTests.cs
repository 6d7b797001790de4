using CdAutomation.Domain.Gates;
using CdAutomation.Domain.Policies;
using CsCheck;

namespace CdAutomation.PolicyFiles.Tests;

/// <summary>What several documents say together: freezes, tests, and who may take what.</summary>
public sealed class SetTests
{
    [Test]
    public void The_whole_language_is_read()
    {
        var reading = PolicyReader.Read(Policies.Full);
        Assert.That(reading.Valid, Is.True, string.Join('\n', reading.Problems));
        var shop = reading.Pipelines["shop"];
        Assert.That((shop.Mode, shop.Match, shop.Platform, shop.MinimumReleaseAge),
            Is.EqualTo((PolicyMode.Enforce, ReleaseMatch.Tag, "linux/amd64", TimeSpan.FromMinutes(10))));

        var production = shop.Stages[1];
        Assert.That(production.After, Is.EqualTo(new Gate.After("staging", TimeSpan.FromMinutes(30))));
        Assert.That(production.Gates.Select(gate => gate.Name), Is.EqualTo(
            new[] { "build", "windows", "approvals", "rate", "webhook", "signature", "vulnerabilities", "provenance" }));
        var approvals = production.Gates.OfType<Gate.Approvals>().Single();
        Assert.That((approvals.Count, approvals.From.Single(), approvals.Deadline, approvals.NotAuthor),
            Is.EqualTo((2, "group:sre@acme.example", TimeSpan.FromHours(24), true)));
        Assert.That(production.Gates.OfType<Gate.Windows>().Single().All[1],
            Is.EqualTo(new Window(WindowKind.Deny, new Schedule.Once(new(2026, 12, 28), new(2027, 1, 4)), "Asia/Tokyo", "year end")));
        Assert.That(production.Gates, Does.Contain(new Gate.Rate(3, TimeSpan.FromHours(1))));
        Assert.That(production.Gates, Does.Contain(new Gate.Vulnerabilities(Severity.High, true)));
        Assert.That(production.Gates, Does.Contain(new Gate.Provenance("cloud-build", "github.com/acme/app")));
        Assert.That(production.Strategy.Analysis, Is.EqualTo(new Analysis(0.01m, TimeSpan.FromMilliseconds(800), 100, TimeSpan.FromMinutes(5))));
        Assert.That(production.Strategy.Verify, Is.EqualTo(new Verification("/healthz", 200, 5, null)));
        Assert.That(production.Strategy.AutoRollback, Is.EqualTo(new AutoRollback(true)));
        Assert.That(production.Strategy.Canary!.Steps, Is.EqualTo(new CanaryStep[]
        {
            new CanaryStep.SetWeight(5), new CanaryStep.Pause(TimeSpan.FromMinutes(10)), new CanaryStep.SetWeight(50), new CanaryStep.Pause(TimeSpan.FromMinutes(10)),
        }));
        Assert.That(production.Notify, Is.EqualTo(new Notification[] { new Notification.Slack("releases"), new Notification.PubSub("deployments") }));
        Assert.That(reading.Freezes.Single().Except, Is.EqualTo(new[] { "hotfix" }));
    }

    [Test]
    public void Tests_are_read_with_their_places()
    {
        var reading = PolicyReader.Read(Policies.Full);
        var set = reading.ToSet("c0ffee");
        Assert.That((set.Commit, set.Freezes.Length), Is.EqualTo(("c0ffee", 1)));
        Assert.That(set.Tests.Select(test => (test.Pipeline, test.Name)),
            Is.EqualTo(new[] { ("shop", "nothing ships at year end"), ("shop", "the whole situation") }));
        Assert.That(reading.TestPlaces[("shop", "nothing ships at year end")], Is.EqualTo("full.yaml:46"));
        Assert.That(reading.TestPlaces[("shop", "the whole situation")], Is.EqualTo("full.yaml:77"));

        var (brief, whole) = (set.Tests[0], set.Tests[1]);
        Assert.That((brief.Given.Age, brief.Given.Build, brief.Given.History.Length), Is.EqualTo((PolicyTestGiven.UsualAge, (PolicyTestBuild?)null, 0)));
        Assert.That(brief.Expect, Is.EqualTo(new PolicyTestExpectation("production", ExpectedVerdict.Hold, "windows", null)));
        Assert.That(whole.Given.At, Is.EqualTo(new DateTimeOffset(2026, 12, 30, 11, 0, 0, TimeSpan.FromHours(9))));
        Assert.That(whole.Given.Age, Is.EqualTo(TimeSpan.FromHours(2)));
        Assert.That(whole.Given.Build, Is.EqualTo(new PolicyTestBuild("SUCCESS", "web-release", "release/1", "acme/app")));
        Assert.That(whole.Given.History.Single(),
            Is.EqualTo(new PolicyTestDeployment("staging", "v1.4.9", new(2026, 12, 30, 9, 0, 0, TimeSpan.FromHours(9)))));
        Assert.That((whole.Given.Approvals.Single(), whole.Given.Author), Is.EqualTo(("user:ann@acme.example", "bob@acme.example")));
        Assert.That(whole.Given.Answers, Is.EqualTo(new Dictionary<string, Finding> { ["signature"] = Finding.Pass, ["vulnerabilities"] = Finding.Reject }));
        Assert.That(whole.Expect.Until, Is.EqualTo(new DateTimeOffset(2027, 1, 4, 0, 0, 0, TimeSpan.FromHours(9))));
    }

    [Test]
    public void A_reading_with_an_error_is_no_set() =>
        Assert.That(() => Policies.Read("a: b").ToSet("none"), Throws.InvalidOperationException);

    [TestCase("shadow")]
    [TestCase("off")]
    public void A_pipeline_that_changes_nothing_may_name_a_target_of_another(string mode)
    {
        var other = Policies.Good.Replace("name: shop", "name: other", StringComparison.Ordinal).Replace("enforce", mode, StringComparison.Ordinal);
        Assert.That(PolicyReader.Read([new("a.yaml", Policies.Good), new("b.yaml", other)]).Problems, Is.Empty);
        Assert.That(PolicyReader.Read([new("b.yaml", other), new("a.yaml", Policies.Good)]).Problems, Is.Empty);
    }

    [TestCase("'^latest$'", "{ newest: {} }", "warning: policy.floatingTag: only the tag 'latest' can ever match")]
    [TestCase("'^latest$'", "{ alphabetical: {} }", "warning: policy.floatingTag")]
    [TestCase(@"'^v1\.2\.3$'", "{ semver: { level: all } }", "warning: policy.floatingTag: only the tag 'v1.2.3'")]
    [TestCase("'^latest$'", "{ semver: { range: '1.x' } }", "error: policy.neverMatches: no tag can ever be taken: only 'latest' can match")]
    [TestCase("'^latest$', '^main$'", "{ numerical: {} }", "error: policy.neverMatches")]
    [TestCase("'^v'", "{ digest: { tag: latest } }", "error: policy.neverMatches")]
    [TestCase("'^latest$'", "{ digest: { tag: latest } }", null)]
    [TestCase("'^latest$', '^main$'", "{ newest: {} }", null)]
    [TestCase("'^v1.2$'", "{ newest: {} }", null)]
    [TestCase("'^latest$', 'v'", "{ newest: {} }", null)]
    public void A_rule_that_can_take_one_tag_or_none_is_told(string allow, string rule, string? problem)
    {
        var text = Policies.Good.Replace(@"'^v\d'", allow, StringComparison.Ordinal)
            .Replace("{ semver: { range: '>=1.0.0 <2.0.0' } }", rule, StringComparison.Ordinal)
            .Replace("  filterTags: { pattern: '^v(?P<version>\\d+\\.\\d+\\.\\d+)$', extract: '$version' }\n", "", StringComparison.Ordinal);
        var told = Policies.Read(text).Problems.Select(one => one.ToString()).ToArray();
        Assert.That(told, problem is null ? Is.Empty : Has.One.Contains(problem));
    }

    [Test]
    public void A_filter_that_matches_one_tag_is_told() =>
        Assert.That(Policies.ReadChanged("pattern: '^v(?P<version>\\d+\\.\\d+\\.\\d+)$', extract: '$version'", @"pattern: '^main$'").Problems.Single().Code,
            Is.EqualTo("policy.neverMatches"));

    [Test]
    public void A_test_of_several_images_names_one()
    {
        var text = Policies.Full[0].Text.Replace("given:  { image: web, ", "given:  { ", StringComparison.Ordinal);
        Assert.That(PolicyReader.Read([Policies.Full[0] with { Text = text }, .. Policies.Full[1..]]).Problems.Select(problem => problem.ToString()),
            Has.One.EqualTo("full.yaml:47:15: error: policy.missingKey: given needs 'image', for pipeline 'shop' has several"));
    }

    [Test]
    public void A_file_that_could_not_be_read_is_told_and_keeps_the_set_out_of_force()
    {
        var reading = PolicyReader.Read([new("a.yaml", Policies.Good), new("b.yaml", "") { Unreadable = new("policy.size", "too large") }]);
        Assert.That(reading.Problems.Single().ToString(), Is.EqualTo("b.yaml:1:1: error: policy.size: too large"));
        Assert.That(reading.Valid, Is.False);
    }

    /// <summary>An automaton that would be too large is told when a policy is read, and not when a tag is first asked about.</summary>
    [Test]
    public void A_pattern_that_is_taken_can_be_asked()
    {
        var pieces = Gen.OneOf("a", "+", "(", ")", ")+", "*", "?", "|", "[a-z]", "\\d", "{2,9}", ".", "^", "$", "b+", "(c+)+");
        pieces.Array[1, 40].Select(string.Concat).Sample(pattern =>
        {
            if (TagSpec.CheckPattern(pattern) is not null)
                return;
            Assert.That(TagSpec.Create([pattern], [], null, new TagRule.Newest()).TryGetValue(out var tags), Is.True);
            Assert.That(() => tags!.Select([new SeenTag("v1.2.3", default)], null), Throws.Nothing, pattern);
        }, iter: 2_000);

        var nested = string.Concat(Enumerable.Repeat("(", 15)) + "a" + string.Concat(Enumerable.Repeat("+)", 15)) + "+";
        Assert.That(TagSpec.CheckPattern(nested)?.Code, Is.EqualTo("policy.pattern"));
        var wide = "(((" + string.Concat(Enumerable.Repeat("a+", 240)) + ")+)+)+";
        Assert.That(TagSpec.CheckPattern(wide), Is.Null);
        Assert.That(TagSpec.Create([wide], [], null, new TagRule.Newest()).TryGetValue(out var spec), Is.True);
        Assert.That(() => spec!.Select([new SeenTag("aaa", default)], null), Throws.Nothing);
    }
}
