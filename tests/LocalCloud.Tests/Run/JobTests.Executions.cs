using Google.Cloud.Run.V2;
using Google.LongRunning;
using Grpc.Core;
using Task = System.Threading.Tasks.Task;

namespace CdAutomation.LocalCloud.Tests.Run;

/// <summary>Executions that are listed, cancelled, disturbed or left behind.</summary>
public sealed partial class JobTests
{
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
    public async Task An_execution_that_is_asked_for_while_others_end_is_waited_for_too()
    {
        await using var quick = await Cloud.StartAsync(new() { Images = new NamedImages(), SimulatedStart = TimeSpan.FromMilliseconds(1) });
        await quick.EndAsync(await quick.Jobs.CreateJobAsync(new() { Parent = Cloud.Location, JobId = "tidy", Job = Wanted(Cloud.Good) }));
        var ends = await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            var counts = new List<int>();
            for (var number = 0; number < 25; number++)
                counts.Add((await quick.EndAsync(await quick.Jobs.RunJobAsync(new() { Name = Name }))).Response.Unpack<Execution>().SucceededCount);
            return counts;
        }));
        Assert.That(ends.SelectMany(it => it), Is.All.EqualTo(1));
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
}
