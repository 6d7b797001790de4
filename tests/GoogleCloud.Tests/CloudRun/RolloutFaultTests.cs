using CdAutomation.Domain.Rollouts;
using CdAutomation.Domain.Targets;
using Google.Cloud.Run.V2;
using Grpc.Core;
using Task = System.Threading.Tasks.Task;

namespace CdAutomation.GoogleCloud.Tests.CloudRun;

/// <summary>A whole rollout and its way back, with one fault after another at every write.</summary>
public sealed class RolloutFaultTests
{
    private static readonly StatusCode[] Codes =
        [StatusCode.Unavailable, StatusCode.DeadlineExceeded, StatusCode.Aborted, StatusCode.ResourceExhausted, StatusCode.Internal];

    public static IEnumerable<object[]> Faults() =>
        from code in Codes
        from after in new[] { false, true }
        from write in Enumerable.Range(0, 4)
        where !after || code is not (StatusCode.Aborted or StatusCode.ResourceExhausted)
        from kind in new[] { TargetKind.Service, TargetKind.WorkerPool }
        select new object[] { kind, code, after, write };

    [TestCaseSource(nameof(Faults))]
    public async Task A_fault_at_any_write_changes_nothing_about_where_it_ends(TargetKind kind, StatusCode code, bool after, int write)
    {
        var target = Web.Target with { Kind = kind };
        await using var run = await StartAsync(target);
        var seen = 0;
        Fail();

        var first = await UntilDoneAsync(() => Web.ApplyAsync(run, Web.First(0, target)));
        var step = await UntilDoneAsync(() => Web.ApplyAsync(run, Web.Step(40, "order-2", target)));
        var old = new Footing(Web.Footing.Image, "web-00001-old");

        Assert.That(first.Before, Is.EqualTo(old));
        Assert.That(step.Revision, Is.EqualTo(first.Revision));
        Assert.That(run.Service!.Traffic.Where(entry => entry.Percent > 0),
            Is.EqualTo(new[] { Web.Pinned("web-00001-old", 60), Web.Pinned(step.Revision!, 40) }));

        var back = await UntilDoneAsync(() => Web.TakeBackAsync(run, Web.Return(first.Before, target)));

        Assert.That(run.Service!.Traffic, Is.EqualTo(new[] { Web.Latest(100) }));
        Assert.That(run.Service.Template.Containers[0].Image, Is.EqualTo(Web.Before));
        Assert.That(run.Service.LatestReadyRevision, Does.EndWith("/" + back.Revision));
        Assert.That(run.Revisions, Has.Count.EqualTo(3), "one of the new image, and one of the old");

        // The fault comes at one write, counted through the whole story.
        void Fail()
        {
            for (var i = 0; i < 20; i++)
            {
                if (after)
                    run.AfterWrites.Enqueue(() => Throw());
                else
                    run.BeforeWrites.Enqueue(() => Throw());
            }
        }

        void Throw()
        {
            if (seen++ == write)
                throw ScriptedCloudRun.Error(code);
        }
    }

    [TestCase(TargetKind.Service)]
    [TestCase(TargetKind.WorkerPool)]
    public async Task A_worker_that_dies_after_any_write_is_followed_by_one_that_tells_the_same(TargetKind kind)
    {
        var target = Web.Target with { Kind = kind };
        for (var write = 0; write < 2; write++)
        {
            await using var run = await StartAsync(target);
            using var leave = new CancellationTokenSource();
            for (var i = 0; i < write; i++)
                run.AfterWrites.Enqueue(() => { });
            run.AfterWrites.Enqueue(leave.Cancel);

            using var dying = new GoogleCloud.CloudRun.CloudRunTargets(Web.Options(run.Address), new Tokens(), TimeProvider.System);
            try
            {
                await dying.ApplyAsync(Web.First(30, target), _ => ValueTask.FromResult(true), leave.Token);
            }
            catch (OperationCanceledException)
            {
                // The worker is gone.
            }

            var result = await Web.ApplyAsync(run, Web.First(30, target));

            Assert.That(((StepResult.Done)result).Before, Is.EqualTo(Web.Footing));
            Assert.That(run.Service!.Traffic.Where(entry => entry.Percent > 0),
                Is.EqualTo(new[] { Web.Pinned("web-00001-old", 70), Web.Pinned("web-00002-new", 30) }));
        }
    }

