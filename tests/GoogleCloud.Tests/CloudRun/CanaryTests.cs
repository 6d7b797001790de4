using CdAutomation.Domain.Rollouts;
using Google.Cloud.Run.V2;
using Task = System.Threading.Tasks.Task;

namespace CdAutomation.GoogleCloud.Tests.CloudRun;

public sealed class CanaryTests
{
    private const string New = "web-00002-new";

    [Test]
    public async Task At_nothing_the_revision_is_made_beside_what_serves_and_then_has_an_address()
    {
        await using var run = await Web.StartAsync();

        var result = await Web.ApplyAsync(run, Web.First(0));

        Assert.That(result, Is.EqualTo(Web.Done(New) with { Address = Web.Address }));
        Assert.That(run.Writes, Has.Count.EqualTo(2));
        Assert.That(run.Writes[0].Traffic, Is.EqualTo(new[] { Web.Pinned("web-00001-old", 100) }));
        Assert.That(run.Writes[0].Template.Containers[0].Image, Is.EqualTo(Web.Image));
        Assert.That(run.Writes[1].Traffic, Is.EqualTo(new[] { Web.Pinned("web-00001-old", 100), Web.Pinned(New, 0, "cd-aaaaaaa") }));
        Assert.That(run.Writes.Select(write => write.Template.Revision), Is.All.Empty);
    }

    [Test]
    public async Task Step_by_step_the_traffic_moves_one_revision_is_made_and_nothing_of_ours_is_left_behind()
    {
        await using var run = await Web.StartAsync(Web.Service(Web.Latest(100), Web.Pinned("web-00001-old", 0, "stable")));

        await Web.ApplyAsync(run, Web.First(0));
        var ten = await Web.ApplyAsync(run, Web.Step(10, "order-2"));
        Assert.That(run.Service!.Traffic, Is.EqualTo(new[]
        {
            Web.Pinned("web-00001-old", 90), Web.Pinned(New, 10), Web.Pinned(New, 0, "cd-aaaaaaa"), Web.Pinned("web-00001-old", 0, "stable"),
        }));
        var all = await Web.ApplyAsync(run, Web.Step(100, "order-3"));

        Assert.That(ten, Is.EqualTo(new StepResult.Done(New) { Address = Web.Address }));
        Assert.That(all, Is.EqualTo(new StepResult.Done(New)));
        Assert.That(run.Service!.Traffic, Is.EqualTo(new[] { Web.Latest(100), Web.Pinned("web-00001-old", 0, "stable") }));
        Assert.That(run.Service.Annotations.Keys, Has.No.Member("cdautomation.dev/canary"));
        Assert.That(run.Revisions, Has.Count.EqualTo(2));
        Assert.That(run.Writes, Has.Count.EqualTo(4));
    }

    [TestCase(0)]
    [TestCase(30)]
    [TestCase(100)]
    public async Task Doing_it_twice_writes_nothing_more_and_tells_the_same(int percent)
    {
        await using var run = await Web.StartAsync();

        var once = await Web.ApplyAsync(run, Web.First(percent));
        var writes = run.Writes.Count;
        var twice = await Web.ApplyAsync(run, Web.First(percent));

        Assert.That(once, Is.TypeOf<StepResult.Done>());
        Assert.That(twice, Is.EqualTo(once));
        Assert.That(run.Writes, Has.Count.EqualTo(writes));
    }

    [Test]
    public async Task What_served_is_known_from_the_traffic_alone_where_the_answer_was_lost_and_the_notes_too()
    {
        await using var run = await Web.StartAsync();
        await Web.ApplyAsync(run, Web.First(20));
        run.ChangeByOther(service => service.Annotations.Clear());

        var again = await Web.ApplyAsync(run, Web.First(20));

        Assert.That(again, Is.EqualTo(Web.Done(New) with { Address = Web.Address }));
    }

    [Test]
    public async Task What_somebody_pinned_by_hand_is_what_served()
    {
        await using var run = await Web.StartAsync();
        run.ChangeByOther(service => service.Template.Containers[0].Image = $"{Web.Repository}:v2.0.0");
        run.ChangeByOther(service => service.Traffic.Add(Web.Pinned("web-00001-old", 100)));
        run.ChangeByOther(service => service.Traffic.RemoveAt(0));

        var result = await Web.ApplyAsync(run, Web.First(50));

        Assert.That(((StepResult.Done)result).Before, Is.EqualTo(Web.Footing));
        Assert.That(run.Service!.Traffic.Take(2), Is.EqualTo(new[]
        {
            Web.Pinned("web-00001-old", 50), Web.Pinned(TrafficNew(result), 50),
        }));
    }

