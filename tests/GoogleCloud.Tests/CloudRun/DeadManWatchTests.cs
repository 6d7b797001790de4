using CdAutomation.Domain.Rollouts;
using CdAutomation.Domain.Targets;
using CdAutomation.GoogleCloud.CloudRun;
using CdAutomation.LocalCloud.Run;
using Google.Cloud.Run.V2;
using Grpc.Net.Client;
using Microsoft.Extensions.Time.Testing;
using Task = System.Threading.Tasks.Task;

namespace CdAutomation.GoogleCloud.Tests.CloudRun;

/// <summary>The functions deployed themselves, and now they may be silent: who puts them back asks nothing of them.</summary>
public sealed partial class DeadManWatchTests
{
    private static readonly Target Tick = Web.Target with { Name = "cd-on-tick" };
    private static readonly Target Request = Web.Target with { Name = "cd-on-request" };

    private FakeTimeProvider _clock = null!;
    private LocalRun _run = null!;
    private GrpcChannel _channel = null!;

    /// <summary>Revisions that do not answer: of a service, those of the digest that was deployed last.</summary>
    private Func<string, bool> _silent = _ => false;

    [Test]
    public async Task Where_everything_answers_nothing_is_written()
    {
        await DeployAsync(Tick);
        var before = await GetAsync(Tick);

        var looked = await LookAsync();

        Assert.That(looked.Select(it => (it.Wrong, it.PutBack, it.Left)), Is.All.EqualTo(((string?)null, (string?)null, (string?)null)));
        Assert.That((await GetAsync(Tick)).Generation, Is.EqualTo(before.Generation));
    }

    [Test]
    public async Task A_new_version_that_is_silent_in_one_service_goes_back_in_all_by_traffic_alone()
    {
        var (old, older) = (await ServingAsync(Tick), await ServingAsync(Request));
        var made = await DeployAsync(Tick);
        await DeployAsync(Request);
        _silent = name => name == made;

        var looked = await LookAsync();

        Assert.That(looked.Select(it => (it.Service.Name, it.Wrong, it.PutBack)), Is.EqualTo(
            new[] { ("cd-on-tick", "it is silent", old), ("cd-on-request", null, older) }));
        Assert.That((await ServingAsync(Tick), await ServingAsync(Request)), Is.EqualTo((old, older)));
        var service = await GetAsync(Tick);
        Assert.That(service.Template.Containers[0].Image, Is.EqualTo(Web.Image), "the template is for those to judge who deploy");
        Assert.That(service.Traffic.Where(it => it.Percent > 0).Select(it => (it.Revision, it.Percent)), Is.EqualTo(new[] { (old, 100) }));
    }

    [Test]
    public async Task What_was_put_back_is_not_put_anywhere_again_even_if_it_is_as_silent()
    {
        var old = await ServingAsync(Tick);
        await DeployAsync(Tick);
        _silent = _ => true;

        await LookAsync();
        var looked = await LookAsync();

        Assert.That(looked.Select(it => it.PutBack), Is.All.Null);
        Assert.That(looked.Select(it => it.Left), Is.All.Not.Null);
        Assert.That(await ServingAsync(Tick), Is.EqualTo(old));
    }

    [Test]
    public async Task The_functions_that_came_back_take_it_for_somebody_elses_wish_and_do_not_go_forward_again()
    {
        var made = await DeployAsync(Tick);
        _silent = name => name == made;
        await LookAsync();

        using var targets = new CloudRunTargets(Web.Options(new Uri($"http://{_run.Address}")), new Tokens(), TimeProvider.System);
        var seen = (TargetView.Running)await targets.ReadAsync(Tick, CancellationToken.None);

        Assert.That(seen.Image?.ToString(), Is.EqualTo(Web.Before), "drift is told by what serves");
    }

    [Test]
    public async Task An_order_that_the_silent_version_never_marked_as_done_is_not_carried_out_against_the_watch()
    {
        var old = await ServingAsync(Tick);
        var made = await DeployAsync(Tick);
        _silent = name => name == made;
        await LookAsync();

        using var targets = new CloudRunTargets(Web.Options(new Uri($"http://{_run.Address}")), new Tokens(), TimeProvider.System);
        var again = await targets.ApplyAsync(Web.Order(Tick, attempts: 1), _ => ValueTask.FromResult(true), CancellationToken.None);

        Assert.That(again, Is.TypeOf<StepResult.Drifted>(), $"{again}");
        Assert.That(await ServingAsync(Tick), Is.EqualTo(old));
    }

    [Test]
    public async Task A_dry_run_says_what_it_would_do_and_does_not()
    {
        var old = await ServingAsync(Tick);
        var made = await DeployAsync(Tick);
        _silent = name => name == made;

        var looked = await LookAsync(dryRun: true);

        Assert.That(looked[0].PutBack, Is.EqualTo(old));
        Assert.That(await ServingAsync(Tick), Is.EqualTo(made));
    }

    [Test]
    public async Task What_has_proved_itself_for_longer_is_not_to_blame()
    {
        var made = await DeployAsync(Tick);
        _silent = _ => true;
        _clock.Advance(TimeSpan.FromMinutes(61));

        var looked = await LookAsync();

        Assert.That(looked[0].Left, Does.Contain("older than 01:00:00"));
        Assert.That(await ServingAsync(Tick), Is.EqualTo(made));
    }

    [Test]
    public async Task What_a_person_deployed_is_left_to_people()
    {
        await DeployAsync(Tick);
        var service = await GetAsync(Tick);
        service.Template.Containers[0].Image = Web.Before.Replace("v1.0.0", "v9.9.9", StringComparison.Ordinal);
        service.Template.Revision = "";
        await Services.UpdateServiceAsync(new UpdateServiceRequest { Service = service });
        while ((await GetAsync(Tick)).Reconciling)
            await Task.Delay(5);
        _silent = _ => true;

        var looked = await LookAsync();

        Assert.That((looked[0].PutBack, looked[0].Left), Is.EqualTo(((string?)null, looked[0].Left)));
        Assert.That(looked[0].Left, Does.Contain("and not by a policy"));
    }

    [Test]
    public async Task Where_the_traffic_is_shared_out_a_rollout_is_under_way_and_is_left_alone()
    {
        await ApplyAsync(Tick, Web.First(50, Tick));
        _silent = _ => true;

        var looked = await LookAsync();

        Assert.That(looked[0].Left, Does.Contain("shared out"));
        Assert.That((await GetAsync(Tick)).TrafficStatuses.Count(it => it.Percent == 50), Is.EqualTo(2));
    }

    [Test]
    public async Task A_service_that_is_not_there_is_told()
    {
        var looked = await LookAsync(false, Tick, Web.Target with { Name = "cd-on-nothing" });
        Assert.That(looked[1].Wrong, Does.Contain("could not be read"));
        Assert.That(looked[0].PutBack, Is.Null);
    }
}
