using Google.Cloud.Run.V2;
using Grpc.Core;
using RpcStatus = Google.Rpc.Status;

namespace CdAutomation.LocalCloud.Run;

/// <summary>
/// How a reconciliation ends, once every revision it needs has started or failed. Success: traffic is as wanted. Failure: traffic
/// statuses, latest ready revision and observed generation stay those of what serves. A change that made no revision still moves
/// traffic when only the newest revision is broken, or nobody could roll back; the service is then not Ready all the same.
/// </summary>
internal static class WorkloadOutcome
{
    private static readonly FailureReason Unknown = new FailureReason.Shared(Condition.Types.CommonReason.Unknown);

    /// <summary>Writes the end into the service.</summary>
    /// <param name="revisions">All of the workload, newest first.</param>
    /// <returns>The operation's error; null for success.</returns>
    public static RpcStatus? Apply(Workload workload, IReadOnlyList<StoredRevision> revisions, WriteStamps stamps)
    {
        var newest = revisions.FirstOrDefault(it => it.Body.Name == workload.LatestCreatedRevision);
        var broken = newest is { Readiness: Readiness.Failed } ? newest : null;
        var ready = revisions.FirstOrDefault(it => it.Readiness == Readiness.Ready);
        var configurations = broken is null
            ? Conditions.Succeeded(Conditions.ConfigurationsReady, stamps.Now())
            : ReadyOf(broken).As(Conditions.ConfigurationsReady);

        var isOwn = broken is not null && broken.ServiceGeneration == workload.Generation;
        var problem = isOwn ? null : RouteProblem(workload, revisions, ready, broken, stamps);
        if (!isOwn && problem is null) Serve(workload, ready);

        workload.Reconciling = false;
        var error = problem?.Error ?? broken?.Failure;
        Conclude(workload, configurations, Routes(workload, broken, problem?.Condition, stamps), problem?.Condition, stamps);
        return error;
    }

    /// <summary>Whether requests can reach a revision, or will by themselves when it starts: what keeps it from being retired.</summary>
    public static bool IsAddressable(Workload workload, string revision)
    {
        var name = RevisionPath.ShortName(revision);
        return workload.LatestCreatedRevision == revision || workload.LatestReadyRevision == revision
            || workload.InForce.Any(it => it.Revision == name && (it.Percent > 0 || it.Tag.Length > 0))
            || workload.Wanted.Any(it => it.Revision == name && (it.Percent > 0 || it.Tag.Length > 0));
    }

    private static (RpcStatus Error, Condition Condition)? RouteProblem(
        Workload workload, IReadOnlyList<StoredRevision> revisions, StoredRevision? ready, StoredRevision? broken, WriteStamps stamps)
    {
        foreach (var target in workload.Wanted)
        {
            if (target.IsLatest)
            {
                if (ready is null && broken is not null) return (broken.Failure!, ReadyOf(broken).As(workload.SharesCondition));
                continue;
            }

            var revision = revisions.FirstOrDefault(it => it.ShortName == target.Revision);
            if (revision is { Readiness: Readiness.Failed })
                return (revision.Failure!, ReadyOf(revision).As(workload.SharesCondition));
            if (revision is not null) continue;
            var text = $"Revision '{Refusal.Shown(target.Revision)}' does not exist or is deleted. "
                + "Update all traffic to route to currently available revisions.";
            return (new() { Code = (int)StatusCode.Internal, Message = text },
                Conditions.Failed(workload.SharesCondition, Unknown, text, stamps.Now()));
        }

        return null;
    }

    private static void Serve(Workload workload, StoredRevision? ready)
    {
        workload.ObservedGeneration = workload.Generation;
        if (ready is not null) workload.LatestReadyRevision = ready.Body.Name;
        workload.Enforce();
    }

    // What serves goes on serving when a new revision fails; without anything that serves there are no routes either.
    private static Condition Routes(Workload workload, StoredRevision? broken, Condition? problem, WriteStamps stamps) =>
        problem ?? (workload.InForce.Count == 0 && broken is not null
            ? ReadyOf(broken).As(workload.SharesCondition)
            : Conditions.Succeeded(workload.SharesCondition, stamps.Now()));

    private static void Conclude(Workload workload, Condition configurations, Condition routes, Condition? problem, WriteStamps stamps)
    {
        var decisive = problem ?? (configurations.State == Condition.Types.State.ConditionFailed ? configurations : null);
        var terminal = decisive?.As(Conditions.Ready) ?? Conditions.Succeeded(Conditions.Ready, stamps.Now());
        workload.TerminalCondition = Conditions.Following(workload.TerminalCondition, terminal);
        Conditions.Set(workload.Conditions, routes);
        Conditions.Set(workload.Conditions, configurations);
    }

    private static Condition ReadyOf(StoredRevision revision) => revision.Body.Conditions.First(it => it.Type == Conditions.Ready);
}
