using System.Collections.Concurrent;
using Google.Cloud.Run.V2;
using RunTask = Google.Cloud.Run.V2.Task;
using Task = System.Threading.Tasks.Task;

namespace CdAutomation.LocalCloud.Run;

/// <summary>Runs executions: finds their images, runs every task with its retries, and writes down how all ended.</summary>
internal sealed class ExecutionRuns(
    RunStore store, ImageFinder images, IInstances instances, ExecutionBook executions, TaskBook tasks, WriteStamps stamps,
    CancellationToken stopping) : IAsyncDisposable
{
    /// <summary>How many tasks of an execution run here at a time, at most.</summary>
    private const int MostAtOnce = 8;

    private readonly ConcurrentDictionary<string, Going> _going = new();

    /// <summary>Runs an execution, or joins its run, or goes on with one that an earlier process left.</summary>
    /// <returns>What ends when it is written that its tasks may begin, and what ends when it has ended.</returns>
    public (Task Begun, Task Ended) Ensure(string execution)
    {
        var going = _going.GetOrAdd(execution, name => new(it => RunAsync(name, it)));
        return (going.Begun.Task, going.Run.Value);
    }

    /// <summary>Stops what runs of an execution that has been asked to be cancelled.</summary>
    public void Cancel(string execution)
    {
        if (_going.TryGetValue(execution, out var going)) going.Cancelled.Cancel();
    }

    /// <summary>Waits until nothing runs any more; the host must have said before that it is stopping.</summary>
    public async ValueTask DisposeAsync() =>
        await Task.WhenAll(_going.Values.Select(it => it.Run.Value)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private async Task RunAsync(string name, Going going)
    {
        await Task.Yield();
        try
        {
            // Whoever asks may have read it a moment before an earlier run was written down.
            if (store.Read(it => it.Find<Execution>(name)) is not { Body.CompletionTime: null } execution) return;
            using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, going.Cancelled.Token);
            if (!ExecutionBook.IsCancelling(execution.Body) && await BeginAsync(execution.Body) is { } image)
            {
                going.Begun.TrySetResult();
                await RunTasksAsync(execution.Body, image, either.Token);
            }

            stopping.ThrowIfCancellationRequested();
            Complete(name);
        }
        finally
        {
            _going.TryRemove(name, out _);
        }
    }

    /// <returns>Null when an image cannot be had, which is then the end of the execution.</returns>
    private async Task<ImageLookup.Found?> BeginAsync(Execution execution)
    {
        var (found, problem) = await images.FindAsync(
            execution.Template.Containers, TemplateDefaults.Ingress(execution.Template.Containers));
        store.Write(tables =>
        {
            var stored = tables.Find<Execution>(execution.Name)!;
            if (problem is null) executions.Start(tables, stored);
            else
            {
                Conditions.Set(
                    stored.Body.Conditions, Conditions.Failed(problem.ConditionType, problem.Reason, problem.Text, stamps.Now()));
                tasks.FailAll(tables, stored.Body, problem);
                executions.Complete(tables, stored, Conditions.Failed(Conditions.Completed, problem.Reason, problem.Text, stamps.Now()));
            }

            return 0;
        });
        return found;
    }

    private Task RunTasksAsync(Execution execution, ImageLookup.Found image, CancellationToken cancellation)
    {
        var open = store.Read(tables => tables.Open<RunTask>(execution.Name)).Select(it => it.Body.Name).ToList();
        var atOnce = execution.Parallelism > 0 ? Math.Min(execution.Parallelism, MostAtOnce) : MostAtOnce;
        return Parallel.ForEachAsync(
            open,
            new ParallelOptions { MaxDegreeOfParallelism = atOnce, CancellationToken = CancellationToken.None },
            async (name, _) => await RunTaskAsync(name, execution.TaskCount, image, cancellation));
    }

    private async Task RunTaskAsync(string name, int taskCount, ImageLookup.Found image, CancellationToken cancellation)
    {
        try
        {
            while (!cancellation.IsCancellationRequested && tasks.Begin(name) is { } task)
            {
                var end = await instances.RunAsync(new TaskAttempt(task, taskCount, image), cancellation);
                // A host that is going stops its containers: that is no end of the attempt's own.
                cancellation.ThrowIfCancellationRequested();
                tasks.End(name, end);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Asked to be cancelled, which is written down with the execution's end; or the host is going.
        }
    }

    private void Complete(string name)
    {
        foreach (var left in store.Read(tables => tables.Open<RunTask>(name)))
            if (store.Read(tables => tables.Find<Execution>(name)) is { Body.CompletionTime: null }) tasks.Cancel(left.Body.Name);
        store.Write(tables =>
        {
            if (tables.Find<Execution>(name) is not { Body.CompletionTime: null } execution) return 0;
            executions.Complete(tables, execution, Completed(tables, execution.Body));
            return 0;
        });
    }

    private Condition Completed(RunTables tables, Execution execution)
    {
        if (ExecutionBook.IsCancelling(execution))
            return Conditions.Failed(
                Conditions.Completed,
                new FailureReason.OfExecution(Condition.Types.ExecutionReason.Cancelled),
                "The execution was cancelled.",
                stamps.Now());
        if (execution.FailedCount == 0) return Conditions.Succeeded(Conditions.Completed, stamps.Now());
        var failed = TaskBook.FirstFailed(tables, execution.Name)!;
        return Conditions.Failed(
            Conditions.Completed,
            new FailureReason.OfExecution(Condition.Types.ExecutionReason.NonZeroExitCode),
            $"Task {RevisionPath.ShortName(failed.Name)} failed with message: {failed.LastAttemptResult.Status.Message}",
            stamps.Now());
    }

    private sealed class Going
    {
        public Going(Func<Going, Task> run) => Run = new(() => run(this));

        public CancellationTokenSource Cancelled { get; } = new();

        public TaskCompletionSource Begun { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Lazy<Task> Run { get; }
    }
}