    [TestCase(TargetKind.Service)]
    [TestCase(TargetKind.WorkerPool)]
    public async Task Two_workers_at_once_make_one_revision(TargetKind kind)
    {
        var target = Web.Target with { Kind = kind };
        await using var run = await StartAsync(target);

        var results = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => UntilDoneAsync(() => Web.ApplyAsync(run, Web.First(30, target)))));

        Assert.That(results.Select(result => result.Revision).Distinct().Count(), Is.EqualTo(1));
        Assert.That(results.Select(result => result.Before), Is.All.EqualTo(Web.Footing));
        Assert.That(run.Revisions, Has.Count.EqualTo(2));

        await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => UntilDoneAsync(() => Web.TakeBackAsync(run, Web.Return(target: target)))));
        Assert.That(run.Revisions, Has.Count.EqualTo(3));
        Assert.That(run.Service!.Traffic, Is.EqualTo(new[] { Web.Latest(100) }));
    }

    [Test]
    public async Task A_stale_read_after_a_write_of_each_step_concludes_nothing()
    {
        await using var run = await Web.StartAsync();
        for (var i = 0; i < 2; i++)
        {
            run.BeforeWrites.Enqueue(() =>
            {
                var old = run.Service!.Clone();
                run.AfterWrites.Enqueue(() =>
                {
                    var now = run.Service;
                    run.BeforeReads.Enqueue(() => run.Service = old);
                    run.BeforeReads.Enqueue(() => run.Service = now);
                });
            });
        }

        Assert.That(await Web.ApplyAsync(run, Web.First(30)), Is.EqualTo(Web.Done("web-00002-new") with { Address = Web.Address }));
        Assert.That(run.Writes, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task Operations_that_never_end_keep_no_step_from_the_next()
    {
        await using var run = await Web.StartAsync();
        run.OnWait = running => running;

        Assert.That(await Web.ApplyAsync(run, Web.First(30)), Is.TypeOf<StepResult.Done>());
        Assert.That(await Web.TakeBackAsync(run), Is.TypeOf<StepResult.Done>());
        Assert.That(run.Service!.Traffic, Is.EqualTo(new[] { Web.Latest(100) }));
    }

    [Test]
    public async Task A_person_who_undoes_a_step_while_the_next_is_awaited_is_not_fought()
    {
        await using var run = await Web.StartAsync();
        run.AfterWrites.Enqueue(() => { });
        run.AfterWrites.Enqueue(() => run.ChangeByOther(service =>
        {
            service.Traffic.Clear();
            service.Traffic.Add(Web.Pinned("web-00001-old", 100));
        }));

        Assert.That(ApplyFaultTests.CodeOf<StepResult.Unfinished>(await Web.ApplyAsync(run, Web.First(30))), Is.EqualTo("run.changedByOther"));
        Assert.That(run.Writes, Has.Count.EqualTo(2));
    }

    private static async Task<ScriptedCloudRun> StartAsync(Target target)
    {
        var run = await Web.StartAsync();
        run.Service!.Name = target.ResourceName;
        (run.Service.LatestReadyRevision, run.Service.LatestCreatedRevision) = (Revision(target), Revision(target));
        run.Revisions.Remove(Web.FirstRevision, out var first);
        run.Revisions[Revision(target)] = new Revision(first) { Name = Revision(target) };
        return run;
    }

    private static string Revision(Target target) => $"{target.ResourceName}/revisions/web-00001-old";

    /// <summary>As the one who pays effects does: what is not finished is owed again.</summary>
    private static async Task<StepResult.Done> UntilDoneAsync(Func<Task<StepResult>> pay)
    {
        for (var i = 0; i < 5; i++)
        {
            switch (await pay())
            {
                case StepResult.Done done:
                    return done;
                case StepResult.Unfinished:
                    break;
                case var other:
                    throw new AssertionException($"{other}");
            }
        }

        throw new AssertionException("It is not done after five payments.");
    }
}
