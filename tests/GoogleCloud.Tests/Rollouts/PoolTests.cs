using CdAutomation.Domain.Decisions;
using CdAutomation.Domain.Policies;
using CdAutomation.Domain.Targets;
using Google.Cloud.Run.V2;
using Task = System.Threading.Tasks.Task;

namespace CdAutomation.GoogleCloud.Tests.Rollouts;

/// <summary>A worker pool takes a release by parts of its instances.</summary>
public sealed class PoolTests
{
    private static readonly Target Crew = Cloud.Pool("acme", "crew");

    private Cloud _cloud = null!;

    [SetUp]
    public async Task Begins()
    {
        _cloud = await Cloud.StartAsync();
        await _cloud.CreateAsync(Crew);
    }

    [TearDown]
    public async Task Ends() => await _cloud.DisposeAsync();

    [Test]
    public async Task Half_of_the_instances_first_and_then_all()
    {
        using var house = new House(_cloud, Stage());
        var old = (await _cloud.PoolAsync(Crew)).LatestReadyRevision.Split('/')[^1];
        await house.PushAsync("v1.1.0");

        var half = await _cloud.PoolAsync(Crew);
        var next = half.LatestReadyRevision.Split('/')[^1];
        Assert.That(SplitsOf(half), Is.EquivalentTo(new[] { (old, 50), (next, 50) }));
        await house.TickUntilAsync("v1.1.0");

        var whole = await _cloud.PoolAsync(Crew);
        Assert.That(await house.EndsAsync("v1.1.0"), Is.EqualTo(new[] { Outcome.Deployed }));
        Assert.That(SplitsOf(whole), Is.EqualTo(new[] { ("", 100) }));
        Assert.That(whole.Template.Containers[0].Image, Is.EqualTo(Images.Reference("crew", "v1.1.0")));
        Assert.That(await _cloud.RevisionsAsync(Crew), Has.Count.EqualTo(2), "one revision a digest");
    }

    [Test]
    public async Task One_that_does_not_stay_up_is_taken_back()
    {
        using var house = new House(_cloud, Stage());
        await house.PushAsync("v1.1.0", "crew", Nature.FailsToStart);
        await house.TickUntilAsync("v1.1.0");
        await house.TickAsync(2);

        var pool = await _cloud.PoolAsync(Crew);
        Assert.That(await house.EndsAsync("v1.1.0"), Is.EqualTo(new[] { Outcome.Failed }));
        Assert.That((pool.Template.Containers[0].Image, pool.TerminalCondition.State),
            Is.EqualTo((Images.Reference("crew", "v1.0.0"), Condition.Types.State.ConditionSucceeded)));
        Assert.That(SplitsOf(pool), Is.EqualTo(new[] { ("", 100) }));
    }

    private static (string, int)[] SplitsOf(WorkerPool pool)
    {
        Assert.That(pool.InstanceSplitStatuses.Select(it => (it.Revision, it.Percent)), Is.EqualTo(pool.InstanceSplits.Select(it => (it.Revision, it.Percent))));
        return [.. pool.InstanceSplits.Select(it => (it.Revision, it.Percent))];
    }

    private static StagePolicy Stage() => new("production", [Crew], [])
    {
        Strategy = Strategy.AllAtOnce with { Canary = new Canary([new CanaryStep.SetWeight(50), new CanaryStep.Pause(TimeSpan.FromMinutes(1))]) },
    };
}
