using CdAutomation.Domain.Rollouts;
using CdAutomation.GoogleCloud.Calls;
using CdAutomation.GoogleCloud.CloudRun;
using Google.LongRunning;
using Grpc.Core;

namespace CdAutomation.GoogleCloud.Tests.CloudRun;

public sealed class ApplyFaultTests
{
    [Test]
    public async Task A_conflict_is_read_again_and_what_the_other_wrote_stays()
    {
        await using var run = await Web.StartAsync();
        run.BeforeWrites.Enqueue(() => run.ChangeByOther(service => service.Description = "meanwhile"));

        var result = await Web.ApplyAsync(run);

        Assert.That(result, Is.TypeOf<StepResult.Done>());
        Assert.That(run.Writes.Single().Description, Is.EqualTo("meanwhile"));
        Assert.That(run.CallsOf("UpdateService"), Is.EqualTo(2));
    }

    [Test]
    public async Task Endless_conflicts_are_left_for_later()
    {
        await using var run = await Web.StartAsync();
        for (var i = 0; i < 20; i++)
        {
            var text = $"change {i}";
            run.BeforeWrites.Enqueue(() => run.ChangeByOther(service => service.Description = text));
        }

        var result = await Web.ApplyAsync(run);

        Assert.That(CodeOf<StepResult.Unfinished>(result), Is.EqualTo("run.contended"));
        Assert.That(run.Writes, Is.Empty);
    }

