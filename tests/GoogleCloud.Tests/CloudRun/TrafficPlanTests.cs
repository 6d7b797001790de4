using CdAutomation.GoogleCloud.CloudRun;
using CsCheck;
using Google.Cloud.Run.V2;

namespace CdAutomation.GoogleCloud.Tests.CloudRun;

public sealed class TrafficPlanTests
{
    private static readonly Gen<TrafficTarget> AnyEntry = Gen.Select(
        Gen.Enum<TrafficTargetAllocationType>(), Gen.OneOf("", "web-1", "web-2"), Gen.Int[-1, 101], Gen.OneOf("", "", "blue", "green"),
        (type, revision, percent, tag) => new TrafficTarget { Type = type, Revision = revision, Percent = percent, Tag = tag });

    [Test]
    public void What_already_means_the_latest_revision_is_left_as_it_is()
    {
        Assert.That(TrafficPlan.Mean([]), Is.Empty);
        Assert.That(TrafficPlan.Mean([Web.Latest(100, "live")]), Is.EqualTo(new[] { Web.Latest(100, "live") }));
        Assert.That(TrafficPlan.Mean([Web.Latest(40), Web.Latest(60), Web.Pinned("a", 0)]), Has.Count.EqualTo(3));
    }

    [Test]
    public void A_tagged_share_becomes_a_tag()
    {
        Assert.That(
            TrafficPlan.Mean([Web.Pinned("a", 90), Web.Pinned("b", 10, "canary")]),
            Is.EqualTo(new[] { Web.Latest(100), Web.Pinned("b", 0, "canary") }));
        Assert.That(
            TrafficPlan.Mean([Web.Latest(50, "live"), Web.Pinned("a", 50)]),
            Is.EqualTo(new[] { Web.Latest(100), Web.Latest(0, "live") }));
    }

    [Test]
    public void Any_list_comes_to_mean_the_latest_revision_keeps_its_tags_and_then_stays() => AnyEntry.Array[0, 6].Sample(entries =>
    {
        var plan = TrafficPlan.Mean(entries);
        var tags = entries.Where(entry => entry.Tag.Length > 0).Select(entry => (entry.Tag, entry.Type, entry.Revision));

        Assert.That(TrafficPlan.IsMeant(plan), Is.True);
        Assert.That(plan.Where(entry => entry.Tag.Length > 0).Select(entry => (entry.Tag, entry.Type, entry.Revision)), Is.EqualTo(tags));
        Assert.That(TrafficPlan.Mean(plan), Is.EqualTo(plan));
    });

    [TestCase(100, 0, true)]
    [TestCase(90, 10, false)]
    [TestCase(0, 0, false)]
    public void All_of_it_must_be_served_by_the_latest_ready_revision(int latest, int other, bool served)
    {
        var service = Web.Service(Web.Latest(100));
        service.TrafficStatuses.Clear();
        service.TrafficStatuses.Add(new TrafficTargetStatus { Type = TrafficTargetAllocationType.Latest, Percent = latest });
        service.TrafficStatuses.Add(
            new TrafficTargetStatus { Type = TrafficTargetAllocationType.Revision, Revision = "web-00000-older", Percent = other });

        Assert.That(TrafficPlan.IsServed(new ServiceResource(service), "web-00001-old"), Is.EqualTo(served));
    }

    [Test]
    public void A_tag_that_is_gone_or_elsewhere_is_not_served_as_meant()
    {
        var service = Web.Service(Web.Latest(100), Web.Pinned("web-00001-old", 0, "stable"));
        Assert.That(TrafficPlan.IsServed(new ServiceResource(service), "web-00001-old"), Is.True);

        service.TrafficStatuses[1].Revision = "web-00007-odd";
        Assert.That(TrafficPlan.IsServed(new ServiceResource(service), "web-00001-old"), Is.False);

        service.TrafficStatuses.RemoveAt(1);
        Assert.That(TrafficPlan.IsServed(new ServiceResource(service), "web-00001-old"), Is.False);
    }
}
