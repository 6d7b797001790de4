using CdAutomation.Domain.Policies;
using CdAutomation.Domain.Rollouts;
using CdAutomation.Domain.Rollouts.Analysis;

namespace CdAutomation.Domain.Decisions;

/// <summary>Takes in what was measured of a new revision, and judges it. Each share of the traffic is judged by what was measured since it began.</summary>
internal static class Measurements
{
    /// <summary>Harm ends the rollout; what is well, or not to be told, is remembered of the target; not being able to read says nothing.</summary>
    public static Taken Take(Taken taken, Observation.Measured measured)
    {
        if (taken.State.Owed.OfType<Effect.Measure>().FirstOrDefault(effect => effect.Id == measured.Effect) is not { } effect)
            return taken;
        taken = taken.Forgetting(each => each.Id == effect.Id);
        if (taken.At.Policy.StageNamed(effect.Stage) is not { Strategy.Analysis: { } analysis } policy
            || taken.State.StageNamed(effect.Stage).Rollout is not { Trouble: null } rollout)
            return taken;

        var judged = Judge(analysis, measured.Seen, FalseAlarms(policy, rollout), taken.At.Now);
        if (judged is { Healthy: false } && !analysis.ObserveOnly)
            return Ends.Fails(taken, policy, rollout.With(effect.Target, rollout.Of(effect.Target) with { Judged = judged }), judged.Reason);

        // A measurement of an earlier share may come late: it finds harm, but proves nothing of the share that there is now.
        return effect.From == rollout.ExposedSince
            ? taken.WithRollout(effect.Stage, each => each.With(effect.Target, each.Of(effect.Target) with { Judged = judged }))
            : taken;
    }

    private static Judged Judge(Analysis analysis, Parsed<Period> seen, double falseAlarms, DateTimeOffset now) => seen.TryGetValue(out var period)
        ? AnalysisJudge.Judge(analysis, new([period]), falseAlarms).Match(
            healthy => new Judged(true, healthy.Reason, now),
            unhealthy => new Judged(false, unhealthy.Reason, now),
            inconclusive => new Judged(null, inconclusive.Reason, now))
        : new(null, seen.Problems[0], now);

    /// <summary>
    /// What a rollout may have of false alarms is given to each of its services and shares in equal parts: whatever of them alarms takes all back.
    /// </summary>
    private static double FalseAlarms(StagePolicy policy, Rollout rollout)
    {
        var services = policy.Targets.Count(target => target.Kind == Targets.TargetKind.Service);
        var shares = rollout.Plan.OfType<RolloutStep.Shift>().Count(shift => shift.Percent > 0);
        return AnalysisJudge.FalseAlarms / (Math.Max(services, 1) * Math.Max(shares, 1));
    }
}
