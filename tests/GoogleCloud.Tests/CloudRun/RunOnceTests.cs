using CdAutomation.Domain.Rollouts;
using Google.Cloud.Run.V2;
using static Google.Cloud.Run.V2.Condition.Types;
using Task = System.Threading.Tasks.Task;

namespace CdAutomation.GoogleCloud.Tests.CloudRun;

public sealed class RunOnceTests
{
    [Test]
    public async Task One_write_gives_the_job_its_image_and_its_arguments_and_starts_it()
    {
        await using var run = await Nightly.StartAsync();
        run.Ends(State.ConditionSucceeded);

        var result = await Nightly.RunAsync(run, Nightly.Once(["migrate", "up"]));

        Assert.That(result, Is.EqualTo(new StepResult.Done(null) { LogUrl = "https://logs.example.com/x" }));
        var container = run.Writes.Single().Template.Template.Containers[0];
        Assert.That((container.Image, string.Join(' ', container.Args)), Is.EqualTo((Web.Image, "migrate up")));
        Assert.That(run.Writes[0].StartExecutionToken, Is.EqualTo("r1"));
        Assert.That(run.Writes[0].Etag, Is.EqualTo("\"1\""));
        Assert.That(run.Executions.Keys, Is.EqualTo(new[] { Nightly.Execution }));
    }

    [Test]
    public async Task Without_arguments_those_of_the_job_stay()
    {
        await using var run = await Nightly.StartAsync();
        run.Ends(State.ConditionSucceeded);

        await Nightly.RunAsync(run);

        Assert.That(run.Writes.Single().Template.Template.Containers[0].Args, Is.EqualTo(new[] { "--all" }));
    }

