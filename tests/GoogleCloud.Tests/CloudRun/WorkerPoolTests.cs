using CdAutomation.Domain.Images;
using CdAutomation.Domain.Rollouts;
using CdAutomation.Domain.Targets;
using CdAutomation.GoogleCloud.CloudRun;
using Google.Cloud.Run.V2;
using Google.Protobuf;
using Grpc.Core;
using Task = System.Threading.Tasks.Task;

namespace CdAutomation.GoogleCloud.Tests.CloudRun;

public sealed class WorkerPoolTests
{
    private static readonly Target Target = Web.Target with { Kind = TargetKind.WorkerPool };

    [Test]
    public async Task A_pool_runs_what_its_ready_revision_was_told()
    {
        await using var run = await StartAsync();

        Assert.That(
            await Web.ReadAsync(run, Target),
            Is.EqualTo(new TargetView.Running(ImageReference.Parse(Web.Before), null, "web-00001-old") { Modifier = "terraform@example.com" }));
        Assert.That(run.CallsOf("GetWorkerPool"), Is.EqualTo(1));

        run.BeforeReads.Enqueue(() => throw ScriptedCloudRun.Error(StatusCode.NotFound));
        Assert.That(await Web.ReadAsync(run, Target), Is.EqualTo(new TargetView.Missing()));
    }

    [Test]
    public async Task A_pool_shares_its_instances_out_as_a_service_does_its_traffic_and_has_no_addresses()
    {
        await using var run = await StartAsync();

        var none = await Web.ApplyAsync(run, Web.First(0, Target));
        Assert.That(none, Is.EqualTo(Web.Done("web-00002-new")));
        Assert.That(run.Writes.Single().Traffic, Is.EqualTo(new[] { Web.Pinned("web-00001-old", 100) }));

        var half = await Web.ApplyAsync(run, Web.Step(50, target: Target));
        Assert.That(half, Is.EqualTo(new StepResult.Done("web-00002-new")));
        Assert.That(run.Service!.Traffic, Is.EqualTo(new[] { Web.Pinned("web-00001-old", 50), Web.Pinned("web-00002-new", 50) }));

        var all = await Web.ApplyAsync(run, Web.Step(100, "order-3", Target));
        Assert.That(all, Is.EqualTo(new StepResult.Done("web-00002-new")));
        Assert.That(run.Service.Traffic, Is.EqualTo(new[] { Web.Latest(100) }));
        Assert.That(run.CallsOf("UpdateService"), Is.Zero);
    }

    [Test]
    public async Task A_pool_goes_back()
    {
        await using var run = await StartAsync();
        await Web.ApplyAsync(run, Web.First(50, Target));

        Assert.That(await Web.TakeBackAsync(run, Web.Return(target: Target)), Is.EqualTo(new StepResult.Done("web-00005-new")));
        Assert.That(run.Writes.Skip(2).Select(write => (write.Template.Containers[0].Image, write.Traffic.Count, write.Traffic[0].Revision)), Is.EqualTo(new[]
        {
            (Web.Image, 1, "web-00001-old"), (Web.Before, 1, "web-00001-old"), (Web.Before, 1, ""),
        }));
    }

    [Test]
    public async Task A_pool_that_does_not_exist_is_never_made_and_named_as_one()
    {
        await using var run = await StartAsync();
        run.BeforeReads.Enqueue(() => throw ScriptedCloudRun.Error(StatusCode.NotFound));

        var result = await Web.ApplyAsync(run, Web.First(100, Target));

        Assert.That(ApplyFaultTests.CodeOf<StepResult.Failed>(result), Is.EqualTo("run.workerPoolMissing"));
        Assert.That(run.Writes, Is.Empty);
    }

    [Test]
    public void What_is_not_ours_goes_back_as_it_was_read()
    {
        var pool = ScriptedWorkerPool.Of(Web.Service(Web.Latest(100)));
        // Field 4000 is in no worker_pool.proto we know, neither of a pool nor of a split.
        pool = WorkerPool.Parser.ParseFrom([.. pool.ToByteArray(), 0x82, 0xFA, 0x01, 0x02, (byte)'h', (byte)'i']);
        pool.InstanceSplits[0] = InstanceSplit.Parser.ParseFrom([.. pool.InstanceSplits[0].ToByteArray(), 0x80, 0xFA, 0x01, 0x07]);
        var expected = pool.Clone();
        (expected.Template.Revision, expected.Client, expected.ClientVersion) =
            ("", "cdautomation", typeof(CloudRunTargets).Assembly.GetName().Version!.ToString(3));
        var read = new WorkerPoolResource(pool);

        var next = read.Copy();
        next.Tell(read.Traffic);

        Assert.That(next.Message, Is.EqualTo(expected));
        Assert.That(next.Message.ToByteArray(), Has.Length.EqualTo(expected.CalculateSize()));
        Assert.That(pool.Template.Revision, Is.EqualTo("web-00001-old"), "what was read stays as it was read");
    }

    private static async Task<ScriptedCloudRun> StartAsync()
    {
        var run = await Web.StartAsync();
        run.Service!.Name = Target.ResourceName;
        run.Revisions.Remove(Web.FirstRevision, out var first);
        var name = $"{Target.ResourceName}/revisions/web-00001-old";
        run.Revisions[name] = new Revision(first) { Name = name };
        (run.Service.LatestReadyRevision, run.Service.LatestCreatedRevision) = (name, name);
        return run;
    }
}
