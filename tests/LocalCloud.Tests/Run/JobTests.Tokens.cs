using Google.Cloud.Run.V2;
using Google.LongRunning;
using Grpc.Core;
using Task = System.Threading.Tasks.Task;

namespace CdAutomation.LocalCloud.Tests.Run;

/// <summary>Executions that a write of the job starts, by a token.</summary>
public sealed partial class JobTests
{
    private const string Named = Name + "/executions/tidy-r1";

    [Test]
    public async Task A_start_token_names_an_execution_and_the_job_is_ready_when_that_has_started()
    {
        await using var slow = await SlowAsync();
        var operation = await slow.EndAsync(await slow.Jobs.CreateJobAsync(Creation(Starting("r1"))));

        var job = operation.Response.Unpack<Job>();
        var execution = await slow.Executions.GetExecutionAsync(new() { Name = Named });
        Assert.That((job.TerminalCondition.State, job.ObservedGeneration, job.StartExecutionToken),
            Is.EqualTo((Condition.Types.State.ConditionSucceeded, 1L, "r1")));
        Assert.That((execution.StartTime is null, execution.CompletionTime), Is.EqualTo((false, (object?)null)), "it has begun and not ended");
        Assert.That((job.LatestCreatedExecution.Name, job.ExecutionCount), Is.EqualTo((Named, 1)));
    }

    [Test]
    public async Task A_run_token_makes_the_job_ready_when_the_execution_has_completed()
    {
        await using var slow = await SlowAsync();
        var creation = await slow.Jobs.CreateJobAsync(Creation(Running("r1")));
        await EventuallyAsync(async () => (await slow.Executions.ListExecutionsAsync(new() { Parent = Name })).Executions is [{ RunningCount: 1 }]);
        var waiting = await slow.Jobs.GetJobAsync(new() { Name = Name });
        Assert.That((waiting.Reconciling, waiting.TerminalCondition.State), Is.EqualTo((true, Condition.Types.State.ConditionReconciling)));

        await slow.EndAsync(await slow.Executions.CancelExecutionAsync(new() { Name = Named }));
        var ended = await slow.EndAsync(creation);
        Assert.That(Cloud.CodeOf(ended), Is.EqualTo(StatusCode.Cancelled));
        Assert.That((await slow.Jobs.GetJobAsync(new() { Name = Name })).TerminalCondition.ExecutionReason,
            Is.EqualTo(Condition.Types.ExecutionReason.Cancelled));

        var whole = (await CreateAsync(Running("r1"))).Response.Unpack<Job>();
        Assert.That((whole.TerminalCondition.State, whole.LatestCreatedExecution.CompletionTime is null),
            Is.EqualTo((Condition.Types.State.ConditionSucceeded, false)));
    }

    [Test]
    public async Task An_execution_that_fails_fails_the_job_that_waits_for_its_end_and_not_the_one_that_waits_for_its_start()
    {
        var started = Starting("r1", Cloud.Bad);
        started.Template.Template.MaxRetries = 0;
        Assert.That(Cloud.CodeOf(await CreateAsync(started)), Is.EqualTo(StatusCode.OK));

        var run = Running("r2", Cloud.Bad);
        (run.Name, run.Template.Template.MaxRetries) = (Name, 0);
        var operation = await _cloud.EndAsync(await _cloud.Jobs.UpdateJobAsync(new() { Job = run }));
        var job = await GetAsync();
        Assert.That((Cloud.CodeOf(operation), job.TerminalCondition.Type, job.TerminalCondition.ExecutionReason),
            Is.EqualTo((StatusCode.FailedPrecondition, "Ready", Condition.Types.ExecutionReason.NonZeroExitCode)));
        Assert.That(operation.Error.Message, Does.Contain("tidy-r2-task0 failed with message:"));
        Assert.That(job.ObservedGeneration, Is.EqualTo(job.Generation));
    }

    [Test]
    public async Task The_same_token_again_starts_nothing_and_another_one_starts_another()
    {
        await CreateAsync(Starting("r1"));
        await UpdateAsync(job => job.Template.Template.Containers[0].Image = Cloud.Better);
        Assert.That(await ExecutionsAsync(), Is.EqualTo(new[] { Named }));
        Assert.That((await GetAsync()).Generation, Is.EqualTo(2));

        await UpdateAsync(job => job.StartExecutionToken = "r2");
        await UpdateAsync(job => job.ClearCreateExecution());
        await UpdateAsync(job => job.StartExecutionToken = "");
        Assert.That(await ExecutionsAsync(), Is.EqualTo(new[] { Name + "/executions/tidy-r2", Named }));
        Assert.That((await GetAsync()).CreateExecutionCase, Is.EqualTo(Job.CreateExecutionOneofCase.None));
        var images = (await _cloud.Executions.ListExecutionsAsync(new() { Parent = Name })).Executions.Select(it => it.Template.Containers[0].Image);
        Assert.That(images, Is.EqualTo(new[] { Cloud.Better, Cloud.Good }), "each ran what the job was when its token came");
    }

