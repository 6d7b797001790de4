using System.Text.Json;
using CdAutomation.Domain.Policies;
using CdAutomation.PolicyFiles.Language.Model;
using CdAutomation.PolicyFiles.Nodes;

namespace CdAutomation.PolicyFiles.Canonical;

/// <summary>Writes strategies as their canonical form.</summary>
internal static class StrategyWriter
{
    /// <summary>The content of <c>strategy</c>.</summary>
    public static void Write(Utf8JsonWriter json, Strategy strategy)
    {
        if (strategy.Predeploy is { } predeploy)
            json.Mapping("predeploy", () => Write(json, predeploy));
        if (strategy.Verify is { } verify)
            json.Mapping("verify", () => json.Mapping(StrategyModel.Http.Name, () => Write(json, verify)));
        if (strategy.Canary is { } canary)
            json.Mapping("canary", () => Write(json, canary));
        if (strategy.Analysis is { } analysis)
            json.Mapping("analysis", () => Write(json, analysis));
        if (strategy.AutoRollback is { } back)
            json.Mapping("autoRollback", () => json.Flag(StrategyModel.Hold, back.Hold, false));
    }

    private static void Write(Utf8JsonWriter json, Predeploy predeploy)
    {
        json.Text(StrategyModel.Job, predeploy.Job);
        json.Text(StrategyModel.Image, predeploy.Image);
        json.Texts(StrategyModel.Args, predeploy.Args);
        json.Span(StrategyModel.Timeout, predeploy.Timeout, Defaults.JobTimeout);
    }

    private static void Write(Utf8JsonWriter json, Verification verify)
    {
        json.Text(StrategyModel.Path, verify.Path);
        json.Whole(StrategyModel.Status, verify.Status, Defaults.HttpStatus);
        json.Whole(StrategyModel.Attempts, verify.Attempts, Defaults.Attempts);
        json.Text(StrategyModel.Body, verify.Body);
    }

    private static void Write(Utf8JsonWriter json, Canary canary)
    {
        json.List(StrategyModel.Steps.Name, canary.Steps, step => json.Mapping(() => step.Match<Action>(
            weight => () => json.Whole(StrategyModel.SetWeight, weight.Percent),
            pause => () => json.Span(StrategyModel.Pause, pause.Duration))()));
        json.Word(StrategyModel.OnNewer, Words.OnNewer, canary.Newer, OnNewer.Replace);
    }

    private static void Write(Utf8JsonWriter json, Analysis analysis)
    {
        json.Word(StrategyModel.AnalysisMode, Words.AnalysisModes, analysis.ObserveOnly, false);
        if (analysis.MaxErrorRate is { } share)
            json.Text(StrategyModel.MaxErrorRate, Percents.Write(share));
        json.Span(StrategyModel.MaxLatency, analysis.MaxLatencyP95);
        json.Whole(StrategyModel.MinRequests, analysis.MinRequests);
        json.Span(StrategyModel.Window, analysis.Window);
    }
}
