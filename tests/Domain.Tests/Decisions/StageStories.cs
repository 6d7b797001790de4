using System.Collections.Immutable;
using CdAutomation.Domain.Decisions;
using CdAutomation.Domain.Gates;
using CdAutomation.Domain.Policies;
using CdAutomation.Domain.Releases;
using CdAutomation.Domain.Rollouts;

namespace CdAutomation.Domain.Tests.Decisions;

/// <summary>What goes from stage to stage.</summary>
public sealed class StageStories
{
    private static readonly TimeSpan Soak = TimeSpan.FromMinutes(30);

    [Test]
    public void A_release_goes_on_when_it_has_served_the_stage_before_for_its_time()
    {
        var story = Story.OfTwoStages(Soak).Pushed("v1.1.0").Settles();
        Assert.That(story.State.StageNamed("staging").Serving!.Image!.Tag, Is.EqualTo("v1.1.0"));
        Assert.That(story.Serves, Is.Null);
        Assert.That(story.State.WakeAt, Is.LessThanOrEqualTo(story.Now + Soak));

        story.After(Soak - TimeSpan.FromSeconds(1)).Ticks().Settles();
        Assert.That(story.Serves, Is.Null);
        story.After(TimeSpan.FromSeconds(1)).Ticks().Settles();
        Assert.That(story.Serves, Is.EqualTo("v1.1.0"));
    }

    [Test]
    public void A_busy_repository_still_ships_since_each_release_ages_on_its_own()
    {
        var story = Story.OfTwoStages(Soak);
        var served = new List<string?>();
        for (var minute = 0; minute < 60; minute++)
        {
            story.Pushed($"v1.0.{minute}").Settles();
            served.Add(story.Serves);
            story.After(TimeSpan.FromMinutes(1));
        }

        Assert.That(served.Take(30), Is.All.Null);
        Assert.That(served.Skip(30), Is.EqualTo(Enumerable.Range(0, 30).Select(minute => $"v1.0.{minute}")));
    }

    [Test]
    public void What_failed_before_never_goes_on()
    {
        var story = Story.OfTwoStages(TimeSpan.Zero).Pushed("v1.1.0").Fails().Settles().After(Soak).Ticks().Settles();
        Assert.That(story.Serves, Is.Null);
        Assert.That(story.Journal.Last(record => record is { Stage: "production", Tag: "v1.1.0" }).Reason.Code, Is.EqualTo("candidate.failed"));
    }

    [Test]
    public void What_ran_in_the_stage_before_when_it_was_first_seen_counts_from_then()
    {
        var story = Story.OfTwoStages(Soak);
        story.Committed('d', policy => policy with { Stages = [policy.Stages[0] with { Targets = [policy.Stages[0].Targets[0] with { Name = "web-2" }] }, policy.Stages[1]] });
        story.Running("v1.3.0", stage: "staging").Pushed("v1.3.0").Settles();
        Assert.That(story.Serves, Is.Null);
        Assert.That(story.After(Soak).Ticks().Settles().Serves, Is.EqualTo("v1.3.0"));
    }

    [Test]
    public void A_stage_that_asks_for_more_than_this_version_does_takes_nothing_and_says_so()
    {
        var story = new Story().Running("v1.0.0").Committed('d', policy => policy with
        {
            Stages = [policy.Stages[0] with { Notify = [new Notification.Slack("releases")] }],
        });
        story.Pushed("v1.1.0").Settles();

        Assert.That(story.Orders, Is.Empty);
        Assert.That(story.Last.Outcome, Is.EqualTo(Outcome.Held));
        Assert.That(story.Last.Reason.Code, Is.EqualTo("policy.later"));
        Assert.That(story.Last.Reason.Sentence, Does.Contain("slack"));
    }

    [Test]
    public void What_people_said_counts_again_when_a_decision_of_work_that_began_under_other_policies_is_behind()
    {
        var story = new Story(null, new Gate.Approvals(1, [], null, NotAuthor: false)).Running("v1.0.0").Committed('d').Pushed("v1.1.0");
        story.Sees(Says("v1.1.0", approves: false)).Committed('c').Ticks().Committed('d').Ticks();
        story.Sees(Says("v1.1.0", approves: true));
        Assert.That((story.Orders, story.Last.Reason.Code), Is.EqualTo((ImmutableArray<Effect.Apply>.Empty, "approvals.rejected")));

        story.Committed('e').Sees(Says("v1.1.0", approves: true));
        Assert.That(story.Orders, Has.Length.EqualTo(1), "other policies are another question");
    }

    private static Observation.Said Says(string image, bool approves) =>
        new(new Command.Vote("production", image, approves, null), "ann@acme.example", ["user:ann@acme.example"]);
}
