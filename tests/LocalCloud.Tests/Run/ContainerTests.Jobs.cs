using Google.Cloud.Run.V2;
using Grpc.Core;
using Task = System.Threading.Tasks.Task;

namespace CdAutomation.LocalCloud.Tests.Run;

/// <summary>Jobs and worker pools as containers.</summary>
public sealed partial class ContainerTests
{
    [Test]
    public async Task A_job_runs_its_container_and_its_exit_code_is_the_end_of_the_execution()
    {
        await using var cloud = await StartAsync("job");
        var job = JobTests.Wanted(Image);
        job.Template.Template.MaxRetries = 1;
        await cloud.EndAsync(await cloud.Jobs.CreateJobAsync(new() { Parent = Cloud.Location, JobId = "tidy", Job = job }));

        var good = await RunAsync(cloud, "env", "CLOUD_RUN_TASK_ATTEMPT=0");
        Assert.That((Cloud.CodeOf(good), good.Response.Unpack<Execution>().SucceededCount), Is.EqualTo((StatusCode.OK, 1)));

        var bad = await RunAsync(cloud, "exit");
        var execution = bad.Metadata.Unpack<Execution>();
        Assert.That(bad.Error.Message, Does.EndWith("-task0 failed with message: The container exited with an error, code 3."));
        Assert.That((execution.FailedCount, execution.RetriedCount), Is.EqualTo((1, 1)));
        var task = (await cloud.Tasks.ListTasksAsync(new() { Parent = execution.Name })).Tasks.Single();
        Assert.That(task.LastAttemptResult.ExitCode, Is.EqualTo(3));
        Assert.That(await File.ReadAllTextAsync(new Uri(execution.LogUri).LocalPath),
            Is.EqualTo("hello: leaving at once.\nhello: leaving at once.\n"), "two attempts");
        Assert.That(await IdsAsync(), Is.Empty);
    }

    [Test]
    public async Task A_task_that_outlives_its_timeout_or_is_cancelled_is_stopped()
    {
        await using var cloud = await StartAsync("slow");
        var job = JobTests.Wanted(Image);
        job.Template.Template.MaxRetries = 0;
        await cloud.EndAsync(await cloud.Jobs.CreateJobAsync(new() { Parent = Cloud.Location, JobId = "tidy", Job = job }));
        var late = await cloud.EndAsync(await cloud.Jobs.RunJobAsync(
            new()
            {
                Name = JobTests.Name,
                Overrides = new() { Timeout = new() { Seconds = 1 }, ContainerOverrides = { new[] { Args("hang") } } },
            }));
        Assert.That(late.Error.Message, Does.Contain("The configured timeout was reached."));

        var running = await cloud.Jobs.RunJobAsync(
            new() { Name = JobTests.Name, Overrides = new() { ContainerOverrides = { new[] { Args("hang") } } } });
        await EventuallyAsync(async () => (await IdsAsync()).Length == 1);
        await cloud.EndAsync(await cloud.Executions.CancelExecutionAsync(new() { Name = running.Metadata.Unpack<Execution>().Name }));
        Assert.That(await IdsAsync(), Is.Empty);
    }

    [Test]
    public async Task A_worker_pool_needs_no_port_stays_and_is_started_again_when_it_ends()
    {
        await using var cloud = await StartAsync("pool");
        var pool = WorkerPoolTests.Wanted(Image);
        pool.Template.Containers[0].Args.Add("hang");
        var created = await cloud.EndAsync(await cloud.WorkerPools.CreateWorkerPoolAsync(
            new() { Parent = Cloud.Location, WorkerPoolId = "crew", WorkerPool = pool }));
        Assert.That(Cloud.CodeOf(created), Is.EqualTo(StatusCode.OK));
        var before = (await IdsAsync()).Single();
        await _engine.RunAsync(["kill", before], null, CancellationToken.None);
        await EventuallyAsync(async () => await IdsAsync() is [var id] && id != before);

        var next = created.Response.Unpack<WorkerPool>();
        next.Template.Containers[0].Args[0] = "exit";
        var failed = await cloud.EndAsync(await cloud.WorkerPools.UpdateWorkerPoolAsync(new() { WorkerPool = next }));
        Assert.That(failed.Error.Message, Does.Contain("failed to start and stay running").And.Contains("exited with code 3"));
        await cloud.EndAsync(await cloud.WorkerPools.DeleteWorkerPoolAsync(new() { Name = next.Name }));
        await EventuallyAsync(async () => (await IdsAsync()).Length == 0);
    }

    private static RunJobRequest.Types.Overrides.Types.ContainerOverride Args(params string[] args) => new() { Args = { args } };

    private static async Task<Google.LongRunning.Operation> RunAsync(Cloud cloud, params string[] args) => await cloud.EndAsync(
        await cloud.Jobs.RunJobAsync(new() { Name = JobTests.Name, Overrides = new() { ContainerOverrides = { new[] { Args(args) } } } }));
}
