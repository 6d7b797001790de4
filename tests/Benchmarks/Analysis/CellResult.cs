using CdAutomation.Domain.Rollouts.Analysis;

namespace CdAutomation.Benchmarks.Analysis;

/// <summary>How often and how soon a rule took canaries back.</summary>
/// <param name="TakenBack">So many.</param>
/// <param name="Runs">Of so many.</param>
/// <param name="MedianMinute">By which minute half of all were taken back; null where fewer were.</param>
internal sealed record Tally(int TakenBack, int Runs, int? MedianMinute)
{
    /// <summary>From 0 to 1.</summary>
    public double Rate => (double)TakenBack / Runs;

    /// <summary>The true rate is below this, with 95 % confidence.</summary>
    public double RateAtMost => Binomial.UpperBound(TakenBack, Runs, 0.05);

    /// <summary>Counts the minutes, null where a canary was not taken back.</summary>
    public static Tally Of(IReadOnlyCollection<int?> minutes)
    {
        int[] taken = [.. from minute in minutes where minute is not null orderby minute select minute.Value];
        var half = (minutes.Count + 1) / 2;
        return new(taken.Length, minutes.Count, taken.Length >= half ? taken[half - 1] : null);
    }
}

/// <summary>One line of the table.</summary>
/// <param name="Cell">What it is about.</param>
/// <param name="Ours">Our judge.</param>
/// <param name="Threshold">The plain rule.</param>
/// <param name="Careful">The plain rule that wants some requests in its window.</param>
/// <param name="Healthy">How many canaries our judge called healthy at last.</param>
/// <param name="Inconclusive">Of how many it could say neither.</param>
internal sealed record CellResult(Cell Cell, Tally Ours, Tally Threshold, Tally Careful, int Healthy, int Inconclusive)
{
    /// <summary>
    /// More harmless canaries were taken back than can be chance: a judge that keeps its promise does so badly in one line of ten thousand.
    /// </summary>
    public bool BreaksThePromise => Cell.IsHarmless
        && 1 - new Binomial(Ours.Runs, AnalysisJudge.FalseAlarms).AtMost(Ours.TakenBack - 1) < 0.0001;

    /// <summary>Counts the rollouts of one line.</summary>
    public static CellResult Of(Cell cell, IReadOnlyCollection<Rollout> rollouts) => new(
        cell,
        Tally.Of([.. rollouts.Select(it => it.Ours)]),
        Tally.Of([.. rollouts.Select(it => it.Threshold)]),
        Tally.Of([.. rollouts.Select(it => it.Careful)]),
        rollouts.Count(it => it.Last is AnalysisVerdict.Healthy),
        rollouts.Count(it => it.Last is AnalysisVerdict.Inconclusive or null));
}
