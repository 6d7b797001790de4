using System.Diagnostics;
using CdAutomation.Domain.Decisions;
using CdAutomation.Domain.Releases;
using CdAutomation.Domain.Rollouts;
using Microsoft.Extensions.Logging;

namespace CdAutomation.Delivery.Telemetry;

/// <summary>
/// Tells logs, traces and metrics what was kept: each decision is a span and a log line in the trace of what began it, with the same ids in both.
/// </summary>
internal static class Chronicle
{
    /// <summary>Tells what has just been kept.</summary>
    /// <param name="log">Where lines go.</param>
    /// <param name="at">What was decided on.</param>
    /// <param name="decision">What was decided, and kept.</param>
    public static void Tell(ILogger log, Situation at, Decision decision)
    {
        foreach (var record in decision.Records)
            Tell(log, at, decision.Next, record);
        Measures.Healed(at.Policy, at.State, decision.Next);
        foreach (var stage in at.Policy.Stages)
            Tell(log, at, stage.Name, at.State.StageNamed(stage.Name), decision.Next.StageNamed(stage.Name));
    }

    private static void Tell(ILogger log, Situation at, PipelineState state, DecisionRecord record)
    {
        var actor = ActorOf(state, record);
        var release = ReleaseOf(at, state, record);
        using var span = Traces.Start("decide", record.Origin);
        span?.SetTag(Names.Pipeline, record.Pipeline)
            .SetTag(Names.Stage, record.Stage)
            .SetTag(Names.Release, release)
            .SetTag(Names.Digest, record.Digest?.Value)
            .SetTag(Names.Image, record.Image?.ToString())
            .SetTag(Names.Tag, record.Tag)
            .SetTag(Names.Decision, record.Id)
            .SetTag(Names.Outcome, Names.Word(record.Outcome))
            .SetTag(Names.Reason, record.Reason.Code)
            .SetTag(Names.Cause, record.Cause)
            .SetTag(Names.Commit, record.Commit)
            .SetTag(Names.User, actor);
        if (record.Outcome == Outcome.Failed)
            span.Fail(record.Reason.Code, record.Reason.Sentence);
        Measures.Told(record);
        log.Decided(
            record.Pipeline, record.Stage, Names.Word(record.Outcome), record.Tag, record.Digest?.Value, release,
            record.Id, record.Reason.Code, record.Reason.Sentence, record.Commit, actor);
    }

    /// <summary>A pause that is over, and a rollout that has ended, are spans from their beginning to now.</summary>
    private static void Tell(ILogger log, Situation at, string name, StageState before, StageState after)
    {
        if (before.Rollout is not { } rollout)
            return;
        var goesOn = after.Rollout is { } next && next.StartedAt == rollout.StartedAt && next.Release.Key == rollout.Release.Key ? after.Rollout : null;
        if (rollout is { Step: RolloutStep.Pause pause, Until: { } until, Trouble: null } && goesOn?.At != rollout.At)
            Past("pause", at, name, rollout, until - pause.Duration)?.SetTag("cdautomation.pause.duration", pause.Duration.TotalSeconds).Dispose();
        if (goesOn is not null)
            return;

        var serves = after.Serving?.Release?.Key == rollout.Release.Key && rollout.Trouble is null;
        var status = serves ? "succeeded" : "failed";
        using var span = Past("rollout", at, name, rollout, rollout.StartedAt)?.SetTag("deployment.status", status);
        if (rollout.Trouble is { } trouble)
            span.Fail(trouble.Code, trouble.Sentence);
        Measures.Ended(at.Policy.Name, name, status, at.Now - rollout.StartedAt);
        log.RolloutEnded(at.Policy.Name, name, rollout.Release.Id, rollout.Release.Lead.Digest.Value, status, rollout.Actor);
    }

    private static Activity? Past(string name, Situation at, string stage, Rollout rollout, DateTimeOffset from)
    {
        var span = Traces.Start(name, rollout.Origin, startedAt: from)?.About(at.Policy.Name, stage, rollout);
        span?.SetEndTime(at.Now.UtcDateTime);
        return span;
    }

    /// <summary>Says which rollout a span is about.</summary>
    public static Activity About(this Activity span, string pipeline, string stage, Rollout rollout) => span
        .SetTag(Names.Pipeline, pipeline)
        .SetTag(Names.Stage, stage)
        .SetTag(Names.Release, rollout.Release.Id)
        .SetTag(Names.Digest, rollout.Release.Lead.Digest.Value)
        .SetTag(Names.User, rollout.Actor);

    /// <summary>Who acted: whoever said so, else whoever pushed the commit of the image, else the service account of the build that pushed the image.</summary>
    private static string? ActorOf(PipelineState state, DecisionRecord record) => record.Actor
        ?? (record is { Image: { } image, Digest: { } digest } && state.BuildsOf(image, digest).FirstOrDefault() is { } build ? build.Author ?? build.ServiceAccount : null);

    private static string? ReleaseOf(Situation at, PipelineState state, DecisionRecord record)
    {
        if (record is not { Stage: { } stage, Digest: { } digest })
            return null;
        var (before, after) = (at.State.StageNamed(stage), state.StageNamed(stage));
        return new[] { after.Rollout?.Release, before.Rollout?.Release, after.Serving?.Release, before.Serving?.Release }
            .FirstOrDefault(release => release?.Has(digest) == true)?.Id;
    }
}
