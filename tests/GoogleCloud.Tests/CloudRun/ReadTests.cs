using CdAutomation.Domain.Images;
using CdAutomation.Domain.Targets;
using CdAutomation.GoogleCloud.Calls;
using CdAutomation.GoogleCloud.CloudRun;
using Grpc.Core;

namespace CdAutomation.GoogleCloud.Tests.CloudRun;

public sealed class ReadTests
{
    [Test]
    public async Task What_runs_is_what_the_ready_revision_was_told_and_not_what_the_template_says()
    {
        await using var run = await Web.StartAsync();
        run.Service!.Template.Containers[0].Image = "asia-northeast1-docker.pkg.dev/acme/app/web:v9.9.9";

        Assert.That(await Web.ReadAsync(run), Is.EqualTo(new TargetView.Running(ImageReference.Parse(Web.Before), null, "web-00001-old")
        {
            Modifier = "terraform@example.com",
            Told = run.Service!.Template.Containers[0].Image == Web.Before ? null : run.Service.Template.Containers[0].Image,
        }));
    }

    [Test]
    public async Task A_tag_is_told_only_beside_the_image_it_was_written_for()
    {
        await using var run = await Web.StartAsync();
        await Web.ApplyAsync(run);

        var ours = new TargetView.Running(ImageReference.Parse(Web.Image), "v1.4.0", "web-00002-new") { Modifier = "terraform@example.com" };
        Assert.That(await Web.ReadAsync(run), Is.EqualTo(ours));

        var other = $"{Web.Repository}@sha256:{new string('b', 64)}";
        run.ChangeByOther(service => service.Template.Containers[0].Image = other);

        Assert.That(await Web.ReadAsync(run), Is.EqualTo(new TargetView.Running(ImageReference.Parse(other), null, "web-00003-new") { Modifier = "somebody@example.com" }));
    }

    [Test]
    public async Task A_service_without_a_ready_revision_or_a_readable_image_runs_nothing_we_know()
    {
        await using var run = await Web.StartAsync();
        run.Revisions[Web.FirstRevision].Containers[0].Image = "gcr.io/UPPER/case";
        Assert.That(await Web.ReadAsync(run), Is.EqualTo(new TargetView.Running(null, null, "web-00001-old") { Modifier = "terraform@example.com" }));

        run.Service!.LatestReadyRevision = "";
        Assert.That(await Web.ReadAsync(run), Is.EqualTo(new TargetView.Running(null, null, null)));
    }

    [Test]
    public async Task What_a_service_runs_that_is_still_being_made_is_not_known_yet()
    {
        await using var run = await Web.StartAsync();
        (run.Service!.LatestReadyRevision, run.Service.Reconciling) = ("", true);

        Assert.That(((TargetView.Unknown)await Web.ReadAsync(run)).Reason.Code, Is.EqualTo("run.settling"));
    }

    [Test]
    public async Task No_service_is_missing_and_no_answer_is_unknown()
    {
        await using var run = await Web.StartAsync();
        var service = run.Service;
        run.Service = null;
        Assert.That(await Web.ReadAsync(run), Is.EqualTo(new TargetView.Missing()));

        run.Service = service;
        run.BeforeReads.Enqueue(() => throw ScriptedCloudRun.Error(StatusCode.PermissionDenied, "no"));
        var denied = (TargetView.Unknown)await Web.ReadAsync(run);
        Assert.That(denied.Reason.Code, Is.EqualTo("run.denied"));
        Assert.That(denied.Reason.Sentence, Does.Contain("roles/run.developer"));

        run.Revisions.Clear();
        Assert.That(((TargetView.Unknown)await Web.ReadAsync(run)).Reason.Code, Is.EqualTo("run.revisionUnread"));
    }

    [Test]
    public async Task An_endpoint_that_is_not_there_is_unknown()
    {
        var options = new CloudRunOptions
        {
            Endpoint = new Uri("http://127.0.0.1:1"),
            Limits = new CallLimits { RetriesMax = 1, FirstPause = TimeSpan.FromMilliseconds(1) },
        };
        using var targets = new CloudRunTargets(options, new Tokens(), TimeProvider.System);

        var view = await targets.ReadAsync(Web.Target, CancellationToken.None);

        Assert.That(((TargetView.Unknown)view).Reason.Code, Is.EqualTo("run.unreachable"));
    }
}
