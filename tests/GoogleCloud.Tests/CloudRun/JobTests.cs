using CdAutomation.Domain.Images;
using CdAutomation.Domain.Rollouts;
using CdAutomation.Domain.Targets;
using Google.Cloud.Run.V2;
using Google.Protobuf;
using State = Google.Cloud.Run.V2.Condition.Types.State;
using Task = System.Threading.Tasks.Task;

namespace CdAutomation.GoogleCloud.Tests.CloudRun;

public sealed class JobTests
{
    [Test]
    public async Task A_job_runs_what_its_template_names_unless_that_cannot_run()
    {
        await using var run = await Nightly.StartAsync();
        Assert.That(await Nightly.ReadAsync(run), Is.EqualTo(new TargetView.Running(ImageReference.Parse(Web.Before), null, null) { Modifier = "terraform@example.com" }));

        await Nightly.ApplyAsync(run);
        Assert.That(await Nightly.ReadAsync(run), Is.EqualTo(new TargetView.Running(ImageReference.Parse(Web.Image), "v1.4.0", null) { Modifier = "cd@example.com" }));

        run.Job!.TerminalCondition.State = State.ConditionFailed;
        Assert.That(await Nightly.ReadAsync(run), Is.EqualTo(new TargetView.Running(null, null, null)));

        run.Job = null;
        Assert.That(await Nightly.ReadAsync(run), Is.EqualTo(new TargetView.Missing()));
    }

    [Test]
    public async Task A_job_is_told_its_image_and_nothing_is_started()
    {
        await using var run = await Nightly.StartAsync();
        run.Job = Job.Parser.ParseFrom([.. run.Job.ToByteArray(), 0x82, 0xFA, 0x01, 0x02, (byte)'h', (byte)'i']);
        var expected = run.Job.Clone();

        var result = await Nightly.ApplyAsync(run);
        var again = await Nightly.ApplyAsync(run);

        Assert.That(result, Is.EqualTo(new StepResult.Done(null) { Before = Nightly.Footing }));
        Assert.That(again, Is.EqualTo(result));
        var sent = run.Writes.Single().Clone();
        Assert.That(sent.Annotations["cdautomation.dev/image"], Is.EqualTo(Web.Image));
        expected.Template.Template.Containers[0].Image = Web.Image;
        (expected.Client, expected.ClientVersion) = ("cdautomation", sent.ClientVersion);
        foreach (var key in sent.Annotations.Keys.Where(key => key.StartsWith("cdautomation.dev/", StringComparison.Ordinal)).ToArray())
            sent.Annotations.Remove(key);
        Assert.That(sent, Is.EqualTo(expected));
        Assert.That(run.Executions, Is.Empty);
    }

