using Google.Cloud.Run.V2;
using CompletionStatus = Google.Cloud.Run.V2.ExecutionReference.Types.CompletionStatus;
using RunTask = Google.Cloud.Run.V2.Task;

namespace CdAutomation.LocalCloud.Run;

/// <summary>
/// Writes the life of executions into the store: begun, started, asked to be cancelled, completed. Everything here belongs inside a
/// transaction of the caller's.
/// </summary>
internal sealed class ExecutionBook(WriteStamps stamps, LocalRunOptions options, Func<int, int> draw)
{
    // As Kubernetes draws names: no vowels, no words; nothing that looks like something else.
    private const string Letters = "bcdfghjklmnpqrstvwxz2456789";

    /// <summary>The name of a job's execution that ends so.</summary>
    public static string NameOf(string job, string suffix) => $"{job}/executions/{RevisionPath.ShortName(job)}-{suffix}";

    /// <summary>An execution with all its tasks, none of which has begun.</summary>
    /// <param name="token">The end of its name, of which there must be none yet; null draws one.</param>
    public Execution Begin(RunTables tables, Kept<Job> job, ExecutionTemplate template, string actor, string? token = null)
    {
        var execution = Draft(job.Body, template, actor);
        do execution.Name = NameOf(job.Body.Name, token ?? Suffix());
        while (token is null && tables.Find<Execution>(execution.Name) is not null);

        var created = stamps.Next();
        execution.CreateTime = WriteStamps.ToTimestamp(created);
        execution.Etag = Etag.Of(execution.Name, created);
        execution.LogUri = LogOf($"{RevisionPath.ShortName(execution.Name)}-task0");
        Conditions.Set(execution.Conditions, Conditions.Reconciling(Conditions.Completed, stamps.Now()));
        tables.Save(execution.Name, new Kept<Execution>(execution, created), open: true);
        for (var index = 0; index < execution.TaskCount; index++) AddTask(tables, execution, index);
        Refer(tables, execution, CompletionStatus.ExecutionPending);
        return execution;
    }

    /// <summary>The same without a name and unwritten.</summary>
    public Execution Draft(Job job, ExecutionTemplate template, string actor)
    {
        var execution = new Execution
        {
            Uid = Guid.NewGuid().ToString("D"),
            Creator = actor,
            Generation = 1,
            UpdateTime = stamps.Now(),
            LaunchStage = job.LaunchStage,
            Job = job.Name,
            Parallelism = template.Parallelism,
            TaskCount = template.TaskCount,
            Template = template.Template.Clone(),
            Reconciling = true,
        };
        execution.Labels.Add(template.Labels);
        execution.Annotations.Add(template.Annotations);
        return execution;
    }

    /// <summary>Its images are there and its tasks may begin.</summary>
    public void Start(RunTables tables, Kept<Execution> execution)
    {
        execution.Body.StartTime ??= stamps.Now();
        string[] types = [Conditions.ResourcesAvailable, Conditions.ContainerReady, Conditions.Started];
        foreach (var type in types) Conditions.Set(execution.Body.Conditions, Conditions.Succeeded(type, stamps.Now()));
        Save(tables, execution, open: true);
        Refer(tables, execution.Body, CompletionStatus.ExecutionRunning);
    }

    /// <summary>From now on no task of it begins; what runs is stopped by whoever runs it.</summary>
    public void AskToCancel(RunTables tables, Kept<Execution> execution)
    {
        if (IsCancelling(execution.Body)) return;
        var condition = Conditions.Reconciling(Conditions.Completed, stamps.Now());
        condition.ExecutionReason = Condition.Types.ExecutionReason.Cancelling;
        Conditions.Set(execution.Body.Conditions, condition);
        Save(tables, execution, open: true);
    }

    public static bool IsCancelling(Execution execution) =>
        CompletedOf(execution)?.ExecutionReason == Condition.Types.ExecutionReason.Cancelling;

    /// <summary>The condition that decides.</summary>
    public static Condition? CompletedOf(Execution execution) =>
        execution.Conditions.FirstOrDefault(it => it.Type == Conditions.Completed);

    /// <summary>All tasks have ended: writes the end.</summary>
    public void Complete(RunTables tables, Kept<Execution> execution, Condition completed)
    {
        var cancelled = completed.ExecutionReason == Condition.Types.ExecutionReason.Cancelled;
        execution.Body.CompletionTime = stamps.Now();
        execution.Body.Reconciling = false;
        execution.Body.ObservedGeneration = execution.Body.Generation;
        Conditions.Set(execution.Body.Conditions, completed);
        Save(tables, execution, open: false);
        Refer(tables, execution.Body, cancelled ? CompletionStatus.ExecutionCancelled
            : completed.State == Condition.Types.State.ConditionSucceeded ? CompletionStatus.ExecutionSucceeded
            : CompletionStatus.ExecutionFailed);
    }

    public void Save(RunTables tables, Kept<Execution> execution, bool open)
    {
        var written = stamps.Next();
        execution.Body.UpdateTime = WriteStamps.ToTimestamp(written);
        execution.Body.Etag = Etag.Of(execution.Body.Name, written);
        tables.Save(execution.Body.Name, execution, open);
    }

    /// <summary>What the job says of its executions.</summary>
    private static void Refer(RunTables tables, Execution execution, CompletionStatus status)
    {
        if (tables.Find<Job>(execution.Job) is not { } job) return;
        job.Body.ExecutionCount = (int)tables.Count(execution.Job);
        var newest = job.Body.LatestCreatedExecution;
        if (status == CompletionStatus.ExecutionPending || newest?.Name == execution.Name)
            job.Body.LatestCreatedExecution = new()
            {
                Name = execution.Name,
                CreateTime = execution.CreateTime,
                CompletionTime = execution.CompletionTime,
                CompletionStatus = status,
            };
        tables.Save(job.Body.Name, job, open: true);
    }

    private void AddTask(RunTables tables, Execution execution, int index)
    {
        var created = stamps.Next();
        var time = WriteStamps.ToTimestamp(created);
        var task = new RunTask();
        MessageFields.CopyShared(execution.Template.Clone(), task);
        task.Name = $"{execution.Name}/tasks/{RevisionPath.ShortName(execution.Name)}-task{index}";
        task.Uid = Guid.NewGuid().ToString("D");
        task.Generation = 1;
        task.CreateTime = time;
        task.ScheduledTime = time.Clone();
        task.UpdateTime = time.Clone();
        task.Job = execution.Job;
        task.Execution = execution.Name;
        task.Index = index;
        task.Reconciling = true;
        task.Etag = Etag.Of(task.Name, created);
        task.LogUri = LogOf(RevisionPath.ShortName(task.Name));
        task.Labels.Add(execution.Labels);
        Conditions.Set(task.Conditions, Conditions.Reconciling(Conditions.Completed, time.Clone()));
        tables.Save(task.Name, new Kept<RunTask>(task, created), open: true);
    }

    private string LogOf(string name) =>
        options.Engine is not null && Containers.ContainerOutput.FileOf(options.DataDirectory, name) is { } file
            ? new Uri(file).ToString()
            : "";

    private string Suffix() => string.Concat(Enumerable.Range(0, 5).Select(_ => Letters[draw(Letters.Length)]));
}
