using Google.Cloud.Run.V2;
using Grpc.Core;
using RunTask = Google.Cloud.Run.V2.Task;

namespace CdAutomation.LocalCloud.Run;

/// <summary>
/// Writes the attempts of tasks into the store, with the execution's counts, before they begin and after they ended: an attempt whose
/// end is missing was lost with the host and is never begun again, only, where the job allows it, followed by the next.
/// </summary>
internal sealed class TaskBook(RunStore store, ExecutionBook executions, WriteStamps stamps)
{
    /// <summary>Begins the next attempt.</summary>
    /// <returns>The task with the attempt's number; null when it is over or to be cancelled.</returns>
    public RunTask? Begin(string name) => Change(name, (task, execution) =>
    {
        if (task.CompletionTime is not null || ExecutionBook.IsCancelling(execution)) return false;
        if (task.StartTime is null)
        {
            task.StartTime = stamps.Now();
            execution.RunningCount++;
            Conditions.Set(task.Conditions, Conditions.Succeeded(Conditions.Started, stamps.Now()));
            return true;
        }

        // Begun before, and not ended: the end of that attempt, or the host, is what there is to go on from.
        if (task.LastAttemptResult is null) Record(task, new AttemptEnd.Lost());
        if (task.Retried < task.MaxRetries)
        {
            task.Retried++;
            task.LastAttemptResult = null;
            execution.RetriedCount++;
            return true;
        }

        Fail(task, execution);
        return false;
    });

    /// <summary>Ends an attempt, and the task with it when it succeeded or was the last one.</summary>
    public void End(string name, AttemptEnd end) => Change(name, (task, execution) =>
    {
        if (task.CompletionTime is not null) return false;
        Record(task, end);
        if (end is AttemptEnd.Exited { Code: 0 })
        {
            Settle(task, Conditions.Succeeded(Conditions.Completed, stamps.Now()));
            execution.RunningCount--;
            execution.SucceededCount++;
        }
        else if (task.Retried >= task.MaxRetries) Fail(task, execution);

        return true;
    });

    /// <summary>Ends a task that was cancelled, begun or not.</summary>
    public void Cancel(string name) => Change(name, (task, execution) =>
    {
        if (task.CompletionTime is not null) return false;
        if (task.StartTime is not null) execution.RunningCount--;
        execution.CancelledCount++;
        var reason = new FailureReason.OfExecution(Condition.Types.ExecutionReason.Cancelled);
        Settle(task, Conditions.Failed(Conditions.Completed, reason, "The task was cancelled.", stamps.Now()));
        return true;
    });

    /// <summary>No task of an execution can be begun.</summary>
    public void FailAll(RunTables tables, Execution execution, StartResult.Failed problem)
    {
        foreach (var task in tables.Open<RunTask>(execution.Name))
        {
            if (task.Body.StartTime is not null) execution.RunningCount--;
            execution.FailedCount++;
            Record(task.Body, new AttemptEnd.NotBegun(problem));
            Settle(task.Body, Conditions.Failed(Conditions.Completed, problem.Reason, problem.Text, stamps.Now()));
            tables.Save(task.Body.Name, task, open: false);
        }
    }

    /// <summary>The first task that failed; null for none.</summary>
    public static RunTask? FirstFailed(RunTables tables, string execution) => tables
        .List<RunTask>("tasks", execution, long.MaxValue, int.MaxValue)
        .Select(it => it.Body)
        .LastOrDefault(it => it.Conditions.Any(one => one.Type == Conditions.Completed
            && one.State == Condition.Types.State.ConditionFailed
            && one.ExecutionReason != Condition.Types.ExecutionReason.Cancelled));

    private RunTask? Change(string name, Func<RunTask, Execution, bool> change) => store.Write(tables =>
    {
        if (tables.Find<RunTask>(name) is not { } task || tables.Find<Execution>(task.Body.Execution) is not { } execution) return null;
        var goes = change(task.Body, execution.Body);
        var written = stamps.Next();
        task.Body.UpdateTime = WriteStamps.ToTimestamp(written);
        task.Body.Etag = Etag.Of(name, written);
        tables.Save(name, task, open: task.Body.CompletionTime is null);
        executions.Save(tables, execution, open: true);
        return goes ? task.Body : null;
    });

    private void Fail(RunTask task, Execution execution)
    {
        execution.RunningCount--;
        execution.FailedCount++;
        var reason = new FailureReason.OfExecution(Condition.Types.ExecutionReason.NonZeroExitCode);
        Settle(task, Conditions.Failed(Conditions.Completed, reason, task.LastAttemptResult.Status.Message, stamps.Now()));
    }

    private void Settle(RunTask task, Condition completed)
    {
        task.CompletionTime = stamps.Now();
        task.Reconciling = false;
        task.ObservedGeneration = task.Generation;
        Conditions.Set(task.Conditions, completed);
    }

    private static void Record(RunTask task, AttemptEnd end) => task.LastAttemptResult = end switch
    {
        AttemptEnd.Exited { Code: 0 } => new() { Status = new() },
        AttemptEnd.Exited exited => Result(StatusCode.Unknown, $"The container exited with an error, code {exited.Code}.", exited.Code),
        AttemptEnd.TimedOut => Result(
            StatusCode.DeadlineExceeded, "The configured timeout was reached. The task was terminated.", 0),
        AttemptEnd.NotBegun not => Result(not.Failure.Code, not.Failure.Text, 0),
        _ => Result(StatusCode.Internal, "The local Cloud Run ended while the attempt ran; it counts as failed.", 0),
    };

    private static TaskAttemptResult Result(StatusCode code, string message, int exit) =>
        new() { Status = new() { Code = (int)code, Message = message }, ExitCode = exit };
}
