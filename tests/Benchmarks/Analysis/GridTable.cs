using CdAutomation.Domain.Rollouts.Analysis;

namespace CdAutomation.Benchmarks.Analysis;

/// <summary>The table for people.</summary>
internal static class GridTable
{
    /// <summary>Writes it, line by line, and what follows from it.</summary>
    public static void Write(Grid grid, IReadOnlyCollection<CellResult> results, TextWriter output)
    {
        output.WriteLine($"""
            {grid.Runs} rollouts a line, seed {grid.Seed}
            maxErrorRate {Grid.MaxErrorRate:0.##%}, looked at each minute for {Grid.Minutes} minutes, metrics {MetricsSpan.Delay.TotalMinutes} minutes late

            ours       the judge: at most {AnalysisJudge.FalseAlarms:0.##%} of harmless canaries are ever rolled back
            threshold  errors by requests of the last {ThresholdRule.Window} minutes above maxErrorRate
            100+       the same where there are at least 100 requests
            back, <    rolled back, and what the true rate is below with 95% confidence
            min        the minute by which half are rolled back
            ok, ?      of all, those that ours calls healthy at last, and those of which it can say neither
            """);
        foreach (var rates in results.GroupBy(it => (it.Cell.StableErrors, it.Cell.CanaryErrors, it.Cell.IsHarmless)))
        {
            output.WriteLine();
            output.WriteLine($"stable fails in {rates.Key.StableErrors:0.##%}, canary in {rates.Key.CanaryErrors:0.##%}: "
                + (rates.Key.IsHarmless ? "every rollback is false" : "every rollback is right"));
            output.WriteLine("requests/min weight │ ours  back      <  min     ok      ? │ threshold back      <  min │ 100+  back      <  min");
            foreach (var line in rates)
                output.WriteLine(Line(line));
        }

        output.WriteLine();
        foreach (var sentence in Conclusions(results))
            output.WriteLine(sentence);
    }

    private static string Line(CellResult line) =>
        $"{line.Cell.RequestsAMinute,12} {line.Cell.Weight,6:0%} │ {Shown(line.Ours, 10)} "
        + $"{Part(line.Healthy, line),6} {Part(line.Inconclusive, line),6} │ {Shown(line.Threshold, 14)} │ {Shown(line.Careful, 10)}";

    private static string Shown(Tally tally, int width) =>
        $"{Percent(tally.Rate).PadLeft(width)} {Percent(tally.RateAtMost),6} {tally.MedianMinute?.ToString() ?? "-",4}";

    private static string Part(int count, CellResult line) => Percent((double)count / line.Ours.Runs);

    private static string Percent(double rate) => $"{rate:0.0%}";

    private static IEnumerable<string> Conclusions(IReadOnlyCollection<CellResult> results)
    {
        var harmless = results.Where(it => it.Cell.IsHarmless).ToList();
        if (harmless.Count > 0)
        {
            yield return $"false rollbacks, the worst line: ours {Percent(harmless.Max(it => it.Ours.Rate))}, "
                + $"threshold {Percent(harmless.Max(it => it.Threshold.Rate))}, 100+ {Percent(harmless.Max(it => it.Careful.Rate))}";
        }

        var harmful = results.Where(it => !it.Cell.IsHarmless).ToList();
        if (harmful.Count > 0)
        {
            var worst = harmful.Max(it => (double)it.Healthy / it.Ours.Runs);
            yield return $"harm that was called healthy at last, the worst line: ours {Percent(worst)}";
        }

        foreach (var broken in results.Where(it => it.BreaksThePromise))
            yield return $"PROMISE BROKEN: {broken.Ours.TakenBack} of {broken.Ours.Runs} harmless canaries were taken back: {broken.Cell}";
    }
}
