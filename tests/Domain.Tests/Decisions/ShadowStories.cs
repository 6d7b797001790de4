using CdAutomation.Domain.Decisions;
using CdAutomation.Domain.Policies;

namespace CdAutomation.Domain.Tests.Decisions;

/// <summary>Policies that decide and change nothing, and policies that do not even decide.</summary>
public sealed class ShadowStories
{
    private static Story Shadow() => new Story().Committed('d', policy => policy with { Mode = PolicyMode.Shadow });

    [Test]
    public void In_shadow_mode_it_is_told_what_would_be_deployed_and_nothing_is_owed()
    {
        var story = Shadow().Running("v1.0.0").Pushed("v1.1.0");

        Assert.That(story.State.Owed, Is.Empty);
        Assert.That(story.Last.Outcome, Is.EqualTo(Outcome.WouldDeploy));
        Assert.That(story.Last.Shadow, Is.True);
        Assert.That(story.Last.Reason.Code, Is.EqualTo("shadow.wouldDeploy"));
    }

    [Test]
    public void On_paper_it_goes_on_from_what_it_would_have_deployed()
    {
        var story = Shadow().Running("v1.0.0").Pushed("v1.2.0").Pushed("v1.1.0");

        Assert.That(story.Last.Reason.Code, Is.EqualTo("candidate.older"));
        Assert.That(story.Last.Shadow, Is.True);
        Assert.That(story.Journal.Count(record => record.Outcome == Outcome.WouldDeploy), Is.EqualTo(1));
    }

    [Test]
    public void A_policy_that_comes_into_force_looks_at_what_really_runs()
    {
        var story = Shadow().Running("v1.0.0").Pushed("v1.2.0").Committed('e', policy => policy with { Mode = PolicyMode.Enforce }).Ticks();
        Assert.That(story.Orders, Is.Empty);
        Assert.That(story.Stage.Serving, Is.Null, "what happened on paper is not taken for what runs");

        Assert.That(story.Running("v1.0.0").Settles().Serves, Is.EqualTo("v1.2.0"));
        Assert.That(story.Last.Shadow, Is.False);
    }

    [Test]
    public void A_policy_that_goes_into_shadow_takes_back_what_it_owed()
    {
        var story = new Story().Running("v1.0.0").Pushed("v1.1.0").Committed('d', policy => policy with { Mode = PolicyMode.Shadow }).Ticks();
        Assert.That(story.Orders, Is.Empty);
    }

    [Test]
    public void A_pipeline_that_is_off_takes_nothing_and_says_so()
    {
        var story = new Story().Running("v1.0.0").Committed('d', policy => policy with { Mode = PolicyMode.Off }).Pushed("v1.1.0");

        Assert.That(story.Orders, Is.Empty);
        Assert.That(story.Last.Reason.Code, Is.EqualTo("pipeline.off"));
        Assert.That(story.Committed('e', policy => policy with { Mode = PolicyMode.Enforce }).Ticks().Settles().Serves, Is.EqualTo("v1.1.0"));
    }
}
