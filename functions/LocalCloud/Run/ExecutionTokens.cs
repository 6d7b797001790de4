using System.Text.RegularExpressions;
using Google.Cloud.Run.V2;
using TokenKind = Google.Cloud.Run.V2.Job.CreateExecutionOneofCase;

namespace CdAutomation.LocalCloud.Run;

/// <summary>
/// The tokens by which a write of a job starts an execution (job.proto, <c>start_execution_token</c> and <c>run_execution_token</c>): the
/// execution is named after the job and the token, and the job is ready when it has started, or has completed.
/// </summary>
internal sealed partial class ExecutionTokens(ExecutionBook executions, WriteStamps stamps)
{
    private const int LongestWithName = 62;

    /// <summary>The token of a job; null for none.</summary>
    public static string? Of(Job job) => job.CreateExecutionCase switch
    {
        TokenKind.StartExecutionToken when job.StartExecutionToken.Length > 0 => job.StartExecutionToken,
        TokenKind.RunExecutionToken when job.RunExecutionToken.Length > 0 => job.RunExecutionToken,
        _ => null,
    };

    /// <summary>
    /// What was sent must name an execution that can be: "The sum of job name and token length must be fewer than 63 characters" (job.proto),
    /// and it becomes the end of a resource name. An empty token is none.
    /// </summary>
    /// <param name="name">Of the job, in full.</param>
    /// <param name="sent">As it was sent; an empty token is taken out.</param>
    /// <param name="stored">What is stored of the job, or null.</param>
    /// <param name="tables">Where executions are looked for.</param>
    /// <exception cref="Grpc.Core.RpcException">
    /// INVALID_ARGUMENT; or ALREADY_EXISTS: the token came back after another execution had taken its place, and its own execution is there
    /// (magic-modules pull request 19060). A <c>run_execution_token</c> waits for that one.
    /// </exception>
    public static void Check(string name, Job sent, Job? stored, RunTables tables)
    {
        if (Of(sent) is not { } token)
        {
            sent.ClearCreateExecution();
            return;
        }

        var field = sent.CreateExecutionCase == TokenKind.RunExecutionToken ? "run_execution_token" : "start_execution_token";
        var id = RevisionPath.ShortName(name);
        if (id.Length + token.Length > LongestWithName)
            throw Refusal.InvalidArgument(
                $"{field}: the sum of job name and token length must be fewer than 63 characters, and is {id.Length + token.Length}.");
        if (!Suffix().IsMatch(token))
            throw Refusal.InvalidArgument(
                $"{field}: '{Refusal.Shown(token)}' must hold only lower-case letters, digits and hyphens, and not end with a hyphen.");
        var isKept = stored is not null && Of(stored) == token;
        if (field == "start_execution_token" && !isKept && tables.Find<Execution>(ExecutionBook.NameOf(name, token)) is not null)
            throw Refusal.AlreadyExists($"Resource '{id}-{token}' already exists.");
    }

    /// <summary>Starts what the job's token names, once, and tells whether the job is ready by it.</summary>
    /// <returns>Null while the job waits; <c>Begun</c> says that the execution was made just now.</returns>
    public (Condition? Ready, bool Begun) Follow(RunTables tables, Kept<Job> job)
    {
        if (Of(job.Body) is not { } token) return (Succeeded(), false);
        var name = ExecutionBook.NameOf(job.Body.Name, token);
        if (tables.Find<Execution>(name) is { } execution) return (ReadyBy(job.Body.CreateExecutionCase, execution.Body), false);
        // It was there and was deleted: that is no reason to run it a second time.
        if (job.Body.LatestCreatedExecution?.Name == name) return (ReadyWithout(job.Body.CreateExecutionCase), false);
        executions.Begin(tables, job, job.Body.Template.Clone(), job.Body.LastModifier, token);
        return (null, true);
    }

    private Condition? ReadyBy(TokenKind kind, Execution execution)
    {
        var completed = ExecutionBook.CompletedOf(execution);
        if (completed?.State == Condition.Types.State.ConditionSucceeded) return Succeeded();
        if (kind == TokenKind.StartExecutionToken && execution.StartTime is not null) return Succeeded();
        if (completed?.State != Condition.Types.State.ConditionFailed) return null;
        var ready = completed.As(Conditions.Ready);
        ready.LastTransitionTime = stamps.Now();
        return ready;
    }

    private Condition ReadyWithout(TokenKind kind) => kind == TokenKind.StartExecutionToken
        ? Succeeded()
        : Conditions.Failed(
            Conditions.Ready, new FailureReason.OfExecution(Condition.Types.ExecutionReason.Deleted), "The execution was deleted.",
            stamps.Now());

    private Condition Succeeded() => Conditions.Succeeded(Conditions.Ready, stamps.Now());

    [GeneratedRegex(@"^[a-z0-9-]*[a-z0-9]\z")]
    private static partial Regex Suffix();
}
