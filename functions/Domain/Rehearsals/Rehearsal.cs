using System.Collections.Immutable;
using System.Globalization;
using CdAutomation.Domain.Decisions;
using CdAutomation.Domain.Gates;
using CdAutomation.Domain.Policies;

namespace CdAutomation.Domain.Rehearsals;

/// <summary>What came of a policy's own test.</summary>
/// <param name="Test">The test.</param>
/// <param name="Passed">Whether the policies answer as it expects.</param>
/// <param name="Sentence">What they answer; and, where it failed, what was expected instead.</param>
/// <param name="Verdicts">What each gate said, where any was asked.</param>
public sealed record RehearsalResult(PolicyTest Test, bool Passed, string Sentence, ImmutableArray<Verdict> Verdicts);

/// <summary>
/// Runs the tests that policies bring with them, by the very rules that decide when it counts. What this version does not carry out yet is left
/// aside here: a test speaks of what may go when, not of how it is rolled out.
/// </summary>
public static class Rehearsal
{
    /// <summary>Runs every test of a set, in its order.</summary>
    public static ImmutableArray<RehearsalResult> RunAll(PolicySet policies) => [.. policies.Tests.Select(test => Run(policies, test))];

    /// <summary>Runs one test.</summary>
    public static RehearsalResult Run(PolicySet policies, PolicyTest test)
    {
        if (!policies.Pipelines.TryGetValue(test.Pipeline, out var pipeline))
            return Failed(test, $"there is no pipeline {test.Pipeline}");
        if (Scene.Of(policies, pipeline, test) is not { } scene)
            return Failed(test, $"{test.Pipeline} has no image {test.Given.Image}, or has several and the test names none");

        var name = test.Expect.Stage ?? pipeline.Stages[0].Name;
        return scene.Policy.StageNamed(name) is { } stage
            ? Compare(test, stage.Name, Standings.Of(scene.Situation, scene.Situation.State, stage).First(standing => standing.Offer.Has(scene.Candidate)))
            : Failed(test, $"{test.Pipeline} has no stage {name}");
    }

    private static RehearsalResult Compare(PolicyTest test, string stage, Standing standing)
    {
        var got = VerdictOf(standing);
        var answer = $"{test.Given.Tag} at {stage}: {Word(got)}: {standing.Reason.Sentence}";
        return Objection(test.Expect, got, standing) is { } objection
            ? new(test, false, $"{objection}; {answer}", standing.Verdicts)
            : new(test, true, answer, standing.Verdicts);
    }

    private static string? Objection(PolicyTestExpectation expect, ExpectedVerdict got, Standing standing)
    {
        var by = expect.By is { } named ? standing.Verdicts.FirstOrDefault(verdict => verdict.Gate == named) : null;
        if (got != expect.Verdict)
            return $"expected {Word(expect.Verdict)}";
        if (expect.By is not null && !IsBy(expect.By, expect.Verdict, by, standing))
            return by is null ? $"expected it by {expect.By}" : $"expected it by {expect.By}, which says: {by.Reason.Sentence}";

        var next = by?.NextLook ?? standing.NextLook;
        if (expect.Until is not { } until || next == until)
            return null;
        var instead = next is { } known ? $"until {Time(known.ToOffset(until.Offset))}" : "until somebody or something else changes it";
        return $"expected it until {Time(until)}, and it is {instead}";
    }

    private static string Time(DateTimeOffset at) => at.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture);

    private static bool IsBy(string by, ExpectedVerdict verdict, Verdict? gate, Standing standing)
    {
        if (gate is not null)
            return Word(gate.Finding) == verdict;
        if (by == "tags")
            return standing.Reason.Code.StartsWith("tag.", StringComparison.Ordinal) || standing.Reason.Code.StartsWith("tags.", StringComparison.Ordinal);
        return standing.Reason.Code == by || standing.Verdicts.Any(each => each.Reason.Code == by);
    }

    private static ExpectedVerdict VerdictOf(Standing standing) => standing.Outcome switch
    {
        Outcome.Deploying => ExpectedVerdict.Pass,
        Outcome.Held when standing.Verdicts.Any(verdict => verdict.Finding == Finding.Unknown) => ExpectedVerdict.Unknown,
        Outcome.Held => ExpectedVerdict.Hold,
        Outcome.Refused => ExpectedVerdict.Reject,
        _ => ExpectedVerdict.Ignored,
    };

    private static ExpectedVerdict Word(Finding finding) => finding switch
    {
        Finding.Pass => ExpectedVerdict.Pass,
        Finding.Hold => ExpectedVerdict.Hold,
        Finding.Reject => ExpectedVerdict.Reject,
        _ => ExpectedVerdict.Unknown,
    };

    private static string Word(ExpectedVerdict verdict) => verdict.ToString().ToLowerInvariant();

    private static RehearsalResult Failed(PolicyTest test, string why) => new(test, false, why, []);
}
