using Google.Cloud.Run.V2;
using Grpc.Core;
using Task = System.Threading.Tasks.Task;

namespace CdAutomation.LocalCloud.Run;

/// <summary>What runs revisions and tasks: real containers, or nothing but a pretence of them.</summary>
internal interface IInstances : IAsyncDisposable
{
    /// <summary>Starts an instance, or joins the start of one, or gives the one that runs. A failed start may be tried again.</summary>
    Task<StartResult> StartAsync(RunnableRevision revision, CancellationToken cancellation);

    /// <summary>
    /// Stops what runs for a revision, requests in flight given their time; nothing runs afterwards, nothing is not an error.
    /// </summary>
    Task StopAsync(string revision, CancellationToken cancellation);

    /// <summary>Runs one attempt of a task to its end; nothing of it runs afterwards, also when it is cancelled.</summary>
    Task<AttemptEnd> RunAsync(TaskAttempt attempt, CancellationToken cancellation);
}

/// <summary>A revision whose image has been found.</summary>
/// <param name="Body">The revision.</param>
/// <param name="Digest"><c>sha256:…</c> of the ingress container's image, settled when the revision was created.</param>
/// <param name="Labels">The labels of that image; empty for a revision that is known to start.</param>
internal sealed record RunnableRevision(Revision Body, string Digest, IReadOnlyDictionary<string, string> Labels)
{
    /// <summary>It belongs to a worker pool: no port, no requests, it only has to stay.</summary>
    public bool IsWorker => WorkerPoolPath.Collects(Body.Name);
}

/// <summary>One attempt of a task whose image has been found.</summary>
/// <param name="Body">The task; <c>retried</c> is the number of the attempt, from 0.</param>
/// <param name="TaskCount">Of its execution.</param>
/// <param name="Image">The image of the container that is run.</param>
internal sealed record TaskAttempt(Google.Cloud.Run.V2.Task Body, int TaskCount, ImageLookup.Found Image);

/// <summary>How an attempt of a task ended.</summary>
internal abstract record AttemptEnd
{
    private AttemptEnd() { }

    /// <summary>By itself.</summary>
    public sealed record Exited(int Code) : AttemptEnd;

    /// <summary>It was stopped when the task's timeout was over.</summary>
    public sealed record TimedOut : AttemptEnd;

    /// <summary>It could not be begun.</summary>
    public sealed record NotBegun(StartResult.Failed Failure) : AttemptEnd;

    /// <summary>The host ended in between: nobody knows how far it came, so it counts as an attempt that failed.</summary>
    public sealed record Lost : AttemptEnd;
}

/// <summary>How the start of a revision went.</summary>
internal abstract record StartResult
{
    private StartResult() { }

    /// <param name="Address">Where it answers; null for a pretence, for which the proxy answers.</param>
    public sealed record Serving(Uri? Address) : StartResult
    {
        /// <summary>A pretence answers one in so many requests with 500; 0 for none.</summary>
        public int FailsOneIn { get; init; }
    }

    /// <param name="Code">The code of the operation's error.</param>
    /// <param name="ConditionType">The type of the revision's condition that tells it, beside Ready.</param>
    /// <param name="Text">What follows "Revision '…' is not ready and cannot serve traffic. ".</param>
    public sealed record Failed(StatusCode Code, FailureReason Reason, string ConditionType, string Text) : StartResult
    {
        /// <summary>The container ended, or did not listen, before its time was up.</summary>
        /// <param name="details">What only we know, such as the exit code; "" for nothing.</param>
        public static Failed ToListen(int port, string details) => Unhealthy(
            "The user-provided container failed to start and listen on the port defined provided by the "
            + $"PORT={port} environment variable within the allocated timeout. This can happen when the container port is "
            + "misconfigured or if the timeout is too short. The health check timeout can be extended. "
            + $"Logs for this revision might contain more information.{details}");

        /// <summary>The container of a worker pool ended at once.</summary>
        public static Failed ToStay(string details) => Unhealthy(
            "The user-provided container failed to start and stay running. "
            + $"Logs for this revision might contain more information.{details}");

        public static Failed Unhealthy(string text) => new(
            StatusCode.FailedPrecondition,
            new FailureReason.OfRevision(Condition.Types.RevisionReason.HealthCheckContainerError),
            Conditions.ContainerHealthy,
            text);

        /// <summary>The image could not be had.</summary>
        public static Failed ToImport(StatusCode code, Condition.Types.CommonReason reason, string text) =>
            new(code, new FailureReason.Shared(reason), Conditions.ContainerReady, text);
    }
}