    [Test]
    public async Task A_canary_that_is_replaced_is_cleaned_up()
    {
        await using var run = await Web.StartAsync();
        await Web.ApplyAsync(run, Web.First(25));
        var order = Web.Step(40, "order-7");
        order = order with
        {
            Image = order.Image with { Digest = Domain.Images.Digest.Parse("sha256:" + new string('b', 64)) },
            Note = order.Note with { Release = new string('b', 12) },
        };

        var result = await Web.ApplyAsync(run, order);

        Assert.That(((StepResult.Done)result).Address, Is.EqualTo("https://cd-bbbbbbb---web-1-an.a.run.app"));
        Assert.That(run.Writes[2].Traffic, Is.EqualTo(new[] { Web.Pinned("web-00001-old", 100) }));
        Assert.That(run.Service!.Traffic, Is.EqualTo(new[]
        {
            Web.Pinned("web-00001-old", 60), Web.Pinned(TrafficNew(result), 40), Web.Pinned(TrafficNew(result), 0, "cd-bbbbbbb"),
        }));
    }

    [Test]
    public async Task A_canary_that_is_replaced_is_known_without_its_tag_and_by_the_first_order_too()
    {
        await using var run = await Web.StartAsync();
        await Web.ApplyAsync(run, Web.First(25));
        run.ChangeByOther(service => service.Traffic.Remove(service.Traffic.Single(entry => entry.Tag.Length > 0)));
        var order = Web.First(40) with { Id = "order-7" };
        order = order with { Image = order.Image with { Digest = Domain.Images.Digest.Parse("sha256:" + new string('b', 64)) } };

        Assert.That(((StepResult.Done)await Web.ApplyAsync(run, order)).Before, Is.EqualTo(Web.Footing));
    }

    [TestCase(36, "cd-aaaaaaa")]
    [TestCase(39, "cd-aaaa")]
    [TestCase(40, null)]
    public async Task A_tag_that_does_not_fit_is_shortened_or_left_out(int length, string? tag)
    {
        var target = Web.Target with { Name = "web-" + new string('w', length - 4) };
        await using var run = await Web.StartAsync();

        // The model has one service, whatever it is called.
        run.Service!.Name = target.ResourceName;
        run.Revisions[$"{target.ResourceName}/revisions/web-00001-old"] = run.Revisions[Web.FirstRevision];
        var result = await Web.ApplyAsync(run, Web.First(0, target));

        Assert.That(((StepResult.Done)result).Address is null, Is.EqualTo(tag is null));
        Assert.That(run.Service.Traffic.Where(entry => entry.Tag.Length > 0).Select(entry => entry.Tag),
            Is.EqualTo(tag is null ? Array.Empty<string>() : [tag]));
    }

    [Test]
    public async Task A_revision_that_cannot_be_ready_gets_no_traffic_and_no_address()
    {
        await using var run = await Web.StartAsync();
        run.Fates.Enqueue(new Condition { State = Condition.Types.State.ConditionFailed, Message = "failed to start and listen" });

        var result = await Web.ApplyAsync(run, Web.First(0));
        var again = await Web.ApplyAsync(run, Web.First(0));

        Assert.That(ApplyFaultTests.CodeOf<StepResult.Failed>(result), Is.EqualTo("run.didNotStart"));
        Assert.That(again, Is.EqualTo(result));
        Assert.That(run.Writes.Single().Traffic, Is.EqualTo(new[] { Web.Pinned("web-00001-old", 100) }));
    }

    [Test]
    public async Task An_order_taken_back_between_its_two_writes_is_left_there()
    {
        await using var run = await Web.StartAsync();
        var answers = new Queue<bool>([true, false]);

        Assert.That(await Web.ApplyAsync(run, Web.First(10), answers.Dequeue), Is.EqualTo(new StepResult.NotWanted()));
        Assert.That(run.Service!.Traffic, Is.EqualTo(new[] { Web.Pinned("web-00001-old", 100) }));
    }

    [Test]
    public async Task A_service_where_nothing_has_served_yet_has_nothing_to_share_with()
    {
        var service = Web.Service();
        (service.LatestReadyRevision, service.LatestCreatedRevision) = ("", "");
        await using var run = await Web.StartAsync(service);

        var result = await Web.ApplyAsync(run, Web.First(10));

        Assert.That(result, Is.EqualTo(new StepResult.Done(New) { Address = Web.Address }));
        Assert.That(run.Service!.Traffic, Is.EqualTo(new[] { Web.Latest(100), Web.Pinned(New, 0, "cd-aaaaaaa") }));
    }

    private static string TrafficNew(StepResult result) => ((StepResult.Done)result).Revision!;
}
