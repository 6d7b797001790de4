using System.Collections.Immutable;
using CdAutomation.Domain.Decisions;
using CdAutomation.Domain.Images;
using CdAutomation.Domain.Policies;
using CdAutomation.Domain.Releases;

namespace CdAutomation.Domain.Tests.Decisions;

/// <summary>Events that are lost, late or ahead of the registry: the registry's own list makes it true, and does not believe a registry that lags.</summary>
public sealed class SweepStories
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Test]
    public void A_push_whose_event_never_came_is_deployed_and_counted_and_one_whose_event_was_late_is_counted_no_longer()
    {
        var story = Surveyed(new Story().Running("v1.0.0")).After(Minute).Sees(Listed("v1.1.0", "v1.1.0")).Settles();
        Assert.That((story.Serves, story.State.LostEventsHealed), Is.EqualTo(("v1.1.0", 1L)));

        story.After(Minute).Pushed("v1.1.0");
        Assert.That(story.State.LostEventsHealed, Is.Zero, "it was late, not lost");
        Assert.That(story.Pushed("v1.1.0").State.LostEventsHealed, Is.Zero);
    }

    [Test]
    public void What_the_first_list_shows_and_what_changes_nothing_are_no_lost_events()
    {
        var first = new Story().Running().Sees(Listed("v1.1.0", "v1.1.0")).Settles();
        Assert.That((first.Serves, first.State.LostEventsHealed), Is.EqualTo(("v1.1.0", 0L)));

        var older = Surveyed(new Story().Running("v1.2.0")).After(Minute).Sees(Listed("v1.1.0", "v1.1.0"));
        Assert.That(older.State.LostEventsHealed, Is.Zero);
    }

    [Test]
    public void A_registry_that_still_shows_what_a_tag_named_before_is_asked_again_until_it_follows()
    {
        var story = new Story().Running().Pushed("v1.0.0", image: "first").Settles();
        story.After(Minute).Sees(Shows("v1.0.0", announced: "second", named: "first", story.Now));
        Assert.That(story.Last.Reason.Code, Is.EqualTo("registry.lag"));

        story.After(Minute).Sees(Again(story, "second"));
        Assert.That(story.Settles().Stage.Serving!.Image!.Digest, Is.EqualTo(Story.DigestOf("second")));
        Assert.That(story.State.Looks, Is.Empty);
    }

    [Test]
    public void A_registry_that_never_follows_is_believed_in_the_end()
    {
        var story = new Story().Running().Pushed("v1.0.0", image: "first").Settles();
        story.After(Minute).Sees(Shows("v1.0.0", announced: "second", named: "first", story.Now));
        story.After(3 * Minute).Sees(Again(story, "first"));

        Assert.That(story.Journal.Single(record => record.Digest == Story.DigestOf("second") && record.Outcome == Outcome.Ignored).Reason.Code, Is.EqualTo("tag.moved"));
        Assert.That(story.State.Looks, Is.Empty);
    }

    [Test]
    public void What_a_tag_named_before_and_only_the_list_has_shown_gives_way_to_what_it_was_moved_to()
    {
        var story = Surveyed(new Story().Running("v1.0.0")).After(Minute);
        var published = story.Now;
        story.After(TimeSpan.FromSeconds(1)).Sees(Listed("v1.1.0", "first"));
        story.After(TimeSpan.FromSeconds(1)).Sees(Shows("v1.1.0", announced: "second", named: "first", published));
        Assert.That(story.Last.Reason.Code, Is.EqualTo("registry.lag"), "when the first came nobody knows");

        story.After(Minute).Sees(Shows("v1.1.0", announced: "second", named: "second", published));
        Assert.That(story.Stage.Rollout!.Release.Lead.Digest, Is.EqualTo(Story.DigestOf("second")));
    }

    [Test]
    public void Two_digests_announced_for_a_tag_that_is_not_there_yet_get_an_answer_each()
    {
        var story = new Story().Running();
        foreach (var image in new[] { "first", "second" })
            story.Sees(new Observation.TagSeen("web", Story.Web, "v1.0.0", Story.DigestOf(image), story.Now, new TagLookup.Missing(), Named: true));
        Assert.That(story.State.Looks, Has.Count.EqualTo(2));

        story.After(Minute).Sees([.. story.State.Looks.Values.Select(look => Look(look, "second"))]).Settles();
        Assert.That(story.Stage.Serving!.Image!.Digest, Is.EqualTo(Story.DigestOf("second")));
        Assert.That(story.Journal.Last(record => record.Digest == Story.DigestOf("first")).Reason.Code, Is.EqualTo("tag.moved"));
        Assert.That(story.State.Looks, Is.Empty);
    }

    [Test]
    public void A_move_that_no_event_told_of_is_believed_when_the_registry_still_says_so_after_its_lag()
    {
        var story = Surveyed(new Story().Running()).Pushed("v1.0.0", image: "first").Settles();
        story.After(Minute).Sees(Listed("v1.0.0", "second"));
        Assert.That(story.Orders, Is.Empty, "it may be what the tag named before");

        story.After(Minute).Sees(Again(story, "second"));
        Assert.That(story.Orders, Is.Empty);
        story.After(2 * Minute).Sees(Again(story, "second"));
        Assert.That(story.Settles().Stage.Serving!.Image!.Digest, Is.EqualTo(Story.DigestOf("second")));
        Assert.That(story.State.LostEventsHealed, Is.EqualTo(1));
    }

    [Test]
    public void What_somebody_wished_for_by_a_tag_that_counts_for_nothing_is_looked_for_in_the_repositories_of_its_companions()
    {
        var story = new Story().Running("v1.0.0");
        var batch = ImageReference.Parse("asia-northeast1-docker.pkg.dev/acme/app/batch:v1.0.0").Repository;
        var policy = story.Policy with { Images = story.Policy.Images.Add("batch", batch), Match = ReleaseMatch.Tag };
        story.Sees(new Observation.DeployAsked(
            new(Story.Web, "main-abc", null), "web", new TagLookup.Found(Story.DigestOf("main-abc")), "ann@acme.example"));
        var wished = story.Stage with { Rollout = null, Request = new(Candidate.KeyOf("web", Story.DigestOf("main-abc")), "ann@acme.example", story.Now) };
        var held = story.State with { Stages = story.State.Stages.SetItem("production", wished) };

        Assert.That(Survey.TagsToLookUp(policy, held, "batch", ["main-abc", "main-xyz", "v1.0.0"], story.Now), Is.EqualTo(new[] { "v1.0.0", "main-abc" }));
        Assert.That(Survey.TagsToLookUp(policy, held, "batch", ["main-xyz", "v1.0.0"], story.Now), Is.EqualTo(new[] { "v1.0.0" }));
    }

    [Test]
    public void Surveys_look_at_every_tag_again_in_turn_and_at_the_urgent_ones_always()
    {
        var story = new Story().Running("v1.500.0");
        var listed = Enumerable.Range(1, 100).Select(minor => $"v1.{minor}.0").ToImmutableArray();
        foreach (var tag in listed)
            story.Pushed(tag);

        var (state, looked) = (story.State, new HashSet<string>());
        for (var round = 0; round < 6; round++)
        {
            var tags = Survey.TagsToLookUp(story.Policy, state, "web", [.. listed, "v1.200.0"], story.Now);
            Assert.That(tags, Has.Length.EqualTo(Survey.LooksAtMost).And.Contain("v1.200.0"));
            looked.UnionWith(tags);
            state = state with { SurveyedTo = state.SurveyedTo.SetItem("web", Survey.GoesOnAt(tags)) };
        }

        Assert.That(looked, Is.SupersetOf(listed));
    }

    private static Story Surveyed(Story story) => story.Sees(new Observation.Surveyed(null, ImmutableSortedDictionary<string, string>.Empty));

    private static Observation.TagSeen Listed(string tag, string image) =>
        new("web", Story.Web, tag, null, Story.Start, new TagLookup.Found(Story.DigestOf(image)), Named: false);

    private static Observation.TagSeen Shows(string tag, string announced, string named, DateTimeOffset at) =>
        new("web", Story.Web, tag, Story.DigestOf(announced), at, new TagLookup.Found(Story.DigestOf(named)), Named: true);

    private static Observation.TagSeen Again(Story story, string named) => Look(story.State.Looks.Values.Single(), named);

    private static Observation.TagSeen Look(PendingLook look, string named) =>
        new(look.Image, Story.Web, look.Tag, look.Announced, look.Since, new TagLookup.Found(Story.DigestOf(named)), Named: true) { Unheard = look.Unheard };
}
