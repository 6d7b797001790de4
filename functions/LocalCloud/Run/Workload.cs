using Google.Cloud.Run.V2;
using Google.Protobuf;
using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;
using Service = Google.Cloud.Run.V2.Service;

namespace CdAutomation.LocalCloud.Run;

/// <summary>One line of a service's traffic or of a worker pool's instance splits.</summary>
/// <param name="IsLatest">It follows the latest ready revision.</param>
/// <param name="Revision">The short name; "" for the latest.</param>
/// <param name="Percent">0 to 100.</param>
/// <param name="Tag">"" for none; worker pools have none.</param>
internal sealed record WorkloadShare(bool IsLatest, string Revision, int Percent, string Tag);

/// <summary>
/// What has revisions: a service or a worker pool. The two messages share most of their fields, but no type of Google's says so; here
/// is what creating, updating and reconciling needs of either.
/// </summary>
internal abstract class Workload
{
    /// <summary>The message itself, which the properties read and write.</summary>
    public abstract IMessage Message { get; }

    public abstract string Name { get; set; }

    public abstract string Uid { set; }

    public abstract long Generation { get; set; }

    public abstract Timestamp CreateTime { set; }

    public abstract Timestamp UpdateTime { set; }

    public abstract Timestamp? DeleteTime { get; set; }

    public abstract string Creator { set; }

    public abstract string LastModifier { set; }

    public abstract Google.Api.LaunchStage LaunchStage { get; }

    public abstract long ObservedGeneration { set; }

    public abstract Condition? TerminalCondition { get; set; }

    public abstract RepeatedField<Condition> Conditions { get; }

    public abstract string LatestReadyRevision { get; set; }

    public abstract string LatestCreatedRevision { get; set; }

    public abstract bool Reconciling { get; set; }

    public abstract string Etag { get; set; }

    /// <summary>A copy of the template, in the form that services have.</summary>
    public abstract RevisionTemplate Template { get; }

    /// <summary>The condition that tells whether shares are as wanted.</summary>
    public abstract string SharesCondition { get; }

    /// <summary>The shares that are wished for.</summary>
    public abstract IEnumerable<WorkloadShare> Wanted { get; }

    /// <summary>The shares that are in force.</summary>
    public abstract IReadOnlyList<WorkloadShare> InForce { get; }

    /// <summary>What is wished for becomes what is in force.</summary>
    public abstract void Enforce();

    /// <summary>Refuses what Cloud Run refuses, and fills in what it fills in.</summary>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT</exception>
    public abstract void CheckAndFill(string name);

    /// <summary>The message as callers see it.</summary>
    public abstract IMessage Shown(Uri proxy);

    public abstract Workload Clone();

    /// <param name="name">The full name: its collection says which kind it is.</param>
    public static Workload Parse(string name, byte[] body) =>
        WorkerPoolPath.Collects(name)
            ? new WorkerPoolWorkload(WorkerPool.Parser.ParseFrom(body))
            : new ServiceWorkload(Service.Parser.ParseFrom(body));
}
