using Google.Cloud.Run.V2;
using Grpc.Core;
using RpcStatus = Google.Rpc.Status;

namespace CdAutomation.LocalCloud.Run;

/// <summary>
/// How a reconciliation ends, once every revision it needs has started or failed. Success: traffic is as wanted. Failure: traffic
/// statuses, latest ready revision and observed generation stay those of what serves. A change that made no revision still moves
/// traffic when only the newest revision is broken, or nobody could roll back; the service is then not Ready all the same.
/// </summary>
internal static class ServiceOutcome
{
    private static readonly FailureReason Unknown = new FailureReason.Shared(Condition.Types.CommonReason.Unknown);

    /// <summary>Writes the end into the service.</summary>
    /// <param name="revisions">All of the service, newest first.</param>
    /// <returns>The operation's error; null for success.</returns>
    public static RpcStatus? Apply(Service service, IReadOnlyList<StoredRevision> revisions, WriteStamps stamps)
    {
        var newest = revisions.FirstOrDefault(it => it.Body.Name == service.LatestCreatedRevision);
        var broken = newest is { Readiness: Readiness.Failed } ? newest : null;
        var ready = revisions.FirstOrDefault(it => it.Readiness == Readiness.Ready);
        var configurations = broken is null
            ? Conditions.Succeeded(Conditions.ConfigurationsReady, stamps.Now())
            : ReadyOf(broken).As(Conditions.ConfigurationsReady);

        var isOwn = broken is not null && broken.ServiceGeneration == service.Generation;
        var problem = isOwn ? null : RouteProblem(service, revisions, ready, broken, stamps);
        if (!isOwn && problem is null) Serve(service, ready);

        service.Reconciling = false;
        var error = problem?.Error ?? broken?.Failure;
        Conclude(service, configurations, Routes(service, broken, problem?.Condition, stamps), problem?.Condition, stamps);
        return error;
    }

    /// <summary>Whether requests can reach a revision, or will by themselves when it starts: what keeps it from being retired.</summary>
    public static bool IsAddressable(Service service, string revision)
    {
        var name = RevisionPath.ShortName(revision);
        return service.LatestCreatedRevision == revision || service.LatestReadyRevision == revision
            || service.TrafficStatuses.Any(it => it.Revision == name && (it.Percent > 0 || it.Tag.Length > 0))
            || service.Traffic.Any(it => it.Revision == name && (it.Percent > 0 || it.Tag.Length > 0));
    }

    private static (RpcStatus Error, Condition Condition)? RouteProblem(
        Service service, IReadOnlyList<StoredRevision> revisions, StoredRevision? ready, StoredRevision? broken, WriteStamps stamps)
    {
        foreach (var target in service.Traffic)
        {
            if (target.Type == TrafficTargetAllocationType.Latest)
            {
                if (ready is null && broken is not null) return (broken.Failure!, ReadyOf(broken).As(Conditions.RoutesReady));
                continue;
            }

            var revision = revisions.FirstOrDefault(it => it.ShortName == target.Revision);
            if (revision is { Readiness: Readiness.Failed })
                return (revision.Failure!, ReadyOf(revision).As(Conditions.RoutesReady));
            if (revision is not null) continue;
            var text = $"Revision '{Refusal.Shown(target.Revision)}' does not exist or is deleted. "
                + "Update all traffic to route to currently available revisions.";
            return (new() { Code = (int)StatusCode.Internal, Message = text },
                Conditions.Failed(Conditions.RoutesReady, Unknown, text, stamps.Now()));
        }

        return null;
    }

    private static void Serve(Service service, StoredRevision? ready)
    {
        service.ObservedGeneration = service.Generation;
        if (ready is not null) service.LatestReadyRevision = ready.Body.Name;
        service.TrafficStatuses.Clear();
        service.TrafficStatuses.Add(service.Traffic.Select(it => new TrafficTargetStatus
        {
            Type = it.Type,
            Revision = it.Revision,
            Percent = it.Percent,
            Tag = it.Tag,
        }));
    }

    // What serves goes on serving when a new revision fails; without anything that serves there are no routes either.
    private static Condition Routes(Service service, StoredRevision? broken, Condition? problem, WriteStamps stamps) =>
        problem ?? (service.TrafficStatuses.Count == 0 && broken is not null
            ? ReadyOf(broken).As(Conditions.RoutesReady)
            : Conditions.Succeeded(Conditions.RoutesReady, stamps.Now()));

    private static void Conclude(Service service, Condition configurations, Condition routes, Condition? problem, WriteStamps stamps)
    {
        var decisive = problem ?? (configurations.State == Condition.Types.State.ConditionFailed ? configurations : null);
        var terminal = decisive?.As(Conditions.Ready) ?? Conditions.Succeeded(Conditions.Ready, stamps.Now());
        service.TerminalCondition = Conditions.Following(service.TerminalCondition, terminal);
        Conditions.Set(service.Conditions, routes);
        Conditions.Set(service.Conditions, configurations);
    }

    private static Condition ReadyOf(StoredRevision revision) => revision.Body.Conditions.First(it => it.Type == Conditions.Ready);
}
