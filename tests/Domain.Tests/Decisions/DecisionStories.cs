using CdAutomation.Domain.Decisions;
using CdAutomation.Domain.Gates;
using CdAutomation.Domain.Images;
using CdAutomation.Domain.Policies;
using CdAutomation.Domain.Rollouts;
using CdAutomation.Domain.Targets;

namespace CdAutomation.Domain.Tests.Decisions;

/// <summary>What becomes of a push, told as stories: given, when, then.</summary>
public sealed class DecisionStories
{
    private static readonly Gate Build = new Gate.Build("SUCCESS", ["web-release"], "release/*", "acme/app");

    [Test]
    public void A_first_push_is_rolled_out_and_serves()
    {
        var story = new Story().Running().Pushed("v1.0.0");

        Assert.That(story.Last, Has.Property("Outcome").EqualTo(Outcome.Deploying));
        Assert.That(story.Orders.Single().Image.Reference.ToString(), Is.EqualTo($"{Story.Web}@{Story.DigestOf("v1.0.0")}"));

        var cause = story.Last.Cause;
        story.Settles();
        Assert.That(story.Serves, Is.EqualTo("v1.0.0"));
        Assert.That(story.Journal.Last(record => record.Digest is not null).Reason.Code, Is.EqualTo("rollout.serving"));
        Assert.That(story.Last.Cause, Is.EqualTo(cause), "the end of a rollout is told as the end of the push that began it");
    }

    [Test]
    public void A_newer_version_replaces_what_runs_and_an_older_one_does_not()
    {
        var story = new Story().Running("v1.0.0").Pushed("v1.2.0").Settles().Pushed("v1.1.0").Settles();

        Assert.That(story.Serves, Is.EqualTo("v1.2.0"));
        Assert.That(story.Last.Outcome, Is.EqualTo(Outcome.Ignored));
        Assert.That(story.Last.Reason.Code, Is.EqualTo("candidate.older"));
        Assert.That(story.Last.Reason.Sentence, Does.Contain("v1.1.0").And.Contain("v1.2.0"));
    }

    [Test]
    public void What_an_operator_had_deployed_is_known_before_the_first_decision()
    {
        var story = new Story().Running("v1.5.0").Pushed("v1.4.0");

        Assert.That(story.Orders, Is.Empty);
        Assert.That(story.Last.Reason.Code, Is.EqualTo("candidate.older"));
    }

    [Test]
    public void The_same_digest_under_another_tag_changes_nothing()
    {
        var story = new Story().Running().Pushed("v1.0.0").Settles().Pushed("v1.0.0-again", image: "v1.0.0");

        Assert.That(story.Orders, Is.Empty);
        Assert.That(story.Last.Reason.Code, Is.EqualTo("candidate.serving"));
        Assert.That(story.Last.Tag, Is.EqualTo("v1.0.0-again"));
    }

    [Test]
    public void The_same_push_announced_three_times_is_rolled_out_once()
    {
        var story = new Story().Running().Pushed("v1.0.0").Pushed("v1.0.0");
        Assert.That(story.Last.Reason.Code, Is.EqualTo("candidate.underWay"));

        story.Settles().Pushed("v1.0.0");
        Assert.That(story.Last.Reason.Code, Is.EqualTo("candidate.serving"));
        Assert.That(story.Journal.Count(record => record.Outcome == Outcome.Deploying), Is.EqualTo(1));
    }

    [Test]
    public void A_tag_outside_the_range_is_ignored_with_the_range_in_the_sentence()
    {
        var story = new Story().Running("v1.0.0").Pushed("v2.0.0");

        Assert.That(story.Last.Outcome, Is.EqualTo(Outcome.Ignored));
        Assert.That(story.Last.Reason.Code, Is.EqualTo("tag.outOfRange"));
        Assert.That(story.Last.Reason.Sentence, Does.Contain(">=1.0.0 <2.0.0"));
    }

    [Test]
    public void A_moved_tag_is_a_new_candidate_and_moving_it_back_is_a_step_back()
    {
        var story = new Story().Running().Pushed("v1.0.0", image: "first").Settles();
        story.After(TimeSpan.FromMinutes(1)).Pushed("v1.0.0", image: "second").Settles();
        Assert.That(story.Stage.Serving!.Image!.Digest, Is.EqualTo(Story.DigestOf("second")));

        story.After(TimeSpan.FromMinutes(1)).Pushed("v1.0.0", image: "first").Settles();
        Assert.That(story.Stage.Serving!.Image!.Digest, Is.EqualTo(Story.DigestOf("second")));
        Assert.That(story.Last.Reason.Code, Is.EqualTo("candidate.older"));
    }

