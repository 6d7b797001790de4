using CdAutomation.Domain.Decisions;
using CdAutomation.Simulation.World;

namespace CdAutomation.Simulation.Runs;

/// <summary>When nothing is left to be done: no message under way, nothing owed, nothing to wait for but the next survey.</summary>
internal static class Rest
{
    /// <summary>The longest that anything may take after the last fault: a queue of canaries goes one by one, and a window can close before its end, until the next day.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromHours(36);

    /// <summary>What may hold an image for good: nobody will ever say who built it, or the stage before went past it.</summary>
    private static readonly string[] ForGood =
    [
        "build.unknown", "after.awaited", "stage.held", "stage.pinned", "stage.drifted", "target.drifted", "analysis.tooFew",
        // A companion that never comes, a voice that nobody raises, an author whom nobody knows.
        "release.incomplete", "approvals.awaited", "approvals.authorUnknown",
    ];

    /// <summary>What is not at rest yet, or null.</summary>
    public static string? Unrest(SimulatedWorld world)
    {
        if (!world.Topic.IsEmpty)
            return "a message is not acknowledged";
        if (world.Store.HasUnsettled)
            return "an event is not settled";

        var end = Scenarios.Scenario.Start + world.Scenario.End;
        var commit = world.Scenario.LastPolicies.Commit;
        foreach (var pipeline in world.Scenario.LastPolicies.Pipelines.Keys)
        {
            var state = world.Store.StateOf(pipeline);
            if (state.Commit != commit)
                return $"{pipeline} was not decided under the last policies";
            if (!state.Owed.IsEmpty)
                return $"{pipeline} owes {state.Owed[0].Id}";
            if (state.Stages.FirstOrDefault(stage => stage.Value.Rollout is not null) is { Key: { } rolling })
                return $"{pipeline}/{rolling} is rolling out";
            if (!state.Looks.IsEmpty)
                return $"{pipeline} still looks for {state.Looks.Keys.First()}";
            // Lag has passed by then, too.
            if (state.SurveyAt is not { } survey || survey - Patience.Default.Survey < end + TimeSpan.FromMinutes(2))
                return $"{pipeline} has not been surveyed";
            if (state.WakeAt < survey)
                return $"{pipeline} waits for {state.WakeAt:HH:mm:ss}";
        }

        return world.Store.LastRecords.FirstOrDefault(record => Waits(world, record)) is { } waiting
            ? $"{waiting.Tag} ({waiting.Digest?.Short}) waits at {waiting.Pipeline}/{waiting.Stage}: {waiting.Reason}"
            : null;
    }

    /// <summary>Whether something is still to become of an image.</summary>
    public static bool Waits(SimulatedWorld world, DecisionRecord last) =>
        last.Outcome == Outcome.Deploying || (last.Outcome == Outcome.Held && !IsForGood(last) && !IsKept(world, last));

    /// <summary>Whichever gate speaks, one that waits for good is enough.</summary>
    private static bool IsForGood(DecisionRecord last) =>
        ForGood.Contains(last.Reason.Code)
        || (!IsFrozenForAWhile(last) && last.Verdicts.Any(verdict => verdict.Finding != Domain.Gates.Finding.Pass && ForGood.Contains(verdict.Reason.Code)));

    /// <summary>What the other gates said then may have changed since: it is told again only when the freeze ends.</summary>
    private static bool IsFrozenForAWhile(DecisionRecord last) => last is { Reason.Code: "freeze.active", NextLook: not null };

    /// <summary>Whether somebody's word, or hand, keeps the stage where it is.</summary>
    private static bool IsKept(SimulatedWorld world, DecisionRecord last) =>
        last.Stage is { } name && world.Store.StateOf(last.Pipeline).StageNamed(name) is var stage
        && (stage.Hold ?? stage.Pin?.Why ?? stage.Drifts.Values.FirstOrDefault()) is not null;
}
