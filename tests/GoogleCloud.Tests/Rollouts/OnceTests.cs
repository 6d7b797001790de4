using CdAutomation.Domain.Decisions;
using CdAutomation.Domain.Policies;

namespace CdAutomation.GoogleCloud.Tests.Rollouts;

/// <summary>A job is started once, whatever the answers are and whenever the worker dies.</summary>
public sealed class OnceTests
{
    private Cloud _cloud = null!;

    [SetUp]
    public async Task Begins() => _cloud = await Cloud.StartAsync();

    [TearDown]
    public async Task Ends() => await _cloud.DisposeAsync();

    [Test]
    public async Task The_job_before_a_rollout_has_ended_before_anything_is_changed()
    {
        using var house = await BuildAsync(Before("acme"));
        await house.PushAsync("v1.1.0");

        var execution = (await _cloud.ExecutionsAsync(Cloud.Job("acme", "migrate"))).Single();
        var service = await _cloud.ServiceAsync(Cloud.Service("acme", "web"));
        Assert.That(await house.EndsAsync("v1.1.0"), Is.EqualTo(new[] { Outcome.Deployed }));
        Assert.That(execution.Template.Containers[0].Image, Is.EqualTo(Images.Reference("web", "v1.1.0")));
        Assert.That(execution.Template.Containers[0].Args, Is.EqualTo(new[] { "migrate", "up" }));
        Assert.That((execution.SucceededCount, service.Generation), Is.EqualTo((1, 2L)));
        Assert.That(execution.CompletionTime, Is.LessThan(service.UpdateTime));
    }

    [Test]
    public async Task A_job_that_fails_stops_the_release_and_is_not_started_again()
    {
        using var house = await BuildAsync(Before("acme"));
        await house.PushAsync("v1.1.0", "web", Nature.FailsToStart);
        await house.TickAsync(3);

        var failed = (await house.RecordsAsync("v1.1.0")).Single(record => record.Outcome == Outcome.Failed);
        Assert.That(failed.Reason.Code, Is.EqualTo("job.failed"));
        Assert.That(failed.Reason.Sentence, Does.Contain("code 1").And.Contain("of 1 tasks 0 succeeded, 1 failed"));
        Assert.That(await _cloud.ExecutionsAsync(Cloud.Job("acme", "migrate")), Has.Count.EqualTo(1));
        Assert.That((await _cloud.ServiceAsync(Cloud.Service("acme", "web"))).Generation, Is.EqualTo(1), "nobody touched it");

        await house.PushAsync("v1.2.0");
        Assert.That(await house.EndsAsync("v1.2.0"), Is.EqualTo(new[] { Outcome.Deployed }));
        Assert.That(await _cloud.ExecutionsAsync(Cloud.Job("acme", "migrate")), Has.Count.EqualTo(2));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Every_write_is_answered_UNAVAILABLE_after_it_was_committed_the_worker_dies_between_any_two_steps_and_the_job_runs_once(bool before)
    {
        var deaths = 0;
        for (var died = true; died; deaths++)
        {
            var project = $"acme-{deaths}";
            var stage = before ? Before(project) : After(project);
            using var house = await BuildAsync(stage);
            _cloud.Faults.FailNextWritesAfterCommit(int.MaxValue);
            died = await house.PushAndDieAsync(deaths + 1, "v1.1.0");
            _cloud.Faults.FailNextWritesAfterCommit(0);

            var job = before ? Cloud.Job(project, "migrate") : Cloud.Job(project, "nightly");
            var where = $"killed at call {deaths + 1}";
            var executions = await _cloud.ExecutionsAsync(job);
            Assert.That(executions.Select(it => it.Name), Has.One.Items.And.One.Contains($"/executions/{job.Name}-cd-"), where);
            Assert.That(executions[0].Template.Containers[0].Image, Is.EqualTo(Images.Reference(before ? "web" : "nightly", "v1.1.0")), where);
            Assert.That(await house.EndsAsync("v1.1.0"), Is.EqualTo(new[] { Outcome.Deployed }), where);
            var service = await _cloud.ServiceAsync(Cloud.Service(project, "web"));
            Assert.That(service.Template.Containers[0].Image, Is.EqualTo(Images.Reference("web", "v1.1.0")), where);
            Assert.That((service.TrafficStatuses.Single().Percent, service.LatestReadyRevision), Is.EqualTo((100, service.LatestCreatedRevision)), where);
            Assert.That(await _cloud.RevisionsAsync(Cloud.Service(project, "web")), Has.Count.EqualTo(2), where);
        }

        Assert.That(deaths, Is.GreaterThan(40), "it has that many steps at least");
    }

    private async Task<House> BuildAsync(StagePolicy stage)
    {
        foreach (var target in stage.Targets)
            await _cloud.CreateAsync(target);
        if (stage.Strategy.Predeploy is { } job)
            await _cloud.CreateAsync(Cloud.Job(stage.Targets[0].Project, job.Job));
        return new House(_cloud, stage);
    }

    private static StagePolicy Before(string project) => new("production", [Cloud.Service(project, "web")], [])
    {
        Strategy = Strategy.AllAtOnce with { Predeploy = new Predeploy("migrate", "web", ["migrate", "up"], TimeSpan.FromHours(2)) },
    };

    private static StagePolicy After(string project) =>
        new("production", [Cloud.Job(project, "nightly", run: true), Cloud.Service(project, "web")], []);
}