    [Test]
    public void A_late_announcement_of_what_a_tag_no_longer_names_is_answered_so()
    {
        var story = new Story().Running("v1.0.0").Sees(new Observation.TagSeen(
            "web", Story.Web, "v1.1.0", Story.DigestOf("old"), Story.Start, new TagLookup.Found(Story.DigestOf("new")), Named: true));

        Assert.That(story.Journal.Select(record => record.Reason.Code), Is.EqualTo(new[] { "tag.moved", "rollout.started" }));
        Assert.That(story.Orders.Single().Image.Digest, Is.EqualTo(Story.DigestOf("new")));
    }

    [Test]
    public void One_that_does_not_come_up_is_never_tried_again_by_itself_and_the_next_one_is()
    {
        var story = new Story().Running("v1.0.0").Pushed("v1.1.0").Fails();
        Assert.That(story.Serves, Is.EqualTo("v1.0.0"));
        Assert.That(story.Last.Outcome, Is.EqualTo(Outcome.Failed));

        story.Pushed("v1.1.0").Ticks();
        Assert.That(story.Orders, Is.Empty);
        Assert.That(story.Last.Reason.Code, Is.EqualTo("candidate.failed"));
        Assert.That(story.Last.Reason.Sentence, Does.Contain("exited with 1"));

        Assert.That(story.Pushed("v1.1.1").Settles().Serves, Is.EqualTo("v1.1.1"));
    }

    [Test]
    public void A_newer_push_takes_over_a_rollout_and_the_older_order_is_taken_back()
    {
        var story = new Story().Running("v1.0.0").Pushed("v1.1.0").Pushed("v1.2.0");

        Assert.That(story.Orders.Single().Image.Tag, Is.EqualTo("v1.2.0"));
        Assert.That(story.Journal.Any(record => record is { Outcome: Outcome.Superseded, Tag: "v1.1.0" }));
        Assert.That(story.Settles().Serves, Is.EqualTo("v1.2.0"));
    }

    [Test]
    public void The_build_may_be_told_before_or_after_the_push()
    {
        var before = new Story(gates: Build).Running("v1.0.0").Built("v1.1.0").Pushed("v1.1.0").Settles();
        var after = new Story(gates: Build).Running("v1.0.0").Pushed("v1.1.0");
        Assert.That(after.Last.Outcome, Is.EqualTo(Outcome.Held));
        Assert.That(after.Last.Reason.Code, Is.EqualTo("build.awaited"));
        Assert.That(after.Last.NextLook, Is.EqualTo(Story.Start + Patience.Default.Build));
        after.Built("v1.1.0").Settles();

        Assert.That((before.Serves, after.Serves), Is.EqualTo(("v1.1.0", "v1.1.0")));
    }

    [Test]
    public void No_build_within_the_wait_is_unknown_and_never_a_pass()
    {
        var story = new Story(gates: Build).Running("v1.0.0").Pushed("v1.1.0").After(TimeSpan.FromMinutes(16)).Ticks();

        Assert.That(story.Orders, Is.Empty);
        Assert.That(story.Last.Reason.Code, Is.EqualTo("build.unknown"));
        Assert.That(story.Last.Verdicts.Single().Finding, Is.EqualTo(Finding.Unknown));
    }

    [TestCase("FAILURE", "web-release", "release/1", "build.status")]
    [TestCase("SUCCESS", "web-test", "release/1", "build.trigger")]
    [TestCase("SUCCESS", "web-release", "main", "build.branch")]
    [TestCase("SUCCESS", null, "release/1", "build.byHand")]
    public void A_build_that_is_not_as_asked_is_refused(string status, string? trigger, string branch, string code)
    {
        var story = new Story(gates: Build).Running("v1.0.0").Pushed("v1.1.0").Built("v1.1.0", status, trigger, branch);

        Assert.That(story.Orders, Is.Empty);
        Assert.That(story.Last.Outcome, Is.EqualTo(Outcome.Refused));
        Assert.That(story.Last.Reason.Code, Is.EqualTo(code));
        Assert.That(story.Built("v1.1.0").Settles().Serves, Is.EqualTo("v1.1.0"), "a good build of the same digest mends it");
    }

    [Test]
    public void A_held_candidate_does_not_block_an_allowed_one_below_it()
    {
        var story = new Story(gates: Build).Running("v1.0.0").Pushed("v1.3.0").Pushed("v1.2.0").Built("v1.2.0").Settles();
        Assert.That(story.Serves, Is.EqualTo("v1.2.0"));
        Assert.That(story.Built("v1.3.0").Settles().Serves, Is.EqualTo("v1.3.0"));
    }

