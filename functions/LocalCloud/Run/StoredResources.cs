using Google.Cloud.Run.V2;
using Google.LongRunning;
using Google.Protobuf;
using RpcStatus = Google.Rpc.Status;

namespace CdAutomation.LocalCloud.Run;

/// <summary>
/// A service or a worker pool as it is kept. A service's addresses are not: they depend on the port of the day, see
/// <see cref="ServiceAddresses"/>.
/// </summary>
internal sealed class StoredWorkload
{
    public required Workload Body { get; set; }

    /// <summary>For those who know that it is one.</summary>
    public Service Service => ((ServiceWorkload)Body).Service;

    /// <summary>How many revisions it ever had: the counter in server-made names, which never goes back.</summary>
    public int RevisionsMade { get; set; }

    /// <summary>The stamp of its creation, unique in the store.</summary>
    public required long Created { get; init; }
}

/// <summary>What is known of a revision's start; only <see cref="Ready"/> ones may get traffic.</summary>
internal enum Readiness
{
    Pending = 0,
    Ready = 1,
    Failed = 2,
}

/// <summary>A revision as it is kept.</summary>
internal sealed class StoredRevision
{
    public required Revision Body { get; init; }

    /// <summary>
    /// The template that it came from, with the server's defaults and without a revision name: what "same" is measured by.
    /// </summary>
    public required RevisionTemplate Template { get; init; }

    /// <summary>The generation of the service that made it.</summary>
    public required long ServiceGeneration { get; init; }

    public Readiness Readiness { get; set; }

    /// <summary>What its image reference stood for when it was created; "" until that is known, then never another.</summary>
    public string Digest { get; set; } = "";

    /// <summary>Why it did not start; null unless <see cref="Readiness.Failed"/>.</summary>
    public RpcStatus? Failure { get; set; }

    public required long Created { get; init; }

    public string ShortName => RevisionPath.ShortName(Body.Name);
}

/// <summary>A job, an execution or a task as it is kept.</summary>
/// <param name="Body">The message.</param>
/// <param name="Created">The stamp of its creation, unique in the store.</param>
internal sealed record Kept<T>(T Body, long Created) where T : class, IMessage<T>, new();

/// <summary>What an operation waits for.</summary>
internal enum OperationKind
{
    Reconcile = 0,
    DeleteWorkload = 1,
    DeleteRevision = 2,
    RunExecution = 3,
    CancelExecution = 4,
    DeleteExecution = 5,
}

/// <summary>An operation as it is kept, with the service, worker pool or job that it is about.</summary>
internal sealed class StoredOperation
{
    public required Operation Body { get; init; }

    public required OperationKind Kind { get; init; }

    public required string Service { get; init; }

    /// <summary>The revision that it deletes, or the execution that it waits for; "" for other kinds.</summary>
    public string Revision { get; init; } = "";

    public required long Created { get; init; }
}
