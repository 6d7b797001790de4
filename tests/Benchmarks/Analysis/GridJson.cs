using System.Text.Json;
using CdAutomation.Domain.Rollouts.Analysis;

namespace CdAutomation.Benchmarks.Analysis;

/// <summary>The same numbers for scripts: shares from 0 to 1, times in minutes.</summary>
internal static class GridJson
{
    public static void Write(Grid grid, IEnumerable<CellResult> results, TextWriter output) => JsonReport.Write(output, json =>
    {
        json.WriteNumber("runs", grid.Runs);
        json.WriteNumber("seed", grid.Seed);
        json.WriteNumber("maxErrorRate", Grid.MaxErrorRate);
        json.WriteNumber("falseAlarms", AnalysisJudge.FalseAlarms);
        json.WriteStartArray("lines");
        foreach (var result in results)
            Write(json, result);
        json.WriteEndArray();
    });

    private static void Write(Utf8JsonWriter json, CellResult result)
    {
        json.WriteStartObject();
        json.WriteNumber("requestsAMinute", result.Cell.RequestsAMinute);
        json.WriteNumber("weight", result.Cell.Weight);
        json.WriteNumber("stableErrorRate", result.Cell.StableErrors);
        json.WriteNumber("canaryErrorRate", result.Cell.CanaryErrors);
        json.WriteBoolean("harmless", result.Cell.IsHarmless);
        Write(json, "ours", result.Ours);
        Write(json, "threshold", result.Threshold);
        Write(json, "thresholdFrom100Requests", result.Careful);
        json.WriteNumber("healthyAtLast", (double)result.Healthy / result.Ours.Runs);
        json.WriteNumber("inconclusiveAtLast", (double)result.Inconclusive / result.Ours.Runs);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, Tally tally)
    {
        json.WriteStartObject(name);
        json.WriteNumber("rolledBack", tally.Rate);
        json.WriteNumber("rolledBackAtMost", tally.RateAtMost);
        if (tally.MedianMinute is { } minute)
            json.WriteNumber("medianMinutes", minute);
        else
            json.WriteNull("medianMinutes");
        json.WriteEndObject();
    }
}
