using System.Collections.Immutable;
using CdAutomation.Domain.Decisions;
using CdAutomation.Domain.Images;
using CdAutomation.Domain.Policies;
using CdAutomation.Domain.Releases;
using CdAutomation.Domain.Rollouts;
using CdAutomation.Domain.Targets;

namespace CdAutomation.Domain.Tests.Decisions;

/// <summary>Which ends are deployments, and who is told of them.</summary>
public sealed class DeploymentStories
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private static readonly Observation GoBack = new Observation.Said(new Command.Rollback("production", null, null), "ann@acme.example", []);

    [Test]
    public void The_first_release_of_a_target_is_deployed_and_the_next_is_an_upgrade()
    {
        var story = Counted().Running().Pushed("v1.0.0").Settles().After(Minute).Pushed("v1.1.0").After(Minute).Settles();

        Assert.That(story.Tracked.Select(it => (it.Change, it.Version)), Is.EqualTo(new[] { (Change.Deployed, "v1.0.0"), (Change.Upgraded, "v1.1.0") }));
        Assert.That(story.Tracked[1], Is.EqualTo(story.Announced[^1].Deployment));
        Assert.That(story.Tracked[1], Is.EqualTo(story.Tracked[1] with
        {
            Pipeline = "shop",
            Stage = "production",
            Target = "projects/acme/locations/asia-northeast1/services/web",
            Service = "web",
            Image = $"{Story.Web}@{Story.DigestOf("v1.1.0")}",
            Tag = "v1.1.0",
            StartedAt = Story.Start + Minute,
            FinishedAt = Story.Start + Minute * 2,
            Source = null,
        }));
        Assert.That(story.Tracked.Select(it => it.Id), Is.Unique);
    }

    [Test]
    public void What_ran_before_the_pipeline_came_was_a_release_where_it_is_of_its_repository_and_a_placeholder_where_it_is_not()
    {
        Assert.That(Counted().Running("v1.0.0").Pushed("v1.1.0").Settles().Tracked.Single().Change, Is.EqualTo(Change.Upgraded));

        var placeholder = new TargetView.Running(
            ImageReference.TryParse("us-docker.pkg.dev/cloudrun/container/hello", out var hello) ? hello : null, null, "web-00001-abc");
        Assert.That(Counted().Views(placeholder).Pushed("v1.1.0").Settles().Tracked.Single().Change, Is.EqualTo(Change.Deployed));
    }

    [Test]
    public void What_never_had_traffic_is_no_deployment()
    {
        var story = Counted().Running("v1.0.0").Pushed("v1.1.0").Fails().Settles();

        Assert.That(story.Tracked, Is.Empty);
        Assert.That(story.Announced.Select(it => (it.Outcome, it.Deployment)), Is.EqualTo(new[] { ("failed", (Deployment?)null) }));
    }

    [Test]
    public void A_canary_that_is_taken_back_was_a_deployment_and_so_is_the_way_back()
    {
        var story = Canaried().Running("v1.0.0").Pushed("v1.1.0").After(Minute).Settles();
        story.After(Minute).Sees(GoBack).After(Minute).Settles();

        Assert.That(story.Serves, Is.EqualTo("v1.0.0"));
        Assert.That(story.Tracked.Select(it => (it.Change, it.Version, it.StartedAt - Story.Start, it.FinishedAt - Story.Start)), Is.EqualTo(new[]
        {
            (Change.Upgraded, "v1.1.0", TimeSpan.Zero, Minute),
            (Change.RolledBack, "v1.0.0", Minute * 2, Minute * 3),
        }));
        Assert.That(story.Announced.Select(it => (it.Outcome, it.Tag, it.Deployment?.Tag)), Is.EqualTo(new[]
        {
            ("failed", "v1.1.0", null), ("rolledBack", "v1.1.0", "v1.0.0"),
        }));
    }

    [Test]
    public void A_rollback_that_somebody_asks_for_is_one_deployment_and_told_as_one()
    {
        var story = Counted().Running("v1.0.0").Pushed("v1.1.0").Settles();
        story.Paid.Clear();
        story.After(Minute).Sees(GoBack).Settles();

        Assert.That(story.Tracked.Select(it => (it.Change, it.Version)), Is.EqualTo(new[] { (Change.RolledBack, "v1.0.0") }));
        Assert.That(story.Announced.Select(it => (it.Outcome, it.Tag, it.Deployment)), Is.EquivalentTo(new[]
        {
            ("rolledBack", "v1.1.0", story.Tracked[0]), ("deployed", "v1.0.0", (Deployment?)null),
        }));
    }

    [Test]
    public void Where_one_tag_is_followed_the_digest_is_the_version()
    {
        Assert.That(TagRule.OnlyTag.Parse("latest").TryGetValue(out var rule));
        var story = new Story(rule) { Trackers = ["counter"] }.Running().Pushed("latest", "one").Settles();

        Assert.That((story.Tracked[0].Tag, story.Tracked[0].Version), Is.EqualTo(("latest", Story.DigestOf("one").Short)));
    }

    [Test]
    public void The_source_of_a_build_is_told_and_still_known_when_the_build_is_forgotten()
    {
        var story = Counted().Running().Sees(new Observation.BuildSeen(Story.BuildOf("v1.0.0") with { Commit = "c0ffee", Address = "https://git.example/acme/app" }));
        story.Pushed("v1.0.0").Settles().Pushed("v1.1.0").Settles();
        for (var build = 0; build < 250; build++)
            story.Sees(new Observation.BuildSeen(Story.BuildOf($"other-{build}") with { FinishedAt = Story.Start + Minute }));
        story.Sees(GoBack).Settles();

        Assert.That(story.State.Builds.Values.Any(build => build.Made(Story.Web, Story.DigestOf("v1.0.0"))), Is.False);
        var source = new GitSource("https://git.example/acme/app", "c0ffee");
        Assert.That(story.Tracked.Select(it => it.Source), Is.EqualTo(new[] { source, null, source }));
    }

    [Test]
    public void Each_of_several_is_owed_the_news_by_itself_and_one_who_is_down_keeps_it_from_nobody()
    {
        var story = Served(Counted("one", "other").Running().Pushed("v1.0.0"));
        var down = story.State.Owed.OfType<Effect.Track>().First();
        for (var attempt = 1; attempt < 4; attempt++)
        {
            story.Sees(new Observation.Paid(down.Id, new StepResult.Unfinished(new("datadog.unreachable", "nobody answers"))));
            Assert.That(story.State.Owed.OfType<Effect.Track>().Single(each => each.Id == down.Id).Attempts, Is.EqualTo(attempt));
        }

        foreach (var effect in story.State.Owed.Where(each => each.Id != down.Id))
            story.Pays(effect);
        Assert.That(story.State.Owed.Select(each => each.Id), Is.EqualTo(new[] { down.Id }));
        Assert.That((story.Announced.Length, story.Tracked.Length), Is.EqualTo((1, 1)));
        Assert.That(story.State.WakeAt, Is.Not.Null);
    }

    [Test]
    public void Who_does_not_take_the_news_is_told_no_more_and_the_journal_says_why()
    {
        var story = Served(Counted("one", "other").Running().Pushed("v1.0.0"));
        foreach (var effect in story.State.Owed)
            story.Sees(new Observation.Paid(effect.Id, new StepResult.Failed(new($"{effect.Id[^3..]}.refused", "403"))));

        Assert.That(story.State.Owed, Is.Empty);
        Assert.That(story.Journal.TakeLast(3).Select(record => (record.Outcome, record.Tag, record.Digest, record.Stage)),
            Is.All.EqualTo((Outcome.Untold, "v1.0.0", Story.DigestOf("v1.0.0"), "production")));
        Assert.That(story.Journal.TakeLast(3).Select(record => record.Id), Is.Unique);
        Assert.That(story.Serves, Is.EqualTo("v1.0.0"));
    }

    [Test]
    public void Where_nobody_counts_nothing_more_is_owed()
    {
        var story = Served(new Story().Running().Pushed("v1.0.0"));
        Assert.That(story.State.Owed.Single(), Is.InstanceOf<Effect.Announce>());
    }

    private static Story Counted(params ImmutableArray<string> trackers) => new() { Trackers = trackers.IsEmpty ? ["counter"] : trackers };

    private static Story Canaried() => Counted().Committed('d', policy => policy with
    {
        Stages =
        [
            policy.Stages[0] with
            {
                Strategy = policy.Stages[0].Strategy with { Canary = new([new CanaryStep.SetWeight(5), new CanaryStep.Pause(Minute * 10)]) },
            },
        ],
    });

    /// <summary>The release serves, and nobody has been told.</summary>
    private static Story Served(Story story) => story.Pays(story.Orders[0]);
}
