using Google.Cloud.Run.V2;
using Google.LongRunning;
using Grpc.Core;
using CompletionStatus = Google.Cloud.Run.V2.ExecutionReference.Types.CompletionStatus;
using Task = System.Threading.Tasks.Task;

namespace CdAutomation.LocalCloud.Tests.Run;

public sealed class JobTests
{
    internal const string Name = Cloud.Location + "/jobs/tidy";

    private Cloud _cloud = null!;

    [SetUp]
    public async Task Start() => _cloud = await Cloud.StartAsync();

    [TearDown]
    public async Task Stop() => await _cloud.DisposeAsync();

    [Test]
    public async Task A_new_job_is_ready_with_the_defaults_of_Cloud_Run()
    {
        var operation = await CreateAsync(Wanted(Cloud.Good));
        var job = await GetAsync();
        Assert.That(operation.Response.Unpack<Job>(), Is.EqualTo(job));
        Assert.That((job.Generation, job.ObservedGeneration, job.Reconciling), Is.EqualTo((1L, 1L, false)));
        Assert.That((job.Template.TaskCount, job.Template.Template.MaxRetries, job.Template.Template.Timeout.Seconds),
            Is.EqualTo((1, 3, 600L)));
        Assert.That((job.TerminalCondition.Type, job.TerminalCondition.State),
            Is.EqualTo(("Ready", Condition.Types.State.ConditionSucceeded)));
    }

    [Test]
    public async Task An_execution_that_succeeds_is_the_end_of_its_operation_and_known_to_its_job()
    {
        await CreateAsync(Wanted(Cloud.Good));
        var started = await _cloud.Jobs.RunJobAsync(new() { Name = Name });
        Assert.That(started.Metadata.Unpack<Execution>().Name, Does.Match(Name + "/executions/tidy-[a-z0-9]{5}$"));
        var execution = (await _cloud.EndAsync(started)).Response.Unpack<Execution>();
        Assert.That(execution, Is.EqualTo(await _cloud.Executions.GetExecutionAsync(new() { Name = execution.Name })));
        Assert.That((execution.SucceededCount, execution.RunningCount, execution.FailedCount, execution.Reconciling),
            Is.EqualTo((1, 0, 0, false)));
        Assert.That(execution.CompletionTime, Is.Not.Null);
        Assert.That(Completed(execution).State, Is.EqualTo(Condition.Types.State.ConditionSucceeded));
        var latest = (await GetAsync()).LatestCreatedExecution;
        Assert.That((latest.Name, latest.CompletionStatus), Is.EqualTo((execution.Name, CompletionStatus.ExecutionSucceeded)));
        var task = (await _cloud.Tasks.ListTasksAsync(new() { Parent = Name + "/executions/-" })).Tasks.Single();
        Assert.That(task, Is.EqualTo(await _cloud.Tasks.GetTaskAsync(new() { Name = task.Name })));
        Assert.That((task.Execution, task.Job, task.Index, task.LastAttemptResult.ExitCode), Is.EqualTo((execution.Name, Name, 0, 0)));
    }

    [Test]
    public async Task A_failing_job_is_tried_as_often_as_it_allows_and_then_says_why()
    {
        var job = Wanted(Cloud.Bad);
        (job.Template.Template.MaxRetries, job.Template.TaskCount) = (2, 3);
        await CreateAsync(job);
        var operation = await RunAsync();
        var execution = operation.Metadata.Unpack<Execution>();
        Assert.That(Cloud.CodeOf(operation), Is.EqualTo(StatusCode.FailedPrecondition));
        Assert.That((execution.FailedCount, execution.RetriedCount, execution.RunningCount), Is.EqualTo((3, 6, 0)));
        Assert.That(Completed(execution).ExecutionReason, Is.EqualTo(Condition.Types.ExecutionReason.NonZeroExitCode));
        Assert.That(operation.Error.Message, Does.Contain("-task0 failed with message:").And.EqualTo(Completed(execution).Message));
        Assert.That((await GetAsync()).LatestCreatedExecution.CompletionStatus, Is.EqualTo(CompletionStatus.ExecutionFailed));
    }

    [Test]
    public async Task Overrides_replace_args_merge_variables_and_leave_the_job_alone()
    {
        var job = Wanted(Cloud.Good);
        job.Template.Template.Containers[0].Args.Add(["one", "two"]);
        job.Template.Template.Containers[0].Env.Add([new EnvVar { Name = "A", Value = "1" }, new EnvVar { Name = "B", Value = "2" }]);
        await CreateAsync(job);
        var one = new RunJobRequest.Types.Overrides.Types.ContainerOverride
        {
            Args = { "three" },
            Env = { new EnvVar { Name = "B", Value = "3" }, new EnvVar { Name = "C", Value = "4" } },
        };
        var overrides = new RunJobRequest.Types.Overrides { ContainerOverrides = { one }, TaskCount = 2, Timeout = new() { Seconds = 7 } };
        var execution = (await RunAsync(overrides)).Response.Unpack<Execution>();
        var container = execution.Template.Containers[0];
        Assert.That(container.Args, Is.EqualTo(new[] { "three" }));
        Assert.That(container.Env.Select(it => it.Name + it.Value), Is.EqualTo(new[] { "A1", "B3", "C4" }));
        Assert.That((execution.TaskCount, execution.SucceededCount, execution.Template.Timeout.Seconds), Is.EqualTo((2, 2, 7L)));
        Assert.That((await GetAsync()).Template.Template.Containers[0].Args, Has.Count.EqualTo(2));

        one.Name = "other";
        Assert.That((await Cloud.RefusalAsync(() => RunAsync(overrides))).Detail, Does.Contain("the job has no container 'other'"));
    }

