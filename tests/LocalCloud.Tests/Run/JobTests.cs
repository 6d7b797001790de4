using Google.Cloud.Run.V2;
using Google.LongRunning;
using Grpc.Core;
using CompletionStatus = Google.Cloud.Run.V2.ExecutionReference.Types.CompletionStatus;
using Task = System.Threading.Tasks.Task;

namespace CdAutomation.LocalCloud.Tests.Run;

public sealed partial class JobTests
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
        var overrides = new RunJobRequest.Types.Overrides
        {
            ContainerOverrides = { one },
            TaskCount = 2,
            Timeout = new() { Seconds = 7 },
        };
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
        var run = new RunJobRequest { Name = Name, Etag = old.Etag };
        Assert.That((await Cloud.RefusalAsync(async () => await _cloud.Jobs.RunJobAsync(run))).StatusCode,
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
