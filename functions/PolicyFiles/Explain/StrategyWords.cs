using CdAutomation.Domain.Policies;
using CdAutomation.PolicyFiles.Nodes;

namespace CdAutomation.PolicyFiles.Explain;

/// <summary>How a stage applies a release, and whom it tells.</summary>
internal static class StrategyWords
{
    /// <summary>The sentence, or null where all traffic moves at once and nobody is told.</summary>
    public static string? Of(StagePolicy stage)
    {
        var steps = Steps(stage.Strategy).ToList();
        if (stage.Notify is not [])
            steps.Add($"tells {Phrases.And(stage.Notify.Select(told => told.Match(slack => $"the channel {slack.Channel}", topic => $"the topic {topic.Topic}")))}");
        return steps is [] ? null : $"{stage.Name} {string.Join(", then ", steps)}";
    }

    private static IEnumerable<string> Steps(Strategy strategy)
    {
        if (strategy.Predeploy is { } predeploy)
            yield return $"runs the job {predeploy.Job} with the image {predeploy.Image}{Arguments(predeploy)} for at most {Phrases.Span(predeploy.Timeout)}";
        if (strategy.Verify is { } verify)
            yield return $"asks the new revision for {verify.Path} until it answers {verify.Status}{Body(verify)}, at most {Phrases.Count(verify.Attempts, "time")}";
        if (strategy.Canary is { } canary)
            yield return string.Join(", ", canary.Steps.Select(step => step.Match(
                weight => $"gives it {weight.Percent} % of the traffic",
                pause => $"waits {Phrases.Span(pause.Duration)}"))) + Newer(canary);
        if (strategy.Analysis is { } analysis)
            yield return $"{(analysis.ObserveOnly ? "watches for" : "goes on only with")} {Phrases.And(Limits(analysis))}";
        if (strategy.AutoRollback is { } back)
            yield return back.Hold ? "takes back what goes wrong and holds until somebody resumes it" : "takes back what goes wrong";
    }

    private static string Newer(Canary canary) => canary.Newer switch
    {
        OnNewer.Replace => "",
        OnNewer.Finish => " to the end before it takes a newer one",
        OnNewer.Queue => " to the end before it takes the next one, and leaves none out",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static string Arguments(Predeploy predeploy) => predeploy.Args is [] ? "" : $" and the arguments {string.Join(' ', predeploy.Args)}";

    private static string Body(Verification verify) => verify.Body is null ? "" : $" with a body that matches {verify.Body}";

    private static IEnumerable<string> Limits(Analysis analysis)
    {
        var window = analysis.Window is { } span ? $" within {Phrases.Span(span)}" : "";
        if (analysis.MaxErrorRate is { } share)
            yield return $"at most {Percents.Write(share)} errors{window}";
        if (analysis.MaxLatencyP95 is { } latency)
            yield return $"95 of 100 answers within {Phrases.Span(latency)}";
        if (analysis.MinRequests is { } requests)
            yield return $"{Phrases.Count(requests, "request")} or more";
    }
}
