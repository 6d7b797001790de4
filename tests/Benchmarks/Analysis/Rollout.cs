using CdAutomation.Domain.Rollouts.Analysis;

namespace CdAutomation.Benchmarks.Analysis;

/// <summary>What becomes of one canary, by each rule on the same requests.</summary>
/// <param name="Ours">The minute in which our judge takes it back; null if never.</param>
/// <param name="Threshold">The minute in which the plain rule does.</param>
/// <param name="Careful">The minute in which the plain rule does that wants some requests in its window.</param>
/// <param name="Last">What our judge said last.</param>
internal sealed record Rollout(int? Ours, int? Threshold, int? Careful, AnalysisVerdict? Last)
{
    private static readonly ThresholdRule Plain = new(1);
    private static readonly ThresholdRule WithMinimum = new(100);

    /// <summary>Lets the requests come minute by minute, and the rules look after each with what the metrics show by then.</summary>
    /// <param name="cell">What the canary is.</param>
    /// <param name="routing">How many requests of a minute the canary gets.</param>
    /// <param name="chance">All chance of it.</param>
    public static Rollout Of(Cell cell, Binomial routing, Chance chance)
    {
        var delay = (int)MetricsSpan.Delay.TotalMinutes;
        var (canary, stable) = (new Counts[Grid.Minutes + 1], new Counts[Grid.Minutes + 1]);
        var told = new Rollout(null, null, null, null);
        for (var look = 1; look <= Grid.Minutes && told is not { Ours: { }, Threshold: { }, Careful: { } }; look++)
        {
            var mine = routing.Draw(chance);
            var others = cell.RequestsAMinute - mine;
            canary[look] = canary[look - 1] + new Counts(mine, chance.Successes(mine, cell.CanaryErrors));
            stable[look] = stable[look - 1] + new Counts(others, chance.Successes(others, cell.StableErrors));
            if (look > delay)
                told = told.Look(look, canary[look - delay], stable[look - delay], canary[Math.Max(0, look - delay - ThresholdRule.Window)]);
        }

        return told;
    }

    private Rollout Look(int minute, Counts canary, Counts stable, Counts beforeWindow)
    {
        var last = Ours is null ? JudgeRule.Look(canary, stable, minute) : Last;
        var window = canary - beforeWindow;
        return new(
            Ours ?? (last is AnalysisVerdict.Unhealthy ? minute : null),
            Threshold ?? (Plain.TakesBack(window) ? minute : null),
            Careful ?? (WithMinimum.TakesBack(window) ? minute : null),
            last);
    }
}
