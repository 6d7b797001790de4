using CdAutomation.Domain.Rollouts;
using CdAutomation.GoogleCloud.CloudRun;
using Google.Cloud.Run.V2;
using State = Google.Cloud.Run.V2.Condition.Types.State;
using Task = System.Threading.Tasks.Task;

namespace CdAutomation.GoogleCloud.Tests.CloudRun;

public sealed class StandingTests
{
    private const TrafficTargetAllocationType Pinned = TrafficTargetAllocationType.Revision;

    private static readonly (string Why, Action<Service> Change)[] NotYet =
    [
        ("reconciling", service => service.Reconciling = true),
        ("an older generation observed", service => service.Generation++),
        ("no condition", service => service.TerminalCondition = null),
        ("condition pending", service => service.TerminalCondition.State = State.ConditionPending),
        ("a newer revision not ready", service => service.LatestCreatedRevision += "er"),
        ("no revision ready", service => service.LatestReadyRevision = service.LatestCreatedRevision = ""),
        ("traffic not moved", service => (service.TrafficStatuses[0].Type, service.TrafficStatuses[0].Revision) = (Pinned, "older")),
        ("traffic not told", service => service.TrafficStatuses.Clear()),
        ("a tag not there yet", service => service.Traffic.Add(Web.Pinned("web-00000-x", 0, "stable"))),
    ];

    [Test]
    public void Told_and_serving_is_settled() =>
        Assert.That(Of(Ours()), Is.EqualTo(new Standing.Settled(Web.FirstRevision)));

    [Test]
    public void Told_and_not_wholly_serving_is_converging()
    {
        foreach (var (why, change) in NotYet)
        {
            var service = Ours();
            change(service);
            Assert.That(Of(service), Is.TypeOf<Standing.Converging>(), why);
        }
    }

    [Test]
    public void A_failure_counts_only_once_reconciling_is_over()
    {
        var service = Ours();
        service.TerminalCondition.State = State.ConditionFailed;
        // run.proto: after a failure the observed generation stays that of what served last.
        service.Generation++;
        Assert.That(Of(service), Is.TypeOf<Standing.Failing>());

        service.Reconciling = true;
        Assert.That(Of(service), Is.TypeOf<Standing.Converging>());
    }

    [TestCase("asia-northeast1-docker.pkg.dev/acme/app/web:v1.4.0@sha256:", true)]
    [TestCase("asia-northeast1-docker.pkg.dev/acme/app/web@sha256:", true)]
    [TestCase("asia-northeast1-docker.pkg.dev/acme/app/other@sha256:", false)]
    [TestCase("us-docker.pkg.dev/acme/app/web@sha256:", false)]
    public void The_image_is_the_same_by_repository_and_digest(string start, bool same)
    {
        var service = Ours();
        service.Template.Containers[0].Image = start + new string('a', 64);

        Assert.That(Of(service), same ? Is.TypeOf<Standing.Settled>() : Is.TypeOf<Standing.Different>());
    }

    [Test]
    public void A_service_without_template_or_containers_fits_no_order()
    {
        var service = Ours();
        service.Template.Containers.Clear();
        Assert.That(((Standing.Misfit)Of(service)).Reason.Code, Is.EqualTo("target.container"));

        service.Template = null;
        Assert.That(((Standing.Misfit)Of(service)).Reason.Code, Is.EqualTo("target.template"));
    }

    [Test]
    public async Task A_settled_service_whose_revision_runs_another_image_is_never_called_done()
    {
        await using var run = await Web.StartAsync(Ours());

        var result = await Web.ApplyUntilTheBudgetEndsAsync(run);

        Assert.That(ApplyFaultTests.CodeOf<StepResult.Unfinished>(result), Is.EqualTo("run.budget"));
        Assert.That(((StepResult.Unfinished)result).Reason.Sentence, Does.Contain("web-00001-old runs another image"));
    }

    [Test]
    public async Task A_revision_that_cannot_be_read_is_not_called_done()
    {
        await using var run = await Web.StartAsync(Ours());
        run.Revisions.Clear();

        Assert.That(ApplyFaultTests.CodeOf<StepResult.Unfinished>(await Web.ApplyAsync(run)), Is.EqualTo("run.revisionUnread"));
    }

    private static Standing Of(Service service) => Standing.Of(
        new ServiceResource(service), Web.Target, Web.Order().Image.Reference, read => TrafficPlan.Mean(read.Traffic));

    private static Service Ours()
    {
        var service = Web.Service(Web.Latest(100));
        service.Template.Containers[0].Image = Web.Image;
        return service;
    }
}
