using System.Collections.Immutable;
using CdAutomation.Domain.Gates;
using CdAutomation.Domain.Policies;
using CdAutomation.Domain.Rehearsals;
using CdAutomation.Domain.Tests.Decisions;

namespace CdAutomation.Domain.Tests.Rehearsals;

/// <summary>A policy's own tests are answered by the rules that decide, and only by what they tell.</summary>
public sealed class RehearsalTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 25, 11, 0, 0, TimeSpan.FromHours(9));
    private static readonly Gate Build = new Gate.Build("SUCCESS", ["web-release"], null, null);
    private static readonly Gate Closed = new Gate.Windows([new(WindowKind.Deny, new Schedule.Once(new(2026, 11, 25), new(2026, 11, 26)), "Asia/Tokyo", "a holiday")]);

    private static PolicyTestGiven Given(string tag, params ImmutableArray<PolicyTestDeployment> history) => new(
        null, tag, At, PolicyTestGiven.UsualAge, null, history, [], null, ImmutableSortedDictionary<string, Finding>.Empty);

    private static PolicySet Policies(Func<PipelinePolicy, PipelinePolicy>? change = null, params ImmutableArray<Gate> gates)
    {
        var policy = new Story(gates: gates).Policy;
        return new("none", ImmutableSortedDictionary<string, PipelinePolicy>.Empty.Add("shop", change?.Invoke(policy) ?? policy));
    }

    private static RehearsalResult Run(PolicySet policies, PolicyTestGiven given, ExpectedVerdict verdict, string? by = null, DateTimeOffset? until = null, string? stage = null) =>
        Rehearsal.Run(policies, new("it is so", "shop", given, new(stage, verdict, by, until)));

    [Test]
    public void What_nothing_keeps_back_passes() => Assert.That(Run(Policies(), Given("v1.2.0"), ExpectedVerdict.Pass).Passed);

    [Test]
    public void A_wrong_expectation_fails_and_says_what_was_answered_instead()
    {
        var result = Run(Policies(gates: Closed), Given("v1.2.0"), ExpectedVerdict.Pass);
        Assert.That(result.Passed, Is.False);
        Assert.That(result.Sentence, Does.Contain("expected pass").And.Contain("hold").And.Contain("a holiday"));
        Assert.That(result.Verdicts.Single().Gate, Is.EqualTo("windows"));
    }

    [Test]
    public void The_gate_that_says_so_and_until_when_are_compared_too()
    {
        var policies = Policies(gates: [Build, Closed]);
        var until = new DateTimeOffset(2026, 11, 26, 0, 0, 0, TimeSpan.FromHours(9));
        Assert.That(Run(Policies(gates: Closed), Given("v1.2.0"), ExpectedVerdict.Hold, "windows", until).Passed);
        Assert.That(Run(Policies(gates: Closed), Given("v1.2.0"), ExpectedVerdict.Hold, "windows", until.AddMinutes(1)).Passed, Is.False);
        Assert.That(Run(policies, Given("v1.2.0"), ExpectedVerdict.Unknown, "build").Passed);
        Assert.That(Run(policies, Given("v1.2.0"), ExpectedVerdict.Unknown, "windows").Passed, Is.False);
    }

    [Test]
    public void Tags_that_the_rules_leave_out_are_ignored_by_them()
    {
        Assert.That(Run(Policies(), Given("v2.0.0"), ExpectedVerdict.Ignored, "tags").Passed);
        Assert.That(Run(Policies(), Given("v1.0.0", new PolicyTestDeployment("production", "v1.1.0", At.AddDays(-1))), ExpectedVerdict.Ignored, "candidate.older").Passed);
        Assert.That(Run(Policies(), Given("v1.0.0", new PolicyTestDeployment("production", "v1.1.0", At.AddDays(1))), ExpectedVerdict.Pass).Passed,
            "what comes later has not happened");
    }

    [Test]
    public void A_build_is_known_when_the_test_tells_of_one()
    {
        var built = Given("v1.2.0") with { Build = new("SUCCESS", "web-release", null, null) };
        Assert.That(Run(Policies(gates: Build), built, ExpectedVerdict.Pass, "build").Passed);
        Assert.That(Run(Policies(gates: Build), built with { Build = new("SUCCESS", null, null, null) }, ExpectedVerdict.Reject, "build.byHand").Passed);
    }

    [Test]
    public void Gates_that_ask_elsewhere_say_what_the_test_says_and_otherwise_yes()
    {
        var policies = Policies(gates: new Gate.Vulnerabilities(Severity.High, FixableOnly: true));
        Assert.That(Run(policies, Given("v1.2.0"), ExpectedVerdict.Pass).Passed);
        var found = Given("v1.2.0") with { Answers = ImmutableSortedDictionary<string, Finding>.Empty.Add("vulnerabilities", Finding.Reject) };
        Assert.That(Run(policies, found, ExpectedVerdict.Reject, "vulnerabilities").Passed);
    }

    [Test]
    public void Approvals_are_those_that_the_test_tells_of()
    {
        var policies = Policies(gates: new Gate.Approvals(2, ["user:ann@acme.example", "user:bob@acme.example"], null, NotAuthor: true));
        var one = Given("v1.2.0") with { Author = "carl@acme.example", Approvals = ["user:ann@acme.example"] };
        Assert.That(Run(policies, one, ExpectedVerdict.Hold, "approvals").Passed);
        var both = one with { Approvals = ["user:ann@acme.example", "user:bob@acme.example"] };
        Assert.That(Run(policies, both, ExpectedVerdict.Pass).Passed);
        Assert.That(Run(policies, both with { Author = "bob@acme.example" }, ExpectedVerdict.Hold, "approvals").Passed);
    }

    [Test]
    public void A_test_of_what_is_not_carried_out_yet_or_only_on_paper_speaks_of_what_may_go()
    {
        var policies = Policies(policy => policy with
        {
            Mode = PolicyMode.Shadow,
            Stages = [policy.Stages[0] with { Strategy = Strategy.AllAtOnce with { AutoRollback = new(true) } }],
        });
        Assert.That(Run(policies, Given("v1.2.0"), ExpectedVerdict.Pass).Passed);
    }

    [Test]
    public void What_a_test_names_and_is_not_there_fails_it()
    {
        Assert.That(Run(Policies(), Given("v1.2.0"), ExpectedVerdict.Pass, stage: "nowhere").Sentence, Does.Contain("no stage nowhere"));
        Assert.That(Run(Policies(), Given("v1.2.0") with { Image = "batch" }, ExpectedVerdict.Pass).Sentence, Does.Contain("no image batch"));
        Assert.That(Rehearsal.Run(Policies(), new("t", "other", Given("v1.2.0"), new(null, ExpectedVerdict.Pass, null, null))).Sentence, Does.Contain("no pipeline other"));
    }
}