    [TestCase(0)]
    [TestCase(99)]
    public async Task Before_all_of_it_is_due_a_job_is_only_looked_at(int percent)
    {
        await using var run = await Nightly.StartAsync();

        Assert.That(await Nightly.ApplyAsync(run, Nightly.Order(percent)), Is.EqualTo(new StepResult.Done(null) { Before = Nightly.Footing }));
        Assert.That(
            await Nightly.ApplyAsync(run, Nightly.Order(percent) with { Before = Nightly.Footing }), Is.EqualTo(new StepResult.Done(null)));
        Assert.That(run.Writes, Is.Empty);
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_job_is_started_once_with_its_new_image(bool shows)
    {
        await using var run = await Nightly.StartAsync();
        run.ShowsToken = shows;

        var result = await Nightly.ApplyAsync(run, Nightly.Order(runAs: "r1"));
        var again = await Nightly.ApplyAsync(run, Nightly.Order(runAs: "r1"));

        Assert.That(((StepResult.Done)result).Before, Is.EqualTo(Nightly.Footing));
        Assert.That(((StepResult.Done)again).LogUrl, Is.EqualTo("https://logs.example.com/x"));
        Assert.That(run.Executions.Keys, Is.EqualTo(new[] { Nightly.Execution }));
        Assert.That(run.Executions[Nightly.Execution].Template.Containers[0].Image, Is.EqualTo(Web.Image));
        Assert.That(run.Writes, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_job_that_has_its_image_already_is_started_by_a_write_of_its_own_and_not_again_when_that_execution_is_gone()
    {
        await using var run = await Nightly.StartAsync();
        await Nightly.ApplyAsync(run);

        await Nightly.ApplyAsync(run, Nightly.Order(runAs: "r1"));
        run.Executions.Clear();
        await Nightly.ApplyAsync(run, Nightly.Order(runAs: "r1"));

        Assert.That(run.Writes.Select(write => write.StartExecutionToken), Is.EqualTo(new[] { "", "r1" }));
    }

    [Test]
    public async Task Another_image_by_somebody_else_is_told_and_left_alone()
    {
        await using var run = await Nightly.StartAsync();
        run.ChangeByOther(job => job.Template.Template.Containers[0].Image = "docker.io/acme/other:v9");

        foreach (var percent in new[] { 0, 100 })
        {
            var result = await Nightly.ApplyAsync(run, Nightly.Order(percent) with { Before = Nightly.Footing });

            Assert.That(result, Is.TypeOf<StepResult.Drifted>());
            Assert.That(((StepResult.Drifted)result).Reason.Sentence, Does.Contain("other:v9").And.Contain(Web.Before).And.Contain("somebody@example.com"));
        }

        Assert.That(await Nightly.TakeBackAsync(run), Is.TypeOf<StepResult.Drifted>());
        Assert.That(run.Writes, Is.Empty);
    }

    [Test]
    public async Task A_job_goes_back_to_its_image_once()
    {
        await using var run = await Nightly.StartAsync();
        await Nightly.ApplyAsync(run, Nightly.Order(runAs: "r1"));
        Assert.That(await Nightly.TakeBackAsync(run), Is.EqualTo(new StepResult.Done(null)));
        Assert.That(await Nightly.TakeBackAsync(run), Is.EqualTo(new StepResult.Done(null)));

        Assert.That(run.Job!.Template.Template.Containers[0].Image, Is.EqualTo(Web.Before));
        Assert.That(run.Writes, Has.Count.EqualTo(2));
        Assert.That(run.Executions, Has.Count.EqualTo(1), "what was started goes on, and nothing else is");
    }

    [Test]
    public async Task Where_a_job_has_its_image_still_only_a_note_is_written()
    {
        await using var run = await Nightly.StartAsync();
        var before = run.Job!.Template.Clone();

        Assert.That(await Nightly.TakeBackAsync(run), Is.EqualTo(new StepResult.Done(null)));
        Assert.That(await Nightly.TakeBackAsync(run), Is.EqualTo(new StepResult.Done(null)));

        Assert.That(run.Writes.Single().Template, Is.EqualTo(before), "whoever read the job before can write no more");
        Assert.That(run.Executions, Is.Empty);
    }

    [Test]
    public async Task A_write_that_starts_nothing_sends_no_token_of_ours_again_and_leaves_another_s_as_it_is()
    {
        await using var run = await Nightly.StartAsync();
        await Nightly.ApplyAsync(run, Nightly.Order(runAs: "r1"));
        await Nightly.TakeBackAsync(run);
        run.ChangeByOther(job => job.RunExecutionToken = "theirs");
        await Nightly.ApplyAsync(run);

        Assert.That(run.Writes.Select(write => (write.StartExecutionToken, write.RunExecutionToken)),
            Is.EqualTo(new[] { ("r1", ""), ("", ""), ("", "theirs") }));
    }

    [Test]
    public async Task What_an_overtaken_rollout_of_ours_left_is_no_drift()
    {
        await using var run = await Nightly.StartAsync();
        await Nightly.ApplyAsync(run, Nightly.Order() with { Before = Nightly.Footing });
        var newer = Nightly.Order().Image with { Digest = Domain.Images.Digest.Parse("sha256:" + new string('b', 64)) };

        var look = await Nightly.ApplyAsync(run, Nightly.Order(0) with { Id = "order-2", Image = newer, Before = Nightly.Footing });
        Assert.That(look, Is.EqualTo(new StepResult.Done(null)));

        Assert.That(await Nightly.TakeBackAsync(run, image: newer), Is.EqualTo(new StepResult.Done(null)));
        Assert.That(run.Job!.Template.Template.Containers[0].Image, Is.EqualTo(Web.Before));
        await Nightly.ApplyAsync(run, Nightly.Order() with { Before = Nightly.Footing });
        await Nightly.ApplyAsync(run, Nightly.Order() with { Id = "order-3", Image = newer, Before = Nightly.Footing });
        Assert.That(run.Job!.Template.Template.Containers[0].Image, Is.EqualTo(newer.Reference.ToString()));
    }

    [Test]
    public async Task Without_an_image_there_is_no_way_back()
    {
        await using var run = await Nightly.StartAsync();
        await Nightly.ApplyAsync(run);

        Assert.That(ApplyFaultTests.CodeOf<StepResult.Failed>(await Nightly.TakeBackAsync(run, new Footing(null, null))), Is.EqualTo("target.noWayBack"));
    }
}
