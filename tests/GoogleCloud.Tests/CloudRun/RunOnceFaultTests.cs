using CdAutomation.Domain.Rollouts;
using Google.Cloud.Run.V2;
using Grpc.Core;
using static Google.Cloud.Run.V2.Condition.Types;
using Task = System.Threading.Tasks.Task;

namespace CdAutomation.GoogleCloud.Tests.CloudRun;

public sealed class RunOnceFaultTests
{
    [TestCase(StatusCode.Unavailable, false)]
    [TestCase(StatusCode.Unavailable, true)]
    [TestCase(StatusCode.DeadlineExceeded, true)]
    [TestCase(StatusCode.Internal, true)]
    [TestCase(StatusCode.Aborted, false)]
    public async Task A_fault_at_the_write_starts_nothing_twice(StatusCode code, bool after)
    {
        foreach (var shows in new[] { true, false })
        {
            await using var run = await Nightly.StartAsync();
            (run.ShowsToken, run.OnStart) = (shows, _ => { });
            run.Ends(State.ConditionSucceeded);
            (after ? run.AfterWrites : run.BeforeWrites).Enqueue(() => throw ScriptedCloudRun.Error(code));

            Assert.That(await Nightly.RunAsync(run), Is.TypeOf<StepResult.Done>());
            Assert.That(run.Writes, Has.Count.EqualTo(1));
            Assert.That(run.Executions, Has.Count.EqualTo(1));
        }
    }

    [Test]
    public async Task Two_workers_at_once_start_one()
    {
        await using var run = await Nightly.StartAsync();
        run.Ends(State.ConditionSucceeded);

        var results = await Task.WhenAll(Nightly.RunAsync(run), Nightly.RunAsync(run), Nightly.RunAsync(run));

        Assert.That(results, Is.All.TypeOf<StepResult.Done>());
        Assert.That(run.Writes, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_person_who_writes_between_our_look_and_our_write_keeps_what_they_wrote()
    {
        await using var run = await Nightly.StartAsync();
        run.Ends(State.ConditionSucceeded);
        run.BeforeWrites.Enqueue(() => run.ChangeByOther(job => job.Template.Template.MaxRetries = 9));

        Assert.That(await Nightly.RunAsync(run), Is.TypeOf<StepResult.Done>());
        Assert.That(run.Writes.Single().Template.Template.MaxRetries, Is.EqualTo(9));
    }

    [Test]
    public async Task A_stale_order_starts_nothing_and_what_is_started_goes_on()
    {
        await using var run = await Nightly.StartAsync();
        Assert.That(await Nightly.RunAsync(run, stillWanted: () => false), Is.EqualTo(new StepResult.NotWanted()));
        Assert.That(run.Executions, Is.Empty);

        run.Ends(State.ConditionSucceeded);
        await Nightly.RunAsync(run);
        Assert.That(await Nightly.RunAsync(run, stillWanted: () => false), Is.TypeOf<StepResult.Done>());
    }

    [Test]
    public async Task An_execution_that_cannot_be_looked_at_is_no_reason_to_start_another()
    {
        await using var run = await Nightly.StartAsync();
        for (var i = 0; i < 20; i++)
            run.BeforeExecutions.Enqueue(() => throw ScriptedCloudRun.Error(StatusCode.PermissionDenied));

        Assert.That(ApplyFaultTests.CodeOf<StepResult.Unfinished>(await Nightly.RunAsync(run)), Is.EqualTo("run.executionUnread"));
        Assert.That(run.Writes, Is.Empty);
    }

    [Test]
    public async Task A_job_that_cannot_start_it_fails_with_its_reason()
    {
        await using var run = await Nightly.StartAsync();
        run.Fates.Enqueue(new Condition { Type = "Ready", State = State.ConditionFailed, Reason = CommonReason.ContainerPermissionDenied });

        Assert.That(ApplyFaultTests.CodeOf<StepResult.Failed>(await Nightly.RunAsync(run)), Is.EqualTo("run.imageDenied"));
        Assert.That(run.Writes, Has.Count.EqualTo(1));
    }
}
