using CdAutomation.Domain.Decisions;
using CdAutomation.Domain.Gates;
using CdAutomation.Domain.Images;
using CdAutomation.Domain.Rollouts;

namespace CdAutomation.Domain.Tests.Decisions;

/// <summary>Where something began is handed on as it came, so that hours later its steps are told there; nothing is decided by it.</summary>
public sealed class OriginStories
{
    [Test]
    public void What_is_owed_told_and_announced_of_a_push_began_where_the_push_did()
    {
        var story = new Story().From("tick 0").Running().From("push").Pushed("v1.0.0");
        Assert.That(story.Orders.Single().Origin, Is.EqualTo("push"));

        story.From("tick 1").Pays(story.Orders.Single());
        Assert.That(story.Last, Has.Property(nameof(DecisionRecord.Outcome)).EqualTo(Outcome.Deployed).And.Property(nameof(DecisionRecord.Origin)).EqualTo("push"));
        Assert.That(story.State.Owed.OfType<Effect.Announce>().Single().Origin, Is.EqualTo("push"));
    }

    [Test]
    public void A_release_that_waited_is_rolled_out_where_its_push_began_whoever_woke_it()
    {
        var story = new Story(gates: new Gate.Age(TimeSpan.FromMinutes(10))).Running().From("push").Pushed("v1.0.0");
        Assert.That(story.Orders, Is.Empty);

        story.After(TimeSpan.FromMinutes(11)).From("tick").Ticks();
        Assert.That(story.Stage.Rollout!.Origin, Is.EqualTo("push"));
        Assert.That(story.Orders.Single().Origin, Is.EqualTo("push"));
        Assert.That(story.Last.Origin, Is.EqualTo("push"));
    }

    [Test]
    public void The_same_push_again_begins_nothing_and_a_new_tag_does()
    {
        var story = new Story().Running().From("first").Pushed("v1.0.0").Settles().From("again").Pushed("v1.0.0");
        Assert.That(story.State.Candidates.Values.Single().Origin, Is.EqualTo("first"));

        story.From("tagged").Pushed("v1.0.1", image: "v1.0.0");
        Assert.That(story.State.Candidates.Values.Single().Origin, Is.EqualTo("tagged"));
    }

    [Test]
    public void What_somebody_asks_for_begins_with_the_order_and_not_with_an_old_push()
    {
        var story = new Story(gates: new Gate.Age(TimeSpan.FromMinutes(10))).Running().From("push").Pushed("v1.0.0").After(TimeSpan.FromMinutes(11));
        var waiting = new ImageReference(Story.Web, "v1.0.0", null);
        story.From("order").Sees(new Observation.DeployAsked(waiting, "web", new TagLookup.Found(Story.DigestOf("v1.0.0")), "ann"));
        Assert.That(story.Orders.Single(), Has.Property("Origin").EqualTo("order").And.Property("Image").Property("Tag").EqualTo("v1.0.0"));

        story.From("tick").Settles();
        Assert.That(story.Journal.Last(record => record.Outcome == Outcome.Deployed).Origin, Is.EqualTo("order"));
    }

    [Test]
    public void Nothing_is_decided_by_it()
    {
        static Story Told(string? origin) => new Story().Running().From(origin).Pushed("v1.0.0").Settles().Pushed("v1.1.0");
        Assert.That(
            Told("somewhere").Journal.Select(record => record with { Origin = null, Verdicts = [] }),
            Is.EqualTo(Told(null).Journal.Select(record => record with { Verdicts = [] })));
    }
}
