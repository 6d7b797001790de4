using CdAutomation.Domain.Images;
using CdAutomation.Domain.Rollouts;
using CdAutomation.Domain.Targets;
using Task = System.Threading.Tasks.Task;

namespace CdAutomation.GoogleCloud.Tests.CloudRun;

public sealed class DriftTests
{
    private const string Other = "asia-northeast1-docker.pkg.dev/acme/app/web:v9.9.9";

    [TestCase(0)]
    [TestCase(50)]
    [TestCase(100)]
    public async Task What_somebody_else_deployed_is_told_and_left_alone(int percent)
    {
        await using var run = await Web.StartAsync();
        run.ChangeByOther(service => service.Template.Containers[0].Image = Other);

        var result = await Web.ApplyAsync(run, Web.Step(percent));

        Assert.That(result, Is.TypeOf<StepResult.Drifted>());
        var reason = ((StepResult.Drifted)result).Reason;
        Assert.That(reason.Code, Is.EqualTo("target.drifted"));
        Assert.That(reason.Sentence, Does.Contain("web-00002-new").And.Contain(Other).And.Contain(Web.Before).And.Contain("'somebody@example.com'"));
        Assert.That(run.CallsOf("UpdateService"), Is.Zero);
    }

    [TestCase(0)]
    [TestCase(100)]
    public async Task A_split_by_hand_is_told_and_left_alone_with_or_without_knowing_what_served(int percent)
    {
        foreach (var order in new[] { Web.First(percent), Web.Step(percent) })
        {
            await using var run = await Web.StartAsync();
            run.ChangeByOther(service => service.Template.Containers[0].Image = Other);
            run.ChangeByOther(service =>
            {
                service.Traffic.Clear();
                service.Traffic.Add([Web.Pinned("web-00001-old", 60), Web.Latest(40)]);
            });

            var result = await Web.ApplyAsync(run, order);

            Assert.That(result, Is.TypeOf<StepResult.Drifted>());
            Assert.That(((StepResult.Drifted)result).Reason.Code, Is.EqualTo("target.split"));
            Assert.That(((StepResult.Drifted)result).Reason.Sentence, Does.Contain("web-00001-old, web-00002-new"));
            Assert.That(run.CallsOf("UpdateService"), Is.Zero);
        }
    }

    [Test]
    public async Task The_same_image_in_another_revision_is_no_drift_and_is_gone_on_from()
    {
        var digest = $"{Web.Repository}@sha256:{new string('d', 64)}";
        var service = Web.Service(Web.Latest(100));
        service.Template.Containers[0].Image = digest;
        await using var run = await Web.StartAsync(service);
        run.Revisions[Web.FirstRevision].Containers[0].Image = digest;
        run.ChangeByOther(it => it.Template.Labels["changed"] = "by hand");
        var before = new Footing(ImageReference.Parse($"{Web.Repository}:v1.0.0@sha256:{new string('d', 64)}"), "web-00001-old");

        var result = await Web.ApplyAsync(run, Web.Step(30) with { Before = before });

        Assert.That(((StepResult.Done)result).Before, Is.EqualTo(before with { Revision = "web-00002-new" }));
        Assert.That(run.Service!.Traffic.Take(2), Is.EqualTo(new[] { Web.Pinned("web-00002-new", 70), Web.Pinned("web-00003-new", 30) }));
        Assert.That(run.Service.Template.Labels["changed"], Is.EqualTo("by hand"));
    }

    [Test]
    public async Task Between_two_steps_a_person_who_deploys_beside_the_canary_is_not_overwritten()
    {
        await using var run = await Web.StartAsync();
        await Web.ApplyAsync(run, Web.First(10));
        run.ChangeByOther(service => service.Template.Containers[0].Image = Other);
        var writes = run.Writes.Count;

        var result = await Web.ApplyAsync(run, Web.Step(50));

        Assert.That(result, Is.TypeOf<StepResult.Drifted>());
        Assert.That(((StepResult.Drifted)result).Reason.Sentence, Does.Contain(Other));
        Assert.That(run.Writes, Has.Count.EqualTo(writes));
    }

    [Test]
    public async Task A_person_who_writes_between_our_look_and_our_write_is_seen_by_the_next_look()
    {
        await using var run = await Web.StartAsync();
        run.BeforeWrites.Enqueue(() => run.ChangeByOther(service => service.Template.Containers[0].Image = Other));

        var result = await Web.ApplyAsync(run, Web.Step(10));

        Assert.That(result, Is.TypeOf<StepResult.Drifted>());
        Assert.That(run.Writes, Is.Empty);
    }

    [Test]
    public async Task What_is_ours_already_is_no_drift_wherever_the_traffic_is()
    {
        await using var run = await Web.StartAsync();
        await Web.ApplyAsync(run, Web.First(10));
        run.ChangeByOther(service =>
        {
            service.Traffic.Clear();
            service.Traffic.Add(Web.Latest(100));
        });

        var result = await Web.ApplyAsync(run, Web.Step(50));

        Assert.That(result, Is.TypeOf<StepResult.Done>());
        Assert.That(run.Service!.Traffic.Take(2), Is.EqualTo(new[] { Web.Pinned("web-00001-old", 50), Web.Pinned("web-00002-new", 50) }));
    }

    [Test]
    public async Task Going_back_does_not_write_over_what_a_person_deployed()
    {
        await using var run = await Web.StartAsync();
        await Web.ApplyAsync(run, Web.First(100));
        run.ChangeByOther(service => service.Template.Containers[0].Image = Other);
        var writes = run.Writes.Count;

        Assert.That(await Web.TakeBackAsync(run), Is.TypeOf<StepResult.Drifted>());
        Assert.That(run.Writes, Has.Count.EqualTo(writes));
    }
}
