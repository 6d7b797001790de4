using CdAutomation.Domain.Rollouts;
using CdAutomation.Domain.Targets;
using Google.Cloud.Run.V2;
using Task = System.Threading.Tasks.Task;

namespace CdAutomation.GoogleCloud.Tests.CloudRun;

public sealed class TakeBackTests
{
    private static readonly Condition DidNotStart = new() { State = Condition.Types.State.ConditionFailed, Message = "failed to start and listen" };

    [TestCase(0)]
    [TestCase(30)]
    [TestCase(100)]
    public async Task Traffic_goes_back_by_name_in_one_write_then_the_template_then_traffic_to_the_latest(int percent)
    {
        await using var run = await Web.StartAsync(Web.Service(Web.Latest(100), Web.Pinned("web-00001-old", 0, "stable")));
        await Web.ApplyAsync(run, Web.First(percent));
        var writes = run.Writes.Count;

        var result = await Web.TakeBackAsync(run);

        Assert.That(result, Is.TypeOf<StepResult.Done>());
        var back = run.Writes.Skip(writes).ToArray();
        Assert.That(back.Select(write => write.Template.Containers[0].Image), Is.EqualTo(new[] { Web.Image, Web.Before, Web.Before }));
        TrafficTarget[] pinned = [Web.Pinned("web-00001-old", 100), Web.Pinned("web-00001-old", 0, "stable")];
        Assert.That(back[0].Traffic, Is.EqualTo(pinned));
        Assert.That(back[1].Traffic, Is.EqualTo(pinned));
        Assert.That(back[2].Traffic, Is.EqualTo(new[] { Web.Latest(100), Web.Pinned("web-00001-old", 0, "stable") }));
        Assert.That(run.Service!.LatestReadyRevision, Does.EndWith(((StepResult.Done)result).Revision!));
    }

    [Test]
    public async Task Doing_it_twice_writes_nothing_more()
    {
        await using var run = await Web.StartAsync();
        await Web.ApplyAsync(run, Web.First(30));
        var once = await Web.TakeBackAsync(run);
        var writes = run.Writes.Count;

        Assert.That(await Web.TakeBackAsync(run), Is.EqualTo(once));
        Assert.That(run.Writes, Has.Count.EqualTo(writes));
    }

    [TestCase(0)]
    [TestCase(100)]
    public async Task What_never_became_ready_is_taken_back_too(int percent)
    {
        await using var run = await Web.StartAsync();
        run.Fates.Enqueue(DidNotStart);
        Assert.That(await Web.ApplyAsync(run, Web.First(percent)), Is.TypeOf<StepResult.Failed>());

        var result = await Web.TakeBackAsync(run);

        Assert.That(result, Is.TypeOf<StepResult.Done>());
        Assert.That(run.Service!.Template.Containers[0].Image, Is.EqualTo(Web.Before));
        Assert.That(run.Service.Traffic, Is.EqualTo(new[] { Web.Latest(100) }));
    }

    [Test]
    public async Task Where_the_old_image_cannot_start_any_more_the_old_revision_keeps_the_traffic()
    {
        await using var run = await Web.StartAsync();
        await Web.ApplyAsync(run, Web.First(30));
        run.Fates.Enqueue(DidNotStart);

        var result = await Web.TakeBackAsync(run);

        Assert.That(result, Is.EqualTo(new StepResult.Done("web-00001-old")), "users are served as before, and somebody else's image is not to blame");
        Assert.That(run.Service!.Traffic, Is.EqualTo(new[] { Web.Pinned("web-00001-old", 100) }));
    }

    [Test]
    public async Task A_revision_that_is_gone_is_replaced_by_a_new_one_of_its_image()
    {
        await using var run = await Web.StartAsync();
        await Web.ApplyAsync(run, Web.First(100));
        run.Revisions.Remove(Web.FirstRevision);
        var writes = run.Writes.Count;

        var result = await Web.TakeBackAsync(run);

        Assert.That(result, Is.EqualTo(new StepResult.Done("web-00003-new")));
        Assert.That(run.Writes, Has.Count.EqualTo(writes + 1));
        Assert.That(run.Service!.Template.Containers[0].Image, Is.EqualTo(Web.Before));
    }

