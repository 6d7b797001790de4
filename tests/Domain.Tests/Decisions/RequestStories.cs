using CdAutomation.Domain.Decisions;
using CdAutomation.Domain.Images;

namespace CdAutomation.Domain.Tests.Decisions;

/// <summary>What becomes of an image that a person asks for.</summary>
public sealed class RequestStories
{
    [Test]
    public void A_person_may_ask_for_a_failed_one_again()
    {
        var story = new Story().Running("v1.0.0").Pushed("v1.1.0").Fails();
        story.Sees(Ask("v1.1.0"));

        Assert.That(story.Orders, Has.Length.EqualTo(1));
        Assert.That(story.Last.Actor, Is.EqualTo("ann@acme.example"));
        Assert.That(story.Settles().Serves, Is.EqualTo("v1.1.0"));
        Assert.That(story.Stage.Failed, Is.Empty);
    }

    [Test]
    public void A_person_may_ask_for_an_image_outside_the_tag_rules_but_not_for_an_older_one()
    {
        var story = new Story().Running("v1.1.0");
        Assert.That(story.Sees(Ask("v2.0.0")).Settles().Serves, Is.EqualTo("v2.0.0"));

        story.Sees(Ask("v1.0.0"));
        Assert.That(story.Orders, Is.Empty);
        Assert.That(story.Last.Reason.Code, Is.EqualTo("candidate.older"));
    }

    [Test]
    public void What_a_person_asked_for_stays_until_something_comes_after_the_wish_and_nothing_older_than_what_ran_before_it()
    {
        var story = new Story().Running("v1.0.0").Pushed("v1.2.0").Settles();
        story.After(TimeSpan.FromMinutes(1)).Pushed("main-abc").Pushed("v1.2.1").Fails();
        story.After(TimeSpan.FromMinutes(1)).Sees(Ask("main-abc")).Settles().Ticks().Settles();
        Assert.That(story.Serves, Is.EqualTo("main-abc"));

        story.After(TimeSpan.FromMinutes(1)).Pushed("v1.1.9").Settles();
        Assert.That(story.Serves, Is.EqualTo("main-abc"));
        Assert.That(story.Last.Reason.Sentence, Does.Contain("v1.2.0").And.Contain("ran before main-abc"));

        Assert.That(story.After(TimeSpan.FromMinutes(1)).Pushed("v1.2.2").Settles().Serves, Is.EqualTo("v1.2.2"));
    }

    [Test]
    public void Asking_for_a_digest_whose_age_nobody_knows_is_refused()
    {
        var digest = Story.DigestOf("old");
        var story = new Story().Running("v1.1.0").Sees(new Observation.DeployAsked(
            new ImageReference(Story.Web, null, digest), "web", new TagLookup.Found(digest), "ann@acme.example"));

        Assert.That(story.Orders, Is.Empty);
        Assert.That(story.Last.Reason.Code, Is.EqualTo("candidate.orderUnknown"));
    }

    [Test]
    public void Asking_for_an_image_of_another_repository_is_refused()
    {
        Assert.That(Repository.TryParse("example.com/other/image", out var other));
        var story = new Story().Running("v1.0.0").Sees(new Observation.DeployAsked(
            new ImageReference(other!, "v9", null), null, new TagLookup.Missing(), "ann@acme.example"));

        Assert.That(story.Last.Outcome, Is.EqualTo(Outcome.Refused));
        Assert.That(story.Last.Reason.Code, Is.EqualTo("deploy.notOurs"));
    }

    private static Observation.DeployAsked Ask(string tag) =>
        new(new ImageReference(Story.Web, tag, null), "web", new TagLookup.Found(Story.DigestOf(tag)), "ann@acme.example");
}
