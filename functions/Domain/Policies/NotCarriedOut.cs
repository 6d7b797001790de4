using System.Collections.Immutable;
using CdAutomation.Domain.Targets;

namespace CdAutomation.Domain.Policies;

/// <summary>
/// What of the language this version understands but does not carry out. A stage that asks for it takes nothing: half of what somebody
/// wanted for safety is not to be done.
/// </summary>
public static class NotCarriedOut
{
    /// <summary>Why a stage takes nothing, naming every such part; null where all is carried out.</summary>
    public static Reason? Of(PipelinePolicy pipeline, StagePolicy stage) => Parts(pipeline, stage) is { IsEmpty: false } parts
        ? new("policy.later", $"{stage.Name} takes nothing: this version understands {Listed(parts)}, but does not carry it out yet")
        : null;

    private static ImmutableArray<string> Parts(PipelinePolicy pipeline, StagePolicy stage) =>
    [
        .. new (bool Asked, string What)[]
        {
            (pipeline.Images.Count > 1, "a release of several images"),
            (stage.Targets.Length > 1, "several targets in a stage"),
            (stage.Targets.Any(target => target.Kind == TargetKind.Job), "the target 'job'"),
            (stage.Targets.Any(target => target.Kind == TargetKind.WorkerPool), "the target 'workerPool'"),
            (stage.Strategy.Predeploy is not null, "'strategy.predeploy'"),
            (stage.Strategy.Verify is not null, "'strategy.verify'"),
            (stage.Strategy.Canary is not null, "'strategy.canary'"),
            (stage.Strategy.Analysis is not null, "'strategy.analysis'"),
            (stage.Strategy.AutoRollback is not null, "'strategy.autoRollback'"),
            (stage.Notify.OfType<Notification.Slack>().Any(), "'notify.slack'"),
        }
        .Where(part => part.Asked)
        .Select(part => part.What),
    ];

    private static string Listed(ImmutableArray<string> parts) =>
        parts is [.. var before, var last] && before.Length > 0 ? $"{string.Join(", ", before)} and {last}" : parts[0];
}
