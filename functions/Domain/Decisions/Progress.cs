using System.Globalization;
using CdAutomation.Domain.Policies;
using CdAutomation.Domain.Rollouts;

namespace CdAutomation.Domain.Decisions;

/// <summary>Tells people where a rollout is, and what comes next and when.</summary>
public static class Progress
{
    /// <summary>In a sentence without a full stop: <c>v1.4.2 (0f3a…) at 50 %, next step 14:32Z, then 100 %</c>.</summary>
    public static string Of(StagePolicy policy, Rollout rollout)
    {
        if (rollout.Trouble is { } trouble)
            return $"{rollout.Release.Label} is being taken back: {trouble.Sentence}";
        if (rollout.IsRollback)
            return $"{rollout.Release.Label} is being gone back to, by {rollout.Actor}";

        var then = rollout.Plan.Skip(rollout.At + 1).Where(step => step is not RolloutStep.Pause).Select(Name).FirstOrDefault();
        var next = then is null ? "" : $", then {then}";
        return $"{rollout.Release.Label} {Now(policy, rollout)}{next}";
    }

    private static string Now(StagePolicy policy, Rollout rollout) => rollout.Step is { } step
        ? step.Match(
            predeploy => $"waits for job {predeploy.Job.Job}",
            _ => "is being prepared without traffic",
            _ => "is being verified without traffic",
            shift => $"gets {shift.Percent} %",
            _ => $"at {Share(rollout)} %, {Paused(policy, rollout)}",
            _ => "goes back")
        : "is done";

    private static string Paused(StagePolicy policy, Rollout rollout)
    {
        var until = rollout.Until is { } end ? $"next step {Time(end)}" : "next step soon";
        var waiting = policy.Strategy.Analysis is null
            ? null
            : policy.Targets.Select(target => rollout.Of(target).Judged).FirstOrDefault(judged => judged is { Healthy: not true });
        return waiting is null ? until : $"{until} at the earliest: {waiting.Reason.Sentence}";
    }

    private static int Share(Rollout rollout) => rollout.Plan.Take(rollout.At).OfType<RolloutStep.Shift>().LastOrDefault()?.Percent ?? 0;

    private static string Name(RolloutStep step) => step.Match(
        predeploy => $"job {predeploy.Job.Job}", _ => "its new revisions", _ => "verification", shift => $"{shift.Percent} %", _ => "a pause", _ => "back");

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