    [Test]
    public void While_the_registry_cannot_be_asked_a_push_is_held_and_looked_at_again()
    {
        var unknown = new TagLookup.Unknown(new("registry.unreachable", "nobody answered"));
        var story = new Story().Running("v1.0.0").Sees(new Observation.TagSeen(
            "web", Story.Web, "v1.1.0", Story.DigestOf("v1.1.0"), Story.Start, unknown, Named: true));

        Assert.That(story.Last.Outcome, Is.EqualTo(Outcome.Held));
        Assert.That(story.State.WakeAt, Is.EqualTo(Story.Start + Patience.Default.Retry));
        Assert.That(story.Pushed("v1.1.0").Settles().Serves, Is.EqualTo("v1.1.0"));
        Assert.That(story.State.Looks, Is.Empty);
    }

    [Test]
    public void While_the_service_cannot_be_read_nothing_is_deployed()
    {
        var story = new Story()
            .Views(new TargetView.Unknown(new("run.unreachable", "nobody answered")))
            .Pushed("v1.0.0");
        Assert.That(story.Orders, Is.Empty);
        Assert.That(story.Last.Outcome, Is.EqualTo(Outcome.Held));

        Assert.That(story.Running().Settles().Serves, Is.EqualTo("v1.0.0"));
    }

    [Test]
    public void A_service_that_does_not_exist_is_named()
    {
        var story = new Story().Views(new TargetView.Missing()).Pushed("v1.0.0");

        Assert.That(story.Last.Reason.Code, Is.EqualTo("target.missing"));
        Assert.That(story.Last.Reason.Sentence, Does.Contain("projects/acme/locations/asia-northeast1/services/web"));
    }

    [Test]
    public void A_removed_tag_is_no_candidate_and_leaves_what_runs_alone()
    {
        var story = new Story(gates: Build).Running("v1.0.0").Pushed("v1.1.0");
        story.Sees(new Observation.TagSeen("web", Story.Web, "v1.1.0", null, Story.Start, new TagLookup.Missing(), Named: true));
        Assert.That(story.Journal.Any(record => record.Reason.Code == "tag.removed"));

        story.Built("v1.1.0");
        Assert.That(story.Orders, Is.Empty);
        Assert.That(story.Serves, Is.EqualTo("v1.0.0"));
    }

    [Test]
    public void An_unfinished_payment_waits_longer_each_time_and_is_told_once()
    {
        var story = new Story().Running("v1.0.0").Pushed("v1.1.0");
        for (var attempt = 1; attempt <= 3; attempt++)
            story.Sees(new Observation.Paid(story.Orders.Single().Id, new StepResult.Unfinished(new("run.reconciling", "not ready yet"))));

        Assert.That(story.Orders.Single().Attempts, Is.EqualTo(3));
        Assert.That(story.Orders.Single().DueAt, Is.EqualTo(Story.Start + (4 * Patience.Default.Retry)));
        Assert.That(story.Journal.Count(record => record.Reason.Code == "run.reconciling"), Is.EqualTo(1));
    }

    [Test]
    public void A_result_of_an_order_that_was_taken_back_is_not_believed()
    {
        var story = new Story().Running("v1.0.0").Pushed("v1.1.0");
        var stale = story.Orders.Single().Id;
        story.Pushed("v1.2.0").Sees(new Observation.Paid(stale, new StepResult.Done("web-00009-old")));

        Assert.That(story.Serves, Is.EqualTo("v1.0.0"));
        Assert.That(story.Settles().Serves, Is.EqualTo("v1.2.0"));
    }

    [Test]
    public void Newest_goes_by_when_the_registry_had_it_not_by_when_we_heard_of_it()
    {
        var story = new Story(new TagRule.Newest()).Running();
        story.After(TimeSpan.FromMinutes(10)).Pushed("b", at: Story.Start.AddMinutes(2)).Settles();
        story.Pushed("a", at: Story.Start.AddMinutes(1)).Settles();

        Assert.That(story.Serves, Is.EqualTo("b"));
        Assert.That(story.Last.Reason.Code, Is.EqualTo("candidate.older"));
    }

    [Test]
    public void A_stage_with_another_target_begins_anew_and_what_was_owed_to_the_old_one_is_dropped()
    {
        var story = new Story().Running().Pushed("v1.0.0").Settles().Pushed("v1.1.0").Retargeted("web-eu").Ticks();
        Assert.That(story.Orders, Is.Empty);
        Assert.That(story.Stage.Serving, Is.Null);

        story.Running().Settles();
        Assert.That(story.Serves, Is.EqualTo("v1.1.0"));
        Assert.That(story.Stage.Targets[0].Name, Is.EqualTo("web-eu"));
    }

    [Test]
    public void A_state_does_not_grow_for_ever()
    {
        var story = new Story(gates: Build).Running("v1.0.0");
        for (var patch = 1; patch <= 300; patch++)
            story.After(TimeSpan.FromSeconds(1)).Pushed($"v1.0.{patch}");

        Assert.That(story.State.Candidates, Has.Count.EqualTo(250));
        Assert.That(story.Stage.Told.Keys, Is.SubsetOf(story.State.Candidates.Keys));
    }
}
