using CdAutomation.Domain.Decisions;
using CdAutomation.Domain.Gates;
using CdAutomation.Domain.Images;

namespace CdAutomation.Domain.Tests.Decisions;

/// <summary>Gates whose answer is elsewhere.</summary>
public sealed class AskedStories
{
    private static readonly Gate Webhook = new Gate.Webhook("https://gate.example", TimeSpan.FromSeconds(10));
    private static readonly Gate Signature = new Gate.Signature("keys/release.pub", "PEM");

    [Test]
    public void It_is_asked_before_anything_is_deployed_and_goes_by_the_answer()
    {
        var story = new Story(gates: Webhook).Running("v1.0.0").Pushed("v1.1.0");
        Assert.That(story.Orders, Is.Empty);
        Assert.That(story.Last.Reason.Code, Is.EqualTo("gate.asking"));
        Assert.That(story.Questions.Single(), Has.Property("Gate").EqualTo("webhook").And.Property("Stage").EqualTo("production"));
        var cause = story.Last.Cause;

        story.IsAnswered();
        Assert.That(story.Last.Outcome, Is.EqualTo(Outcome.Deploying));
        Assert.That(story.Last.Cause, Is.EqualTo(cause), "what follows from the answer follows from the push");
        Assert.That(story.Settles().Serves, Is.EqualTo("v1.1.0"));
    }

    [TestCase(Finding.Hold)]
    [TestCase(Finding.Unknown)]
    public void An_answer_that_is_no_yes_holds_and_is_asked_for_again(Finding finding)
    {
        var story = new Story(gates: Webhook).Running("v1.0.0").Answers("webhook", finding).Pushed("v1.1.0").IsAnswered();
        Assert.That(story.Last.Outcome, Is.EqualTo(Outcome.Held));
        Assert.That(story.Last.Reason.Code, Is.EqualTo("webhook.told"));
        Assert.That(story.State.WakeAt, Is.EqualTo(story.Now + Patience.Default.Retry));

        story.Ticks();
        Assert.That(story.Questions, Is.Empty, "not before its time");
        story.Answers("webhook", Finding.Pass).After(Patience.Default.Retry).Ticks();
        Assert.That(story.Settles().Serves, Is.EqualTo("v1.1.0"));
        Assert.That(story.Asked, Has.Count.EqualTo(2));
    }

    [Test]
    public void Whoever_answers_may_say_when_to_come_again()
    {
        var story = new Story(gates: Webhook).Running("v1.0.0").Answers("webhook", Finding.Hold, TimeSpan.FromHours(2)).Pushed("v1.1.0").IsAnswered();
        Assert.That(story.Stage.Answers.Single().Value.AskAgainAt, Is.EqualTo(story.Now + TimeSpan.FromHours(2)));
        Assert.That(story.Last.NextLook, Is.EqualTo(story.Now + TimeSpan.FromHours(2)));
    }

    [Test]
    public void A_no_lasts_until_the_policies_or_a_person_ask_anew()
    {
        var story = new Story(gates: Webhook).Running("v1.0.0").Answers("webhook", Finding.Reject).Pushed("v1.1.0").IsAnswered();
        Assert.That(story.Last.Outcome, Is.EqualTo(Outcome.Refused));

        story.Answers("webhook", Finding.Pass).After(TimeSpan.FromDays(2)).Ticks();
        Assert.That((story.Questions.Length, story.Orders.Length), Is.EqualTo((0, 0)));
        Assert.That(story.Committed('d').Ticks().Settles().Serves, Is.EqualTo("v1.1.0"));
    }

    [Test]
    public void A_person_who_asks_for_the_image_has_a_no_asked_about_again()
    {
        var story = new Story(gates: Webhook).Running("v1.0.0").Answers("webhook", Finding.Reject).Pushed("v1.1.0").IsAnswered();
        story.Answers("webhook", Finding.Pass).Sees(new Observation.DeployAsked(
            new(Story.Web, "v1.1.0", null), "web", new TagLookup.Found(Story.DigestOf("v1.1.0")), "ann@acme.example"));
        Assert.That(story.Settles().Serves, Is.EqualTo("v1.1.0"));
    }

