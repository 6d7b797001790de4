using Google.Cloud.Run.V2;
using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;

namespace CdAutomation.LocalCloud.Run;

/// <summary>Why something is not as wanted, in the three vocabularies of condition.proto; exactly one of them speaks.</summary>
internal abstract record FailureReason
{
    private FailureReason() { }

    public sealed record Shared(Condition.Types.CommonReason Reason) : FailureReason;

    public sealed record OfExecution(Condition.Types.ExecutionReason Reason) : FailureReason;

    public sealed record OfRevision(Condition.Types.RevisionReason Reason) : FailureReason;
}

/// <summary>
/// Writes conditions as condition.proto wants them: no reason on success, and a transition time that moves only with the state.
/// </summary>
internal static class Conditions
{
    public const string Ready = "Ready";
    public const string RoutesReady = "RoutesReady";
    public const string InstanceSplitsReady = "InstanceSplitsReady";
    public const string ConfigurationsReady = "ConfigurationsReady";
    public const string Active = "Active";
    public const string Completed = "Completed";
    public const string Started = "Started";
    public const string ResourcesAvailable = "ResourcesAvailable";
    public const string ContainerReady = "ContainerReady";
    public const string ContainerHealthy = "ContainerHealthy";

    public static Condition Succeeded(string type, Timestamp now) =>
        new() { Type = type, State = Condition.Types.State.ConditionSucceeded, LastTransitionTime = now };

    public static Condition Reconciling(string type, Timestamp now) =>
        new() { Type = type, State = Condition.Types.State.ConditionReconciling, LastTransitionTime = now };

    public static Condition Failed(string type, FailureReason reason, string message, Timestamp now)
    {
        var condition = new Condition
        {
            Type = type,
            State = Condition.Types.State.ConditionFailed,
            Severity = Condition.Types.Severity.Error,
            Message = message,
            LastTransitionTime = now,
        };
        switch (reason)
        {
            case FailureReason.Shared it: condition.Reason = it.Reason; break;
            case FailureReason.OfExecution it: condition.ExecutionReason = it.Reason; break;
            case FailureReason.OfRevision it: condition.RevisionReason = it.Reason; break;
        }

        return condition;
    }

    /// <summary>The same finding as another condition's, under another type.</summary>
    public static Condition As(this Condition condition, string type)
    {
        var copy = condition.Clone();
        copy.Type = type;
        return copy;
    }

    public static void Set(RepeatedField<Condition> conditions, Condition condition)
    {
        for (var index = 0; index < conditions.Count; index++)
        {
            if (conditions[index].Type != condition.Type) continue;
            conditions[index] = Following(conditions[index], condition);
            return;
        }

        conditions.Add(condition);
    }

    /// <summary>The new condition, with the old one's time where the state has not changed.</summary>
    public static Condition Following(Condition? before, Condition condition)
    {
        if (before is not null && before.State == condition.State) condition.LastTransitionTime = before.LastTransitionTime;
        return condition;
    }
}
