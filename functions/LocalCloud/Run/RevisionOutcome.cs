using Google.Cloud.Run.V2;
using Grpc.Core;
using RpcStatus = Google.Rpc.Status;

namespace CdAutomation.LocalCloud.Run;

/// <summary>Writes into a revision how its start went, and later whether it is still in use.</summary>
internal static class RevisionOutcome
{
    public static void Serves(StoredRevision revision, string digest, WriteStamps stamps)
    {
        revision.Readiness = Readiness.Ready;
        revision.Digest = digest;
        Settle(revision);
        string[] types =
            [Conditions.Ready, Conditions.ResourcesAvailable, Conditions.ContainerReady, Conditions.ContainerHealthy, Conditions.Active];
        foreach (var type in types) Conditions.Set(revision.Body.Conditions, Conditions.Succeeded(type, stamps.Now()));
    }

    /// <param name="asInternal">The error has code 13 in place of 9, as Cloud Run's had before 2025.</param>
    public static void Failed(StoredRevision revision, StartResult.Failed failure, bool asInternal, WriteStamps stamps)
    {
        var text = $"Revision '{revision.ShortName}' is not ready and cannot serve traffic. {failure.Text}";
        var code = asInternal && failure.Code == StatusCode.FailedPrecondition ? StatusCode.Internal : failure.Code;
        revision.Readiness = Readiness.Failed;
        revision.Failure = new RpcStatus { Code = (int)code, Message = text };
        Settle(revision);
        Conditions.Set(revision.Body.Conditions, Conditions.Failed(Conditions.Ready, failure.Reason, text, stamps.Now()));
        Conditions.Set(revision.Body.Conditions, Conditions.Failed(failure.ConditionType, failure.Reason, text, stamps.Now()));
    }

    /// <summary>A revision that nothing can reach is retired: Active fails with severity INFO, which is idleness and no error.</summary>
    /// <returns>Whether that changed the revision.</returns>
    public static bool SetActive(StoredRevision revision, bool active, WriteStamps stamps)
    {
        if (revision.Readiness != Readiness.Ready || active == IsActive(revision.Body)) return false;
        var condition = Conditions.Succeeded(Conditions.Active, stamps.Now());
        if (!active)
        {
            var retired = new FailureReason.OfRevision(Condition.Types.RevisionReason.Retired);
            condition = Conditions.Failed(Conditions.Active, retired, "Revision retired.", stamps.Now());
            condition.Severity = Condition.Types.Severity.Info;
        }

        Conditions.Set(revision.Body.Conditions, condition);
        return true;
    }

    private static bool IsActive(Revision revision) =>
        revision.Conditions.FirstOrDefault(it => it.Type == Conditions.Active) is { State: Condition.Types.State.ConditionSucceeded };

    private static void Settle(StoredRevision revision)
    {
        revision.Body.Reconciling = false;
        revision.Body.ObservedGeneration = revision.Body.Generation;
    }
}
