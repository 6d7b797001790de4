using System.Collections.Immutable;
using CdAutomation.Domain.Decisions;
using CdAutomation.Domain.Policies;
using CdAutomation.Domain.Releases;
using CdAutomation.Domain.Rollouts;
using CdAutomation.Domain.Rollouts.Analysis;
using CdAutomation.Domain.Targets;
using CdAutomation.Domain.Tests.Analysis;

namespace CdAutomation.Domain.Tests.Decisions;

/// <summary>What is measured of a canary is judged by the decision, and by nobody else.</summary>
internal sealed class MeasurementStories
{
    private static readonly DateTimeOffset ExposedSince = Story.Start.AddMinutes(-30);

    [Test]
    public void The_more_can_alarm_the_more_an_alarm_needs()
    {
        var errors = Enumerable.Range(1, 100).ToArray();
        var (once, often) = (errors.First(count => Fails(count, services: 1, shares: [100])), errors.First(count => Fails(count, services: 3, shares: [5, 50, 100])));
        Assert.That(often, Is.GreaterThan(once).And.LessThan(2 * once));
    }

    [Test]
    public void A_late_measurement_of_an_earlier_share_still_finds_harm_and_proves_nothing()
    {
        var earlier = ExposedSince.AddMinutes(-20);
        Assert.That(After(0, from: earlier).Rollout, Is.Not.Null.And.Property(nameof(Rollout.Trouble)).Null);
        Assert.That(Judged(After(0, from: earlier)), Is.Null);
        Assert.That(Judged(After(0, from: ExposedSince))!.Healthy, Is.True);
        Assert.That(After(100, from: earlier).Rollout!.Trouble!.Code, Is.EqualTo("analysis.errors.limit"));
    }

    [Test]
    public void Metrics_that_cannot_be_read_say_why_and_change_nothing_else()
    {
        var stage = After(new Reason("analysis.unread", "nobody answered"), 1, [100], ExposedSince);
        Assert.That(Judged(stage), Is.EqualTo(new Judged(null, new("analysis.unread", "nobody answered"), Story.Start)));
        Assert.That(stage.Rollout!.Trouble, Is.Null);
    }

    private static Judged? Judged(StageState stage) => stage.Rollout!.Targets.Values.Select(each => each.Judged).SingleOrDefault();

    private static bool Fails(int errors, int services, int[] shares) => After(Seen(errors, ExposedSince), services, shares, ExposedSince).Rollout!.Trouble is not null;

    private static StageState After(int errors, DateTimeOffset from) => After(Seen(errors, from), 1, [100], from);

    private static StageState After(Parsed<Period> seen, int services, int[] shares, DateTimeOffset from)
    {
        var policy = Policy(services);
        var stage = policy.Stages[0];
        var release = Release.Of(ImmutableSortedDictionary<string, ReleaseImage>.Empty.Add("web", new(Story.Web, Story.DigestOf("v1.1.0"), "v1.1.0", Story.Start)));
        var rollout = new Rollout(release, Story.Start.AddHours(-1), null, "event/1")
        {
            Plan = [.. shares.SelectMany(share => (RolloutStep[])[new RolloutStep.Shift(share), new RolloutStep.Pause(TimeSpan.FromHours(2))])],
            At = 1,
            ExposedSince = ExposedSince,
            Targets = stage.Targets.ToImmutableSortedDictionary(
                target => target.ResourceName,
                target => new TargetProgress(new(release.Lead.Reference, $"{target.Name}-1"), $"{target.Name}-2", null, shares[0], null)),
        };
        var owed = new Effect.Measure("measure", Story.Start, 0, stage.Name, stage.Targets[0], "web-2", "web-1", from);
        var state = PipelineState.New with
        {
            Stages = PipelineState.New.Stages.SetItem(stage.Name, StageState.New with { Rollout = rollout }),
            Owed = [owed],
        };
        var situation = new Situation(policy, new('c', 40), state, [new Observation.Measured(owed.Id, seen)], "tick", Story.Start, Patience.Default);
        return Decider.Decide(situation).Next.StageNamed(stage.Name);
    }

    private static Parsed<Period> Seen(int errors, DateTimeOffset from) => new Period(Measured.Span(from, 10), Measured.Traffic(500, errors), Measured.Traffic(500, 0));

    private static PipelinePolicy Policy(int services)
    {
        var web = new Story().Policy;
        return web with
        {
            Stages =
            [
                new StagePolicy("production", [.. Enumerable.Range(1, services).Select(at => new Target("acme", "asia-northeast1", $"web{at}", "web", null))], [])
                {
                    Strategy = Strategy.AllAtOnce with { Analysis = Measured.Policy() },
                },
            ],
        };
    }
}
