using System.Diagnostics;
using CdAutomation.Domain.Decisions;
using CdAutomation.Domain.Policies;
using CdAutomation.Domain.Releases;
using CdAutomation.Domain.Rollouts;
using Microsoft.Extensions.Logging;

namespace CdAutomation.Delivery.Telemetry;

/// <summary>What is paid is a span, and a log line, in the trace of what began it: the steps of a canary, verification, metrics, news.</summary>
internal static class Paying
{
    /// <summary>Starts the span of a payment.</summary>
    public static Activity? Start(PipelinePolicy policy, PipelineState state, Effect effect)
    {
        var about = About(effect);
        var span = Traces.Start(about.Name, effect.Origin)?.SetTag(Names.Pipeline, policy.Name).SetTag(Names.Stage, about.Stage);
        if (span is null)
            return null;
        if (about.Stage is { } stage && state.StageNamed(stage).Rollout is { } rollout)
            span.About(policy.Name, stage, rollout);
        if (effect is Effect.Ask ask)
            span.SetTag(Names.Gate, ask.Gate);
        return span.SetTag(Names.Target, about.Target).SetTag(Names.Percent, about.Percent).SetTag("cdautomation.attempt", effect.Attempts + 1);
    }

    /// <summary>Tells what came of it.</summary>
    public static void Tell(ILogger log, Activity? span, PipelinePolicy policy, PipelineState state, Effect effect, Observation seen)
    {
        var about = About(effect);
        var rollout = about.Stage is { } stage ? state.StageNamed(stage).Rollout : null;
        var (result, code) = Said(seen);
        span?.SetTag(Names.Outcome, result).SetTag(Names.Reason, code);
        if (seen is Observation.Paid { Result: StepResult.Failed failed })
            span.Fail(failed.Reason.Code, failed.Reason.Sentence);
        log.Paid(
            about.Name, about.Stage, policy.Name, code is null ? result : $"{result}, {code}", about.Target, about.Percent,
            rollout?.Release.Id, rollout?.Release.Lead.Digest.Value, rollout?.Actor);
    }

    private static (string Name, string? Stage, string? Target, int? Percent) About(Effect effect) => effect.Match<(string, string?, string?, int?)>(
        apply => ("apply", apply.Stage, apply.Target.Name, apply.Percent),
        back => ("take back", back.Stage, back.Target.Name, null),
        once => ("predeploy", once.Stage, once.Job.Name, null),
        verify => ("verify", verify.Stage, verify.Target.Name, null),
        measure => ("measure", measure.Stage, measure.Target.Name, null),
        told => ("announce", told.Announcement.Stage, null, null),
        track => ("track", track.Deployment.Stage, track.Deployment.Service, null),
        ask => ("ask", ask.Stage, null, null));

    private static (string Result, string? Code) Said(Observation seen) => seen switch
    {
        Observation.Paid { Result: var result } => result.Match<(string, string?)>(
            done => ("done", null),
            failed => ("failed", failed.Reason.Code),
            unfinished => ("unfinished", unfinished.Reason.Code),
            notWanted => ("notWanted", null),
            drifted => ("drifted", drifted.Reason.Code)),
        Observation.Answered { Answer: var answer } => (Names.Word(answer.Finding), answer.Reason.Code),
        Observation.Measured { Seen: var period } => period.TryGetValue(out _) ? ("measured", null) : ("unfinished", period.Problems[0].Code),
        _ => throw new UnreachableException(),
    };
}