    [Test]
    public async Task An_update_replaces_the_whole_job_and_an_old_etag_is_aborted()
    {
        var first = Wanted(Cloud.Good);
        first.Labels["team"] = "a";
        await CreateAsync(first);
        var old = await GetAsync();
        var sent = Wanted(Cloud.Better);
        (sent.Name, sent.Etag) = (Name, old.Etag);
        await _cloud.EndAsync(await _cloud.Jobs.UpdateJobAsync(new() { Job = sent }));
        var job = await GetAsync();
        Assert.That((job.Generation, job.Labels.Count, job.Uid), Is.EqualTo((2L, 0, old.Uid)));
        Assert.That(job.Template.Template.Containers[0].Image, Is.EqualTo(Cloud.Better));
        Assert.That((await Cloud.RefusalAsync(async () => await _cloud.Jobs.UpdateJobAsync(new() { Job = old }))).StatusCode,
            Is.EqualTo(StatusCode.Aborted));
        Assert.That((await Cloud.RefusalAsync(async () => await _cloud.Jobs.RunJobAsync(new() { Name = Name, Etag = old.Etag }))).StatusCode,
            Is.EqualTo(StatusCode.Aborted));
        await _cloud.EndAsync(await _cloud.Jobs.UpdateJobAsync(new() { Job = await GetAsync() }));
        Assert.That((await GetAsync()).Generation, Is.EqualTo(2), "nothing has changed");
    }

    [Test]
    public async Task An_image_that_is_not_there_fails_the_job_and_the_execution()
    {
        var operation = await CreateAsync(Wanted(Cloud.Absent));
        Assert.That((Cloud.CodeOf(operation), operation.Error.Message),
            Is.EqualTo((StatusCode.NotFound, $"Image '{Cloud.Absent}' not found.")));
        var execution = (await RunAsync()).Metadata.Unpack<Execution>();
        Assert.That((execution.FailedCount, Completed(execution).Reason),
            Is.EqualTo((1, Condition.Types.CommonReason.ContainerMissing)));
        var task = (await _cloud.Tasks.ListTasksAsync(new() { Parent = execution.Name })).Tasks.Single();
        Assert.That(task.CompletionTime, Is.Not.Null);
    }

    [Test]
    public async Task Executions_are_listed_newest_first_page_by_page_and_deleted_with_their_tasks()
    {
        await CreateAsync(Wanted(Cloud.Good));
        var names = new List<string>();
        for (var number = 0; number < 3; number++) names.Insert(0, (await RunAsync()).Response.Unpack<Execution>().Name);
        var first = await _cloud.Executions.ListExecutionsAsync(new() { Parent = Name, PageSize = 2 });
        var rest = await _cloud.Executions.ListExecutionsAsync(new() { Parent = Name, PageSize = 2, PageToken = first.NextPageToken });
        Assert.That(first.Executions.Concat(rest.Executions).Select(it => it.Name), Is.EqualTo(names));
        await _cloud.EndAsync(await _cloud.Executions.DeleteExecutionAsync(new() { Name = names[1] }));
        var left = await _cloud.Executions.ListExecutionsAsync(new() { Parent = Cloud.Location + "/jobs/-" });
        Assert.That(left.Executions.Select(it => it.Name), Is.EqualTo(new[] { names[0], names[2] }));
        Assert.That((await _cloud.Tasks.ListTasksAsync(new() { Parent = Cloud.Location + "/jobs/-/executions/-" })).Tasks,
            Has.Count.EqualTo(2));
        Assert.That((await GetAsync()).ExecutionCount, Is.EqualTo(2));
    }

    [Test]
    public async Task A_cancelled_execution_ends_as_cancelled_and_a_deleted_job_takes_its_executions_along()
    {
        await using var slow = await Cloud.StartAsync(new() { Images = new NamedImages(), SimulatedStart = TimeSpan.FromHours(0.1) });
        await slow.EndAsync(await slow.Jobs.CreateJobAsync(new() { Parent = Cloud.Location, JobId = "tidy", Job = Wanted(Cloud.Good) }));
        var run = await slow.Jobs.RunJobAsync(new() { Name = Name });
        var name = run.Metadata.Unpack<Execution>().Name;
        var cancel = await slow.EndAsync(await slow.Executions.CancelExecutionAsync(new() { Name = name }));
        var execution = cancel.Response.Unpack<Execution>();
        Assert.That((execution.CancelledCount, execution.RunningCount, Completed(execution).ExecutionReason),
            Is.EqualTo((1, 0, Condition.Types.ExecutionReason.Cancelled)));
        Assert.That(Cloud.CodeOf(await slow.EndAsync(run)), Is.EqualTo(StatusCode.Cancelled));
        Assert.That((await Cloud.RefusalAsync(async () => await slow.Executions.CancelExecutionAsync(new() { Name = name }))).StatusCode,
            Is.EqualTo(StatusCode.FailedPrecondition));

        await slow.Jobs.RunJobAsync(new() { Name = Name });
        await slow.EndAsync(await slow.Jobs.DeleteJobAsync(new() { Name = Name }));
        Assert.That((await slow.Executions.ListExecutionsAsync(new() { Parent = Cloud.Location + "/jobs/-" })).Executions, Is.Empty);
        Assert.That((await slow.Jobs.ListJobsAsync(new() { Parent = Cloud.Location })).Jobs, Is.Empty);
    }