    [Test]
    public async Task An_execution_that_came_another_way_takes_the_token_away_and_the_token_cannot_come_back()
    {
        await CreateAsync(Starting("r1"));
        var before = await GetAsync();
        await RunAsync();
        Assert.That((await GetAsync()).StartExecutionToken, Is.Empty);

        var refusal = await Cloud.RefusalAsync(async () => await _cloud.Jobs.UpdateJobAsync(new() { Job = before }));
        Assert.That((refusal.StatusCode, refusal.Detail), Is.EqualTo((StatusCode.AlreadyExists, "Resource 'tidy-r1' already exists.")));
        Assert.That((await GetAsync()).Generation, Is.EqualTo(1), "nothing was written");

        await UpdateAsync(job => job.RunExecutionToken = "r1");
        Assert.That(await ExecutionsAsync(), Has.Length.EqualTo(2), "the execution of that name is the one that is waited for");
    }

    [Test]
    public async Task What_cannot_be_started_is_started_by_the_write_that_mends_it_under_the_same_token()
    {
        var operation = await CreateAsync(Starting("r1", Cloud.Absent));
        Assert.That((Cloud.CodeOf(operation), (await ExecutionsAsync()).Length), Is.EqualTo((StatusCode.NotFound, 0)));

        await UpdateAsync(job => job.Template.Template.Containers[0].Image = Cloud.Good);
        Assert.That(await ExecutionsAsync(), Is.EqualTo(new[] { Named }));
    }

    [Test]
    public async Task A_deleted_execution_is_not_started_again_by_its_token()
    {
        await CreateAsync(Starting("r1"));
        await _cloud.EndAsync(await _cloud.Executions.DeleteExecutionAsync(new() { Name = Named }));

        Assert.That(Cloud.CodeOf(await UpdateAsync(job => job.Labels["team"] = "a")), Is.EqualTo(StatusCode.OK));
        Assert.That(await ExecutionsAsync(), Is.Empty);
    }

    [TestCase("r1234567890123456789012345678901234567890123456789012345678", "the sum of job name and token length must be fewer than 63 characters")]
    [TestCase("R1", "must hold only lower-case letters, digits and hyphens")]
    [TestCase("r1/tasks/x", "must hold only lower-case letters, digits and hyphens")]
    [TestCase("r1-", "must hold only lower-case letters, digits and hyphens, and not end with a hyphen")]
    public async Task A_token_that_cannot_end_a_name_is_refused(string token, string why)
    {
        foreach (var (job, field) in new[] { (Starting(token), "start_execution_token: "), (Running(token), "run_execution_token: ") })
        {
            var refusal = await Cloud.RefusalAsync(() => CreateAsync(job));
            Assert.That(refusal.StatusCode, Is.EqualTo(StatusCode.InvalidArgument));
            Assert.That(refusal.Detail, Does.StartWith(field).And.Contain(why));
        }
    }

    [Test]
    public async Task A_token_of_the_greatest_length_is_taken_and_one_that_is_only_tried_starts_nothing()
    {
        var creation = Creation(Starting(new string('r', 58)));
        creation.ValidateOnly = true;
        await _cloud.Jobs.CreateJobAsync(creation);
        Assert.That(await ExecutionsAsync(), Is.Empty);

        await CreateAsync(Starting(new string('r', 58)));
        Assert.That((await ExecutionsAsync()).Single(), Does.EndWith("/tidy-" + new string('r', 58)));
    }

    private static Job Starting(string token, string image = Cloud.Good)
    {
        var job = Wanted(image);
        job.StartExecutionToken = token;
        return job;
    }

    private static Job Running(string token, string image = Cloud.Good)
    {
        var job = Wanted(image);
        job.RunExecutionToken = token;
        return job;
    }

    private static CreateJobRequest Creation(Job job) => new() { Parent = Cloud.Location, JobId = "tidy", Job = job };

    private static Task<Cloud> SlowAsync() => Cloud.StartAsync(new() { Images = new NamedImages(), SimulatedStart = TimeSpan.FromMinutes(6) });

    private static async Task EventuallyAsync(Func<Task<bool>> isSo)
    {
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!await isSo()) await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, late.Token);
    }

    private async Task<Operation> UpdateAsync(Action<Job> change)
    {
        var job = await GetAsync();
        change(job);
        return await _cloud.EndAsync(await _cloud.Jobs.UpdateJobAsync(new() { Job = job }));
    }

    private async Task<string[]> ExecutionsAsync() =>
        [.. (await _cloud.Executions.ListExecutionsAsync(new() { Parent = Name })).Executions.Select(it => it.Name)];
}
