using CdAutomation.Domain;
using CdAutomation.Domain.Images;
using CdAutomation.Domain.Targets;
using Google.Cloud.Run.V2;

namespace CdAutomation.GoogleCloud.CloudRun;

/// <summary>How a target, as it was read, stands to what it is to run. The whole judgement but for what only the revision can tell.</summary>
internal abstract record Standing
{
    private Standing() { }

    /// <summary>The order does not fit the target at all.</summary>
    public sealed record Misfit(Reason Reason) : Standing;

    /// <summary>The target is told something else than what is ordered.</summary>
    public sealed record Different : Standing;

    /// <summary>It is told what is ordered and is getting there.</summary>
    public sealed record Converging(string What) : Standing;

    /// <summary>It is told what is ordered, and Cloud Run gave up.</summary>
    public sealed record Failing : Standing;

    /// <summary>It serves what it is told, and this revision (resource name) is the latest; empty for a job.</summary>
    public sealed record Settled(string Revision) : Standing;

    /// <summary>
    /// Judges by run.proto's contract: while reconciling, and after a failure, the observed fields tell of what served before; after a
    /// success, generations, revisions and traffic agree pairwise.
    /// </summary>
    /// <param name="read">As it was read.</param>
    /// <param name="target">Whose container it is.</param>
    /// <param name="image">What the container is to run.</param>
    /// <param name="traffic">What it is to be told of traffic; null where that does not matter.</param>
    public static Standing Of(
        RunResource read, Target target, ImageReference image, Func<RevisionedResource, IReadOnlyList<TrafficTarget>>? traffic = null)
    {
        if (!Containers.TryFind(read, target, out var container, out var why))
            return new Misfit(why);

        var revisioned = read as RevisionedResource;
        if (!Containers.Runs(container, image)
            || (traffic is not null && revisioned is not null && !traffic(revisioned).SequenceEqual(revisioned.Traffic)))
            return new Different();
        if (read.Reconciling)
            return new Converging($"generation {read.Generation} is being reconciled");
        if (read.TerminalCondition?.State is Condition.Types.State.ConditionFailed)
            return new Failing();
        return NotYet(read) is { } what ? new Converging(what) : new Settled(revisioned?.LatestReadyRevision ?? "");
    }

    private static string? NotYet(RunResource read) => read switch
    {
        { TerminalCondition: null or { State: not Condition.Types.State.ConditionSucceeded } } => "its terminal condition is not known yet",
        _ when read.ObservedGeneration != read.Generation => $"generation {read.ObservedGeneration} of {read.Generation} has been observed",
        RevisionedResource revisioned => NotYet(revisioned),
        _ => null,
    };

    private static string? NotYet(RevisionedResource read) => read switch
    {
        { LatestReadyRevision: "" } => "no revision is ready",
        _ when read.LatestReadyRevision != read.LatestCreatedRevision =>
            $"{TrafficPlan.ShortName(read.LatestCreatedRevision)} is not the ready revision yet",
        _ when !TrafficPlan.IsServed(read, read.Ready) => "its traffic is not as meant yet",
        _ => null,
    };
}