    [Test]
    public async Task Faults_reach_jobs()
    {
        await CreateAsync(Wanted(Cloud.Good));
        _cloud.Faults.ExhaustNextWrites(1);
        Assert.That((await Cloud.RefusalAsync(() => RunAsync())).StatusCode, Is.EqualTo(StatusCode.ResourceExhausted));
        Assert.That((await _cloud.Executions.ListExecutionsAsync(new() { Parent = Name })).Executions, Is.Empty);
        _cloud.Faults.FailNextWritesAfterCommit(1);
        Assert.That((await Cloud.RefusalAsync(() => RunAsync())).StatusCode, Is.EqualTo(StatusCode.Unavailable));
        Assert.That((await _cloud.Executions.ListExecutionsAsync(new() { Parent = Name })).Executions, Has.Count.EqualTo(1));

        _cloud.Faults.NeverEndNextOperations(1);
        var stuck = await _cloud.Jobs.RunJobAsync(new() { Name = Name });
        await RunAsync();
        Assert.That((await _cloud.Operations.GetOperationAsync(new() { Name = stuck.Name })).Done, Is.False);
    }

    [Test]
    public async Task A_host_that_is_killed_leaves_one_execution_that_the_next_one_ends_without_a_second()
    {
        var directory = Directory.CreateTempSubdirectory("local-run-").FullName;
        var (process, channel) = await KilledHost.StartAsync(directory, startMilliseconds: 3_600_000);
        Operation run;
        using (process)
        using (channel)
        {
            var jobs = new Jobs.JobsClient(channel);
            var job = Wanted(Cloud.Good);
            (job.Template.Template.Timeout, job.Template.Template.MaxRetries) = (new() { Seconds = 7200 }, 1);
            await jobs.CreateJobAsync(new() { Parent = Cloud.Location, JobId = "tidy", Job = job });
            run = await jobs.RunJobAsync(new() { Name = Name });
            var executions = new Executions.ExecutionsClient(channel);
            using var late = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            while ((await executions.GetExecutionAsync(new() { Name = run.Metadata.Unpack<Execution>().Name })).RunningCount == 0)
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, late.Token);
            process.Kill();
            await process.WaitForExitAsync();
        }

        await using (var next = await Cloud.StartAsync(
            new() { Images = new NamedImages(), DataDirectory = directory, SimulatedStart = TimeSpan.FromMilliseconds(1) }))
        {
            var execution = (await next.EndAsync(run)).Response.Unpack<Execution>();
            Assert.That((execution.SucceededCount, execution.RunningCount, execution.RetriedCount), Is.EqualTo((1, 0, 1)),
                "the attempt that was lost counts");
            Assert.That((await next.Executions.ListExecutionsAsync(new() { Parent = Name })).Executions.Single(), Is.EqualTo(execution));
        }

        Directory.Delete(directory, recursive: true);
    }

    [TestCase("template.task_count", 10_001, 0)]
    [TestCase("template.template.max_retries", 1, 11)]
    public async Task What_is_out_of_range_is_refused(string field, int tasks, int retries)
    {
        var job = Wanted(Cloud.Good);
        (job.Template.TaskCount, job.Template.Template.MaxRetries) = (tasks, retries);
        var refusal = await Cloud.RefusalAsync(() => CreateAsync(job));
        Assert.That((refusal.StatusCode, refusal.Detail.Split(':')[0]), Is.EqualTo((StatusCode.InvalidArgument, field)));
    }

    internal static Job Wanted(string image) =>
        new() { Template = new() { Template = new() { Containers = { new Container { Image = image } } } } };

    private static Condition Completed(Execution execution) => execution.Conditions.Single(it => it.Type == "Completed");

    private async Task<Operation> CreateAsync(Job job) => await _cloud.EndAsync(
        await _cloud.Jobs.CreateJobAsync(new() { Parent = Cloud.Location, JobId = "tidy", Job = job }));

    private async Task<Operation> RunAsync(RunJobRequest.Types.Overrides? overrides = null) =>
        await _cloud.EndAsync(await _cloud.Jobs.RunJobAsync(new() { Name = Name, Overrides = overrides }));

    private async Task<Job> GetAsync() => await _cloud.Jobs.GetJobAsync(new() { Name = Name });
}