    [Test]
    public async Task An_execution_of_that_name_is_the_one_whatever_else_the_job_has_become()
    {
        await using var run = await Nightly.StartAsync();
        run.Ends(State.ConditionSucceeded);
        await Nightly.RunAsync(run);
        run.ChangeByOther(job =>
        {
            job.ClearCreateExecution();
            job.Annotations.Clear();
            job.Template.Template.Containers[0].Image = "docker.io/acme/other:v9";
        });

        Assert.That(await Nightly.RunAsync(run), Is.TypeOf<StepResult.Done>());
        Assert.That(run.Writes, Has.Count.EqualTo(1));
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task What_runs_is_waited_for_within_the_budget_and_found_again(bool shows)
    {
        await using var run = await Nightly.StartAsync();
        run.ShowsToken = shows;

        var result = await Nightly.RunAsync(run, budget: TimeSpan.FromMilliseconds(400));

        Assert.That(ApplyFaultTests.CodeOf<StepResult.Unfinished>(result), Is.EqualTo("run.budget"));
        Assert.That(((StepResult.Unfinished)result).Reason.Sentence,
            Does.Contain("nightly-r1 runs").And.Contain("3 run").And.Contain("logs: https://logs.example.com/x"));

        run.Executions[Nightly.Execution].Conditions.Add(new Condition { Type = "Completed", State = State.ConditionSucceeded });
        Assert.That(await Nightly.RunAsync(run), Is.TypeOf<StepResult.Done>());
        Assert.That(run.Writes, Has.Count.EqualTo(1));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Another_execution_that_runs_ends_first_whatever_the_job_is_for(bool isBefore)
    {
        await using var run = await Nightly.StartAsync();
        run.Ends(State.ConditionSucceeded);
        run.Job!.LatestCreatedExecution = new ExecutionReference { Name = "nightly-r0" };
        var other = run.Executions[$"{Nightly.Target.ResourceName}/executions/nightly-r0"] = new Execution { RunningCount = 1 };

        var result = isBefore
            ? await Nightly.RunAsync(run, budget: TimeSpan.FromMilliseconds(400))
            : await Nightly.ApplyAsync(run, Nightly.Order(runAs: "r1"), budget: TimeSpan.FromMilliseconds(400));

        Assert.That(ApplyFaultTests.CodeOf<StepResult.Unfinished>(result), Is.EqualTo("run.budget"));
        Assert.That(((StepResult.Unfinished)result).Reason.Sentence, Does.Contain("nightly-r0 still runs"));
        Assert.That(run.Writes, Is.Empty);

        other.Conditions.Add(new Condition { Type = "Completed", State = State.ConditionFailed });
        Assert.That(isBefore ? await Nightly.RunAsync(run) : await Nightly.ApplyAsync(run, Nightly.Order(runAs: "r1")), Is.TypeOf<StepResult.Done>());
        Assert.That(run.Executions.Keys, Does.Contain(Nightly.Execution));
    }

    [Test]
    public async Task A_failure_tells_its_message_its_counts_and_its_log()
    {
        await using var run = await Nightly.StartAsync();
        run.Ends(State.ConditionFailed, end =>
        {
            end.ExecutionReason = ExecutionReason.NonZeroExitCode;
            end.Message = "Task nightly-r1-task0 failed with message: The container exited with an error (exit code 3).";
        });

        var result = await Nightly.RunAsync(run);
        var again = await Nightly.RunAsync(run);

        Assert.That(ApplyFaultTests.CodeOf<StepResult.Failed>(result), Is.EqualTo("job.failed"));
        Assert.That(((StepResult.Failed)result).Reason.Sentence,
            Does.Contain("exit code 3").And.Contain("of 3 tasks 2 succeeded, 1 failed").And.Contain("logs: https://logs.example.com/x"));
        Assert.That(again, Is.EqualTo(result));
        Assert.That(run.Writes, Has.Count.EqualTo(1), "what failed is never started again");
    }

    [Test]
    public async Task A_cancellation_is_a_failure()
    {
        await using var run = await Nightly.StartAsync();
        run.Ends(State.ConditionFailed, end => end.ExecutionReason = ExecutionReason.Cancelled);

        Assert.That(ApplyFaultTests.CodeOf<StepResult.Failed>(await Nightly.RunAsync(run)), Is.EqualTo("job.cancelled"));
    }

    [Test]
    public async Task After_its_deadline_what_runs_has_failed_and_what_has_not_begun_is_not_started()
    {
        await using var run = await Nightly.StartAsync();
        var late = Nightly.Once(deadline: DateTimeOffset.UnixEpoch);

        Assert.That(ApplyFaultTests.CodeOf<StepResult.Failed>(await Nightly.RunAsync(run, late)), Is.EqualTo("job.deadline"));
        Assert.That(run.Writes, Is.Empty);

        await Nightly.RunAsync(run, budget: TimeSpan.FromMilliseconds(300));
        var result = await Nightly.RunAsync(run, late);
        Assert.That(ApplyFaultTests.CodeOf<StepResult.Failed>(result), Is.EqualTo("job.deadline"));
        Assert.That(((StepResult.Failed)result).Reason.Sentence, Does.Contain("1970-01-01").And.Contain("logs: "));

        run.Executions[Nightly.Execution].Conditions.Add(new Condition { Type = "Completed", State = State.ConditionSucceeded });
        Assert.That(await Nightly.RunAsync(run, late), Is.TypeOf<StepResult.Done>(), "what ended well has, however late it is looked at");
    }

    [TestCase("")]
    [TestCase("UPPER")]
    [TestCase("a/b")]
    [TestCase("r12345678901234567890123456789012345678901234567890123456")]
    public async Task A_name_that_cannot_be_an_executions_is_refused_and_nothing_is_called(string runAs)
    {
        await using var run = await Nightly.StartAsync();

        Assert.That(ApplyFaultTests.CodeOf<StepResult.Failed>(await Nightly.RunAsync(run, Nightly.Once(runAs: runAs))), Is.EqualTo("job.executionName"));
        Assert.That(ApplyFaultTests.CodeOf<StepResult.Failed>(await Nightly.ApplyAsync(run, Nightly.Order(runAs: runAs))), Is.EqualTo("job.executionName"));
        Assert.That(run.Calls, Is.Empty);
    }

    [Test]
    public async Task Only_a_job_runs_to_its_end()
    {
        await using var run = await Nightly.StartAsync();

        Assert.That(
            ApplyFaultTests.CodeOf<StepResult.Failed>(await Nightly.RunAsync(run, Nightly.Once() with { Job = Web.Target })), Is.EqualTo("target.kind"));
    }
}
