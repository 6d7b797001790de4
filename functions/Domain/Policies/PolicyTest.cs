using System.Collections.Immutable;
using CdAutomation.Domain.Gates;

namespace CdAutomation.Domain.Policies;

/// <summary>What the author of a policy expects of it in one situation.</summary>
/// <param name="Name">A sentence, unique in its pipeline.</param>
/// <param name="Pipeline">Name of the pipeline.</param>
/// <param name="Given">The situation.</param>
/// <param name="Expect">The answer.</param>
public sealed record PolicyTest(string Name, string Pipeline, PolicyTestGiven Given, PolicyTestExpectation Expect);

/// <summary>The situation of a test: an image is in the registry, and somebody looks at an instant.</summary>
/// <param name="Image">The image's name in the policy; null means the only one.</param>
/// <param name="Tag">The tag that was pushed.</param>
/// <param name="At">When the decision is made.</param>
/// <param name="Age">How long the image has been in the registry by then.</param>
/// <param name="Build">The build that made it; null when none is known.</param>
/// <param name="History">What was deployed before, in any order.</param>
/// <param name="Approvals">Who has approved it, as <c>approvals.from</c> would name them.</param>
/// <param name="Author">Who wrote its commit, or null.</param>
/// <param name="Answers">What the gates that ask elsewhere would say, by gate name; one that is not named here passes.</param>
public sealed record PolicyTestGiven(
    string? Image,
    string Tag,
    DateTimeOffset At,
    TimeSpan Age,
    PolicyTestBuild? Build,
    ImmutableArray<PolicyTestDeployment> History,
    ImmutableArray<string> Approvals,
    string? Author,
    ImmutableSortedDictionary<string, Finding> Answers)
{
    /// <summary>Where a test does not say how old an image is, it is old enough for nearly every rule.</summary>
    public static TimeSpan UsualAge { get; } = TimeSpan.FromDays(30);
}

/// <summary>A build as a test tells it.</summary>
/// <param name="Status">As Cloud Build spells it.</param>
/// <param name="Trigger">The trigger's name; null for a build started by hand.</param>
/// <param name="Branch">Or null.</param>
/// <param name="Repository">Source repository, <c>owner/name</c>, or null.</param>
public sealed record PolicyTestBuild(string Status, string? Trigger, string? Branch, string? Repository);

/// <summary>A deployment as a test tells it.</summary>
/// <param name="Stage">Where.</param>
/// <param name="Tag">What.</param>
/// <param name="At">Since when it served there.</param>
public sealed record PolicyTestDeployment(string Stage, string Tag, DateTimeOffset At);

/// <summary>What a test expects.</summary>
public enum ExpectedVerdict
{
    /// <summary>Nothing stands in the way.</summary>
    Pass,

    /// <summary>It waits.</summary>
    Hold,

    /// <summary>Nobody could look.</summary>
    Unknown,

    /// <summary>A gate says no.</summary>
    Reject,

    /// <summary>It is no candidate: the tag rules leave it out, or it is not newer than what runs.</summary>
    Ignored,
}

/// <summary>The answer that a test expects.</summary>
/// <param name="Stage">The stage that is asked; null means the first.</param>
/// <param name="Verdict">What it says.</param>
/// <param name="By">The gate that says so, or a reason's code; null means any.</param>
/// <param name="Until">The next instant at which it can change by itself; null means any.</param>
public sealed record PolicyTestExpectation(string? Stage, ExpectedVerdict Verdict, string? By, DateTimeOffset? Until);