    [Test]
    public void A_good_signature_after_a_wrong_one_is_looked_at()
    {
        var story = new Story(gates: [Signature, Webhook]).Running("v1.0.0").Answers("signature", Finding.Reject).Pushed("v1.1.0").IsAnswered();
        Assert.That(story.Last.Outcome, Is.EqualTo(Outcome.Refused));
        story.Answers("signature", Finding.Pass).Sees(new Observation.NoCandidate(
            Story.Web, "sha256-00.sig", Story.DigestOf("signature"), new("artifact.signature", "a signature")));
        Assert.That(story.Settles().Serves, Is.EqualTo("v1.1.0"));
    }

    [Test]
    public void Nobody_is_asked_about_what_another_rule_keeps_back()
    {
        var story = new Story(gates: [new Gate.Build("SUCCESS", [], null, null), Webhook]).Running("v1.0.0").Pushed("v1.1.0");
        Assert.That(story.Questions, Is.Empty);
        Assert.That(story.Built("v1.1.0").Settles().Serves, Is.EqualTo("v1.1.0"));
    }

    [Test]
    public void A_yes_grows_old()
    {
        var until = Story.Start + TimeSpan.FromHours(1);
        Gate[] gates = [new Gate.Windows([new(WindowKind.Deny, new Schedule.Once(Story.Start.UtcDateTime.AddMinutes(1), until.UtcDateTime), "UTC", null)]), Webhook];
        var story = new Story(gates: [.. gates]).Running("v1.0.0").Pushed("v1.1.0");
        story.After(TimeSpan.FromMinutes(2)).IsAnswered();
        Assert.That(story.Orders, Is.Empty, "the window closed before the answer came");

        story.After(TimeSpan.FromMinutes(58)).Ticks();
        Assert.That(story.Questions, Has.Length.EqualTo(1), "the yes of an hour ago is not gone by");
        Assert.That(story.Settles().Serves, Is.EqualTo("v1.1.0"));
    }

    [Test]
    public void An_older_one_does_not_go_ahead_while_a_newer_one_is_being_asked_about()
    {
        var story = new Story(gates: Webhook).Running("v1.0.0").Pushed("v1.1.0").Pushed("v1.2.0");
        Assert.That(story.Settles().Serves, Is.EqualTo("v1.2.0"));
        Assert.That(story.Journal.Any(record => record is { Outcome: Outcome.Deploying, Tag: "v1.1.0" }), Is.False);
    }

    [Test]
    public void One_that_was_answered_with_a_wait_does_not_keep_an_older_one_back()
    {
        var story = new Story(gates: Webhook).Running("v1.0.0").Answers("webhook", Finding.Unknown).Pushed("v1.2.0").IsAnswered();
        story.Answers("webhook", Finding.Pass).Pushed("v1.1.0");
        Assert.That(story.Settles().Serves, Is.EqualTo("v1.1.0"));
    }

    [Test]
    public void A_signature_that_comes_later_is_looked_at_when_it_comes()
    {
        var story = new Story(gates: Signature).Running("v1.0.0").Answers("signature", Finding.Hold, TimeSpan.FromHours(1)).Pushed("v1.1.0").IsAnswered();
        story.Answers("signature", Finding.Pass).After(TimeSpan.FromSeconds(20)).Sees(new Observation.NoCandidate(
            Story.Web, "sha256-00.sig", Story.DigestOf("signature"), new("artifact.signature", "a signature")));
        Assert.That(story.Settles().Serves, Is.EqualTo("v1.1.0"));
    }

    [Test]
    public void An_answer_under_another_policy_commit_is_not_believed()
    {
        var story = new Story(gates: Webhook).Running("v1.0.0").Pushed("v1.1.0");
        var stale = story.Questions.Single();
        story.Committed('d').After(TimeSpan.FromSeconds(1)).Ticks();
        Assert.That(story.Questions.Single().Id, Is.Not.EqualTo(stale.Id));

        story.Sees(new Observation.Answered(stale.Id, new(Finding.Pass, new("webhook.ok", "yes"))));
        Assert.That(story.Orders, Is.Empty);
    }
}
