using CdAutomation.Domain.Rollouts;
using Google.Cloud.Run.V2;
using Grpc.Core;
using State = Google.Cloud.Run.V2.Condition.Types.State;
using Task = System.Threading.Tasks.Task;

namespace CdAutomation.GoogleCloud.Tests.CloudRun;

/// <summary>Jobs that cannot be ready, are not there, or whose write goes wrong.</summary>
public sealed class JobFaultTests
{
    [Test]
    public async Task A_job_that_cannot_be_ready_fails_with_its_reason_and_what_may_pass_is_tried_by_the_next_call()
    {
        await using var run = await Nightly.StartAsync();
        run.Fates.Enqueue(Ill(Condition.Types.CommonReason.ContainerMissing));
        Assert.That(ApplyFaultTests.CodeOf<StepResult.Failed>(await Nightly.ApplyAsync(run)), Is.EqualTo("run.imageMissing"));

        await using var other = await Nightly.StartAsync();
        other.Fates.Enqueue(Ill(Condition.Types.CommonReason.Internal));
        Assert.That(ApplyFaultTests.CodeOf<StepResult.Unfinished>(await Nightly.ApplyAsync(other)), Is.EqualTo("run.internal"));
        Assert.That(await Nightly.ApplyAsync(other), Is.EqualTo(new StepResult.Done(null) { Before = Nightly.Footing }));
        Assert.That(other.Writes, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task A_job_that_does_not_exist_is_never_made()
    {
        await using var run = await Nightly.StartAsync();
        run.Job = null;

        Assert.That(ApplyFaultTests.CodeOf<StepResult.Failed>(await Nightly.ApplyAsync(run)), Is.EqualTo("run.jobMissing"));
        Assert.That(ApplyFaultTests.CodeOf<StepResult.Failed>(await Nightly.RunAsync(run)), Is.EqualTo("run.jobMissing"));
        Assert.That(run.Calls, Has.No.Member("UpdateJob"));
    }

    [TestCase(StatusCode.Unavailable, false)]
    [TestCase(StatusCode.Unavailable, true)]
    [TestCase(StatusCode.DeadlineExceeded, true)]
    [TestCase(StatusCode.Aborted, false)]
    public async Task A_fault_at_the_write_starts_nothing_twice_and_forgets_nothing(StatusCode code, bool after)
    {
        await using var run = await Nightly.StartAsync();
        (after ? run.AfterWrites : run.BeforeWrites).Enqueue(() => throw ScriptedCloudRun.Error(code));

        var result = await Nightly.ApplyAsync(run, Nightly.Order(runAs: "r1"));

        Assert.That(((StepResult.Done)result).Before, Is.EqualTo(Nightly.Footing));
        Assert.That(run.Writes, Has.Count.EqualTo(1));
        Assert.That(run.Executions, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task What_a_write_told_a_job_to_start_is_seen_to_have_started_before_the_job_is_taken_back()
    {
        await using var run = await Nightly.StartAsync();
        run.AfterWrites.Enqueue(() => run.BeforeReads.Enqueue(() => throw ScriptedCloudRun.Error(StatusCode.PermissionDenied)));
        Assert.That(await Nightly.ApplyAsync(run, Nightly.Order(runAs: "r1")), Is.Not.TypeOf<StepResult.Done>(), "nobody looked how it went on");
        Assert.That(run.Executions, Is.Empty);
        var started = 0;
        run.BeforeWrites.Enqueue(() => started = run.Executions.Count);

        Assert.That(await Nightly.TakeBackAsync(run), Is.EqualTo(new StepResult.Done(null)));

        Assert.That(run.Writes[^1].Template.Template.Containers[0].Image, Is.EqualTo(Web.Before));
        Assert.That(started, Is.EqualTo(1), "after another write nobody could tell whether it still comes");
    }

    private static Condition Ill(Condition.Types.CommonReason reason) =>
        new() { Type = "Ready", State = State.ConditionFailed, Reason = reason };
}