    [TestCase(StatusCode.Unavailable)]
    [TestCase(StatusCode.DeadlineExceeded)]
    [TestCase(StatusCode.Internal)]
    [TestCase(StatusCode.Unknown)]
    public async Task A_write_whose_answer_was_lost_is_not_sent_again_when_it_took_effect(StatusCode code)
    {
        await using var run = await Web.StartAsync();
        run.AfterWrites.Enqueue(() => throw ScriptedCloudRun.Error(code));

        var result = await Web.ApplyAsync(run);

        Assert.That(result, Is.EqualTo(Web.Done("web-00002-new")));
        Assert.That(run.CallsOf("UpdateService"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_write_that_never_arrived_is_sent_again_after_looking()
    {
        await using var run = await Web.StartAsync();
        run.BeforeWrites.Enqueue(() => throw ScriptedCloudRun.Error(StatusCode.Unavailable));

        var result = await Web.ApplyAsync(run);

        Assert.That(result, Is.EqualTo(Web.Done("web-00002-new")));
        Assert.That(run.Writes, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task The_service_is_believed_and_not_the_operation()
    {
        await using var run = await Web.StartAsync();
        run.OnWait = running => running; // never ends, though the service does become ready

        Assert.That(await Web.ApplyAsync(run), Is.EqualTo(Web.Done("web-00002-new")));

        await using var other = await Web.StartAsync();
        other.OnWait = running => new Operation { Name = running.Name, Done = true }; // ended, though the service has not settled

        Assert.That(await Web.ApplyAsync(other), Is.EqualTo(Web.Done("web-00002-new")));
        Assert.That(other.CallsOf("GetService"), Is.GreaterThan(2));
    }

    [Test]
    public async Task Operations_that_may_not_be_read_are_done_without()
    {
        await using var run = await Web.StartAsync();
        run.OnWait = _ => throw ScriptedCloudRun.Error(StatusCode.PermissionDenied);

        Assert.That(await Web.ApplyAsync(run), Is.EqualTo(Web.Done("web-00002-new")));
        Assert.That(run.CallsOf("WaitOperation"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_rollout_that_does_not_settle_within_the_budget_is_unfinished_and_says_what_was_seen()
    {
        var service = Web.Service(Web.Latest(100));
        service.Template.Containers[0].Image = Web.Image;
        service.Reconciling = true;
        await using var run = await Web.StartAsync(service);

        var result = await Web.ApplyUntilTheBudgetEndsAsync(run);

        Assert.That(CodeOf<StepResult.Unfinished>(result), Is.EqualTo("run.budget"));
        Assert.That(((StepResult.Unfinished)result).Reason.Sentence, Does.Contain("generation 1 is being reconciled"));
        Assert.That(run.CallsOf("UpdateService"), Is.Zero);
    }

    [Test]
    public async Task A_budget_that_ends_while_a_call_hangs_is_an_answer_too_and_the_callers_own_cancellation_is_not()
    {
        await using var run = await Web.StartAsync();
        using var hang = new ManualResetEventSlim();
        run.BeforeReads.Enqueue(() => hang.Wait(TimeSpan.FromSeconds(30)));
        run.BeforeReads.Enqueue(() => hang.Wait(TimeSpan.FromSeconds(30)));

        var result = await Web.ApplyAsync(run, options: Web.Options(run.Address) with { Budget = TimeSpan.FromMilliseconds(200) });
        Assert.That(CodeOf<StepResult.Unfinished>(result), Is.EqualTo("run.budget"));

        using var targets = new CloudRunTargets(Web.Options(run.Address), new Tokens(), TimeProvider.System);
        using var leave = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        Assert.That(
            async () => await targets.ApplyAsync(Web.Order(), _ => ValueTask.FromResult(true), leave.Token),
            Throws.InstanceOf<OperationCanceledException>());
        hang.Set();
    }

    [Test]
    public async Task Another_image_by_somebody_else_during_the_wait_is_not_fought_over()
    {
        await using var run = await Web.StartAsync();
        run.OnWait = running =>
        {
            run.ChangeByOther(service => service.Template.Containers[0].Image = Web.Before);
            return running;
        };

        var result = await Web.ApplyAsync(run);

        Assert.That(CodeOf<StepResult.Unfinished>(result), Is.EqualTo("run.changedByOther"));
        Assert.That(((StepResult.Unfinished)result).Reason.Sentence, Does.Contain("somebody@example.com"));
        Assert.That(run.Writes, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_change_by_somebody_else_that_keeps_our_image_is_waited_through()
    {
        await using var run = await Web.StartAsync();
        run.OnWait = running =>
        {
            run.OnWait = null;
            run.ChangeByOther(service => service.Template.Labels["team"] = "web");
            return running;
        };

        Assert.That(await Web.ApplyAsync(run), Is.EqualTo(Web.Done("web-00003-new")));
        Assert.That(run.Writes, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_read_older_than_our_write_concludes_nothing()
    {
        await using var run = await Web.StartAsync();
        var old = run.Service!.Clone();
        run.AfterWrites.Enqueue(() =>
        {
            var now = run.Service;
            run.BeforeReads.Enqueue(() => run.Service = old);
            run.BeforeReads.Enqueue(() => run.Service = now);
        });

        Assert.That(await Web.ApplyAsync(run), Is.EqualTo(Web.Done("web-00002-new")));
        Assert.That(run.Writes, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Reads_are_tried_again()
    {
        await using var run = await Web.StartAsync();
        StatusCode[] codes = [StatusCode.Unavailable, StatusCode.ResourceExhausted, StatusCode.Aborted, StatusCode.DeadlineExceeded];
        foreach (var code in codes)
            run.BeforeReads.Enqueue(() => throw ScriptedCloudRun.Error(code));

        Assert.That(await Web.ApplyAsync(run), Is.TypeOf<StepResult.Done>());
    }

    [Test]
    public async Task An_endpoint_that_never_answers_opens_the_breaker_and_is_left_alone()
    {
        await using var run = await Web.StartAsync();
        for (var i = 0; i < 100; i++)
            run.BeforeReads.Enqueue(() => throw ScriptedCloudRun.Error(StatusCode.Unavailable));
        var options = Web.Options(run.Address);
        options = options with { Limits = options.Limits with { BreakerAttempts = 5, BreakerPause = TimeSpan.FromHours(1) } };
        using var targets = new CloudRunTargets(options, new Tokens(), TimeProvider.System);

        var result = await targets.ApplyAsync(Web.Order(), _ => ValueTask.FromResult(true), CancellationToken.None);
        Assert.That(CodeOf<StepResult.Unfinished>(result), Is.EqualTo("run.unreachable"));
        var calls = run.Calls.Count;
        Assert.That(calls, Is.EqualTo(5));

        result = await targets.ApplyAsync(Web.Order(), _ => ValueTask.FromResult(true), CancellationToken.None);
        Assert.That(((StepResult.Unfinished)result).Reason.Sentence, Does.Contain("it has not been answering"));
        Assert.That(run.Calls, Has.Count.EqualTo(calls));
    }

    [Test]
    public async Task Without_a_token_nothing_is_called_and_it_is_tried_later()
    {
        var options = new CloudRunOptions { Endpoint = new Uri("https://127.0.0.1:1"), Limits = new CallLimits { RetriesMax = 1 } };
        using var targets = new CloudRunTargets(options, new Tokens(null), TimeProvider.System);

        var result = await targets.ApplyAsync(Web.Order(), _ => ValueTask.FromResult(true), CancellationToken.None);

        Assert.That(CodeOf<StepResult.Unfinished>(result), Is.EqualTo("run.unauthenticated"));
        Assert.That(((StepResult.Unfinished)result).Reason.Sentence, Does.Contain("no access token from the test"));
    }

    internal static string CodeOf<T>(StepResult result) where T : StepResult
    {
        Assert.That(result, Is.TypeOf<T>(), result.ToString());
        return result switch
        {
            StepResult.Failed it => it.Reason.Code,
            StepResult.Unfinished it => it.Reason.Code,
            _ => "",
        };
    }
}