    [Test]
    public async Task Without_a_revision_and_without_an_image_there_is_no_way_back()
    {
        await using var run = await Web.StartAsync();
        await Web.ApplyAsync(run, Web.First(100));
        var writes = run.Writes.Count;

        var result = await Web.TakeBackAsync(run, Web.Return(new Footing(null, "web-00009-gone")));

        Assert.That(ApplyFaultTests.CodeOf<StepResult.Failed>(result), Is.EqualTo("target.noWayBack"));
        Assert.That(run.Writes, Has.Count.EqualTo(writes));
    }

    [Test]
    public async Task Where_only_the_revision_is_known_it_gets_the_traffic_and_the_template_stays()
    {
        await using var run = await Web.StartAsync();
        await Web.ApplyAsync(run, Web.First(100));

        var result = await Web.TakeBackAsync(run, Web.Return(new Footing(null, "web-00001-old")));

        Assert.That(result, Is.EqualTo(new StepResult.Done("web-00001-old")));
        Assert.That(run.Service!.Traffic, Is.EqualTo(new[] { Web.Pinned("web-00001-old", 100) }));
    }

    [Test]
    public async Task What_is_taken_back_leaves_our_notes_of_what_is_gone_back_to()
    {
        await using var run = await Web.StartAsync();
        await Web.ApplyAsync(run, Web.First(30));
        await Web.TakeBackAsync(run);

        var notes = run.Service!.Annotations;
        Assert.That(notes["cdautomation.dev/image"], Is.EqualTo(Web.Before));
        Assert.That(notes["cdautomation.dev/release"], Is.EqualTo("0123456789ab"));
        Assert.That(notes["owner"], Is.EqualTo("team-web"));
        Assert.That(notes.Keys, Has.None.Contains("before").And.None.Contains("canary"));
        Assert.That(notes["cdautomation.dev/order"], Is.EqualTo(Web.Return().Id));
    }

    [Test]
    public async Task Where_nothing_is_found_to_be_taken_back_only_a_note_is_written()
    {
        await using var run = await Web.StartAsync();
        var before = run.Service!.Clone();

        Assert.That(await Web.TakeBackAsync(run), Is.TypeOf<StepResult.Done>());

        var write = run.Writes.Single();
        Assert.That((write.Template.Containers, write.Traffic), Is.EqualTo((before.Template.Containers, before.Traffic)));
        Assert.That(await Web.TakeBackAsync(run), Is.TypeOf<StepResult.Done>());
        Assert.That(run.Writes, Has.Count.EqualTo(1), "it is noted there already");
    }

    [Test]
    public async Task What_a_read_does_not_show_yet_is_taken_back_all_the_same()
    {
        await using var run = await Web.StartAsync();
        var old = run.Service!.Clone();
        await Web.ApplyAsync(run, Web.First(100));
        var now = run.Service;
        run.BeforeReads.Enqueue(() => run.Service = old);
        run.BeforeWrites.Enqueue(() => run.Service = now);

        Assert.That(await Web.TakeBackAsync(run), Is.TypeOf<StepResult.Done>());
        Assert.That(run.Service!.Template.Containers[0].Image, Is.EqualTo(Web.Before));
    }

    [Test]
    public async Task A_stale_order_takes_nothing_back()
    {
        await using var run = await Web.StartAsync();
        await Web.ApplyAsync(run, Web.First(30));
        var writes = run.Writes.Count;

        Assert.That(await Web.TakeBackAsync(run, stillWanted: () => false), Is.EqualTo(new StepResult.NotWanted()));
        Assert.That(run.Writes, Has.Count.EqualTo(writes));
    }
}
