using CdAutomation.Domain.Decisions;
using CdAutomation.Domain.Policies;
using CdAutomation.Domain.Targets;
using Google.Cloud.Run.V2;
using Grpc.Core;
using Task = System.Threading.Tasks.Task;

namespace CdAutomation.GoogleCloud.Tests.Rollouts;

/// <summary>Two services and a job are one stage: all of them run the new release, or none does.</summary>
public sealed class TogetherTests
{
    private const string Tag = "v1.1.0";

    /// <summary>What goes wrong at which target, and at which step of the rollout.</summary>
    public sealed record Trouble(string Target, string Step)
    {
        internal Nature Nature { get; init; } = Nature.Good;

        internal Func<Call, Wire, bool> Refuses { get; init; } = (_, _) => false;

        public override string ToString() => $"{Target}: {Step}";
    }

    private Cloud _cloud = null!;
    private int _projects;

    [OneTimeSetUp]
    public async Task Begins() => _cloud = await Cloud.StartAsync();

    [OneTimeTearDown]
    public async Task Ends() => await _cloud.DisposeAsync();

    [Test]
    public async Task Without_trouble_all_three_run_the_new_release_and_the_job_is_changed_last()
    {
        var targets = await TargetsAsync();
        using var house = new House(_cloud, Stage(targets));
        await house.PushAsync(Tag);
        await house.TickUntilAsync(Tag);

        Assert.That(await house.EndsAsync(Tag), Is.EqualTo(new[] { Outcome.Deployed }));
        foreach (var target in targets.Where(target => target.Kind == TargetKind.Service))
            Assert.That(await ServedAsync(target), Is.EqualTo(new[] { Images.Reference(target.Image, Tag) }));
        Assert.That((await _cloud.ExecutionsAsync(targets[1])).Single().Template.Containers[0].Image, Is.EqualTo(Images.Reference("nightly", Tag)));
        Assert.That(house.Wire.Calls.Where(call => call.IsWrite).Select(call => call.Resource).Last(), Is.EqualTo(targets[1].ResourceName));
        Assert.That(house.Wire.WritesTo(targets[0].ResourceName), Is.EqualTo(4), "as many writes as the table below refuses, one at a time");
    }

    [TestCaseSource(nameof(Troubles))]
    public async Task Failing_any_one_of_the_three_at_any_step_leaves_all_three_on_the_old_digests(Trouble trouble)
    {
        var targets = await TargetsAsync();
        using var house = new House(_cloud, Stage(targets));
        var name = targets.Single(target => target.Name == trouble.Target).ResourceName;
        house.Wire.Refusal = call => call.Resource == name && trouble.Refuses(call, house.Wire)
            ? new Status(StatusCode.PermissionDenied, "Permission 'run.services.update' denied.")
            : null;

        await house.PushAsync(Tag, trouble.Target, trouble.Nature);
        await house.TickUntilAsync(Tag);
        house.Wire.Refusal = _ => null;
        await house.TickAsync(2);

        Assert.That(await house.EndsAsync(Tag), Does.Contain(Outcome.Failed).And.Not.Contain(Outcome.Deployed));
        foreach (var target in targets.Where(target => target.Kind == TargetKind.Service))
        {
            var service = await _cloud.ServiceAsync(target);
            Assert.That(service.Template.Containers[0].Image, Is.EqualTo(Images.Reference(target.Image, "v1.0.0")), target.Name);
            Assert.That(await ServedAsync(target), Is.EqualTo(new[] { Images.Reference(target.Image, "v1.0.0") }), target.Name);
            Assert.That(service.Traffic.Where(entry => entry.Percent > 0).Select(entry => entry.Type),
                Is.EqualTo(new[] { TrafficTargetAllocationType.Latest }), target.Name);
            Assert.That((service.Reconciling, service.TerminalCondition.State), Is.EqualTo((false, Condition.Types.State.ConditionSucceeded)), target.Name);
        }

        var job = await _cloud.JobAsync(targets[1]);
        Assert.That(job.Template.Template.Containers[0].Image, Is.EqualTo(Images.Reference("nightly", "v1.0.0")));
        Assert.That(job.TerminalCondition.State, Is.EqualTo(Condition.Types.State.ConditionSucceeded));
        Assert.That(await _cloud.ExecutionsAsync(targets[1]), Is.Empty, "nothing of the new release ever ran");
    }

    private static IEnumerable<Trouble> Troubles()
    {
        foreach (var service in new[] { "web", "api" })
        {
            yield return new(service, "its image is not in the registry") { Nature = Nature.Missing };
            yield return new(service, "its new revision does not start") { Nature = Nature.FailsToStart };
            yield return new(service, "its new revision is made, and the write is refused") { Refuses = NthWrite(1) };
            yield return new(service, "its new revision gets an address, and the write is refused") { Refuses = NthWrite(2) };
            yield return new(service, "its new revision answers wrongly without traffic") { Nature = Nature.AnswersWrongly };
            yield return new(service, "its new revision gets half of the traffic, and the write is refused") { Refuses = NthWrite(3) };
            yield return new(service, "its new revision gets all of the traffic, and the write is refused") { Refuses = NthWrite(4) };
        }

        yield return new("nightly", "it is looked at before anything moves, and the read is refused")
        {
            Refuses = (call, wire) => call.Method == "GetJob" && wire.Calls.Any(other => other.IsWrite),
        };
        yield return new("nightly", "it is to be changed at the end, and from then on it cannot be read")
        {
            Refuses = (call, wire) => call.Method == "GetJob" && wire.Calls.Count(other => other.IsWrite) >= 8,
        };
        yield return new("nightly", "it is changed at the end, and the write is refused") { Refuses = NthWrite(1) };
        yield return new("nightly", "its image is not in the registry") { Nature = Nature.Missing };
    }

    private static Func<Call, Wire, bool> NthWrite(int number) => (call, _) => call.IsWrite && call.Nth == number;

    /// <summary>The images of what has traffic.</summary>
    private async Task<string[]> ServedAsync(Target target)
    {
        var service = await _cloud.ServiceAsync(target);
        var revisions = (await _cloud.RevisionsAsync(target)).ToDictionary(it => it.Name[(it.Name.LastIndexOf('/') + 1)..]);
        return
        [
            .. service.TrafficStatuses.Where(entry => entry.Percent > 0)
                .Select(entry => entry.Revision.Length > 0 ? entry.Revision : service.LatestReadyRevision[(service.LatestReadyRevision.LastIndexOf('/') + 1)..])
                .Select(name => revisions[name].Containers[0].Image),
        ];
    }

    private async Task<Target[]> TargetsAsync()
    {
        var project = $"acme-{Interlocked.Increment(ref _projects)}";
        Target[] targets = [Cloud.Service(project, "web"), Cloud.Job(project, "nightly", run: true), Cloud.Service(project, "api")];
        foreach (var target in targets)
            await _cloud.CreateAsync(target);
        return targets;
    }

    private static StagePolicy Stage(Target[] targets) => new("production", [.. targets], [])
    {
        Strategy = Strategy.AllAtOnce with
        {
            // An image that answers wrongly has a digest that begins with d.
            Verify = new Domain.Policies.Verification("/", 200, 2, "@sha256:[^d]"),
            Canary = new Canary([new CanaryStep.SetWeight(50), new CanaryStep.Pause(TimeSpan.FromMinutes(1))]),
        },
    };
}
