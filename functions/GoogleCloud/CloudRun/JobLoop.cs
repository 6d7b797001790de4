using CdAutomation.Domain;
using CdAutomation.Domain.Images;
using CdAutomation.Domain.Targets;
using CdAutomation.GoogleCloud.Calls;
using Google.Cloud.Run.V2;
using Grpc.Core;

namespace CdAutomation.GoogleCloud.CloudRun;

/// <summary>An order to a job.</summary>
internal abstract class JobLoop(Means means, Target target) : RolloutLoop(means, target)
{
    protected sealed override Task<Reply<RunResource>> ReadAsync(CancellationToken cancellation) =>
        Means.Region.GetAsync(Target, cancellation);

    protected sealed override Task<Move> JudgeAsync(RunResource read, CancellationToken cancellation) =>
        JudgeAsync((JobResource)read, cancellation);

    protected abstract Task<Move> JudgeAsync(JobResource read, CancellationToken cancellation);

    /// <summary>The execution that a token of ours has started; null where there is none yet.</summary>
    /// <exception cref="UnreadException">Nobody could look.</exception>
    protected async Task<Execution?> FindAsync(string token, CancellationToken cancellation)
    {
        var read = await Means.Region.GetExecutionAsync(ExecutionName(Target, token), cancellation);
        return read.TryGet(out var execution, out var error) || error.Code is StatusCode.NotFound
            ? execution
            : throw new UnreadException(new("run.executionUnread",
                $"execution {Target.Name}-{token} could not be read: {CloudRunFailure.OfCall(Target, error).Reason.Sentence}"));
    }

    /// <summary>
    /// The words for an execution that is to end first, because a job never runs twice at once; null where there is none. The job was read
    /// before: if its etag still fits when we write, nobody has written since. What a write has started may still be on its way.
    /// </summary>
    /// <exception cref="UnreadException">Nobody could look.</exception>
    protected async Task<string?> RunningAsync(JobResource read, string token, CancellationToken cancellation)
    {
        foreach (var other in Others(read).Where(other => other != token).Distinct(StringComparer.Ordinal))
        {
            var execution = await FindAsync(other, cancellation);
            var what = execution is null
                ? read.Reconciling ? "may be on its way" : null
                : execution.DeleteTime is null && EndOf(execution) is null ? "still runs" : null;
            if (what is not null)
                return $"execution {Target.Name}-{other} {what}, and {Target.Name}-{token} begins after it: a job never runs twice at once";
        }

        return null;
    }

    /// <summary>
    /// The words for an execution that a write has told the job to start and that is not to be seen yet; null where there is none. Another
    /// write now would end the reconciling by which we know that it may still come.
    /// </summary>
    /// <exception cref="UnreadException">Nobody could look.</exception>
    protected async Task<string?> StartingAsync(JobResource read, CancellationToken cancellation)
    {
        foreach (var told in read.Reconciling ? Others(read).Distinct(StringComparer.Ordinal) : [])
        {
            if (await FindAsync(told, cancellation) is null)
                return $"execution {Target.Name}-{told} may be on its way";
        }

        return null;
    }

    /// <summary>The suffixes of the execution that was created last, and of those that writes have told the job to start.</summary>
    private IEnumerable<string> Others(JobResource read)
    {
        if (read.LatestExecution.StartsWith($"{Target.Name}-", StringComparison.Ordinal))
            yield return read.LatestExecution[(Target.Name.Length + 1)..];
        if (read.StartToken.Length > 0)
            yield return read.StartToken;
        if (Annotations.RunOf(read.Annotations) is { Length: > 0 } told)
            yield return told;
    }

    /// <summary>How an execution ended, well or not; null while it has not.</summary>
    protected static Condition? EndOf(Execution execution) => execution.Conditions.LastOrDefault(condition => condition.Type == "Completed") is
    { State: Condition.Types.State.ConditionSucceeded or Condition.Types.State.ConditionFailed } end
        ? end
        : null;

    /// <summary>The resource name of the execution that a token starts (job.proto, start_execution_token).</summary>
    public static string ExecutionName(Target job, string token) => $"{job.ResourceName}/executions/{job.Name}-{token}";

    /// <summary>
    /// Why a token cannot be the suffix of an execution's name, or null: "the sum of job name and token length must be fewer than 63
    /// characters" (job.proto), and it becomes part of a resource name.
    /// </summary>
    public static Reason? Refuse(Target job, string token) =>
        job.Name.Length + token.Length >= 63
            ? new("job.executionName",
                $"{job}: its name and {Excerpt.Of(token)} are {job.Name.Length + token.Length} characters, and at most 62 can be")
            : token.Length == 0 || token.Any(letter => !char.IsAsciiLetterLower(letter) && !char.IsAsciiDigit(letter) && letter != '-')
                ? new("job.executionName",
                    $"{job}: {Excerpt.Of(token)} is no suffix of an execution's name: lower-case letters, digits and hyphens are")
                : null;

    /// <summary>Whether the job has been told to start an execution by this suffix.</summary>
    protected static bool IsToldToStart(JobResource read, string token) =>
        read.StartToken == token || Annotations.RunOf(read.Annotations) == token;

    /// <summary>Whether the container is told what a write of ours told it last, be it in a rollout that was overtaken.</summary>
    protected static bool IsOurs(JobResource read, Container container) =>
        ImageReference.TryParse(container.Image, out var told) && Annotations.Names(read.Annotations, told);

    /// <summary>Why the job is not ready, from its own conditions.</summary>
    protected CloudRunFailure Explain(JobResource read) =>
        CloudRunFailure.OfRollout(Target, [read.TerminalCondition, .. read.Conditions], Operation?.Error, null);

    protected static string? LogOf(Execution? execution) => execution is { LogUri.Length: > 0 } ? execution.LogUri : null;

    /// <summary>
    /// A copy that runs the image, and starts an execution where a token is given. Without one, what an order of ours started before is not
    /// sent again: should that execution be gone by now, it could start with another image. Somebody else's token stays as it was read.
    /// </summary>
    protected JobResource Next(JobResource read, ImageReference image, string? token)
    {
        var next = read.Copy();
        if (Containers.TryFind(next, Target, out var container, out _) && !Containers.Runs(container, image))
            container.Image = image.ToString();
        if (token is not null)
        {
            next.Start(token);
            Annotations.WriteRun(next.Annotations, token);
        }
        else if (next.StartToken.Length > 0 && next.StartToken == Annotations.RunOf(next.Annotations))
        {
            next.StartNothing();
        }

        return next;
    }
}
