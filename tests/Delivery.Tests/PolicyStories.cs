using CdAutomation.Delivery.Policies;
using CdAutomation.Domain.Gates;
using CdAutomation.Domain.Images;
using CdAutomation.Domain.Releases;

namespace CdAutomation.Delivery.Tests;

public sealed class PolicyStories
{
    private const string One = "1111111111111111111111111111111111111111";
    private const string Two = "2222222222222222222222222222222222222222";
    private const string Key = "-----BEGIN PUBLIC KEY-----\nAA==\n-----END PUBLIC KEY-----";

    private World _world = null!;

    [SetUp]
    public void Begins() => _world = new World();

    [TearDown]
    public void Ends() => _world.Dispose();

    [Test]
    public async Task Published_policies_come_into_force_and_let_a_waiting_image_go()
    {
        await ReceiveAsync(_world.Publish(One, 1, ">=1.0.0 <2.0.0"));
        await ReceiveAsync(_world.Push("v2.0.0"));
        Assert.That(_world.Revisions, Is.Empty);

        var published = _world.Publish(Two, 2, ">=1.0.0 <3.0.0");
        await ReceiveAsync(published);
        Assert.That(_world.Revisions.Single(), Does.EndWith(World.DigestOf("v2.0.0").Value));
        var records = await _world.Journal.RecordsAsync(new("shop", "v2.0.0", 10), default);
        Assert.That(records[0].Commit, Is.EqualTo(Two));
        Assert.That(records[^1].Commit, Is.EqualTo(One));
        Assert.That(_world.News.Select(news => (news.Outcome, news.Commit)), Does.Contain(("policyActivated", Two)));
        Assert.That(await _world.Journal.UnsettledAsync(DateTimeOffset.MaxValue, 10, default), Is.Empty);
        var active = (await _world.Journal.ActivePolicyAsync(default))!;
        Assert.That((active.Repository, active.Digest, active.Source), Is.EqualTo((World.Home, ((Signal.PolicyPublished)published.Signal!).Digest, World.Git)));
    }

    [TestCase("no range at all", null)]
    [TestCase("untested >=1.0.0", "policy.testFailed")]
    public async Task Policies_that_are_worse_change_nothing_and_are_kept_once_and_told_once(string canonical, string? code)
    {
        await ReceiveAsync(_world.Publish(One, 1));
        var bad = _world.Publish(Two, 2, canonical);
        await ReceiveAsync(bad);
        await ReceiveAsync(bad with { Key = "gcr/again/p" });
        await _world.Worker().Tick.RunAsync(default);

        Assert.That(await _world.Journal.ActiveCommitAsync(default), Is.EqualTo(One));
        var refusal = (await _world.Journal.PolicyRefusalsAsync(10, default)).Single();
        Assert.That((refusal.Commit, refusal.Waits, refusal.Source), Is.EqualTo((Two, false, World.Git)));
        Assert.That(refusal.Reasons.Select(reason => reason.Code), code is null ? Is.Not.Empty : Does.Contain(code));
        Assert.That(_world.News.Count(news => news.Outcome == "policyRefused" && news.Commit == Two), Is.EqualTo(1));
        Assert.That(await _world.Journal.UnsettledAsync(DateTimeOffset.MaxValue, 10, default), Is.Empty);

        await ReceiveAsync(_world.Push("v1.0.0"));
        Assert.That((await _world.Journal.RecordsAsync(new("shop", "v1.0.0", 10), default))[0].Commit, Is.EqualTo(One), "the last good ones decide");
    }

    [Test]
    public async Task An_older_commit_is_refused_and_comes_into_force_when_it_is_forced()
    {
        await ReceiveAsync(_world.Publish(Two, 2));
        await ReceiveAsync(_world.Publish(One, 1));
        Assert.That(await _world.Journal.ActiveCommitAsync(default), Is.EqualTo(Two));
        var reason = (await _world.Journal.PolicyRefusalsAsync(10, default)).Single().Reasons.Single();
        Assert.That(reason.Code, Is.EqualTo("policy.older"));
        Assert.That(reason.Sentence, Does.Contain("111111111111").And.Contain("222222222222").And.Contain("--force"));

        await ReceiveAsync(_world.Publish(One, 1, forced: true));
        Assert.That(await _world.Journal.ActiveCommitAsync(default), Is.EqualTo(One));
    }

    [Test]
    public async Task A_late_event_of_policies_that_were_replaced_brings_nothing_back()
    {
        var forced = _world.Publish(One, 1, forced: true);
        await ReceiveAsync(forced);
        await ReceiveAsync(_world.Publish(Two, 2));

        await ReceiveAsync(forced with { Key = "gcr/late/p" });
        Assert.That(await _world.Journal.ActiveCommitAsync(default), Is.EqualTo(Two));
        Assert.That(await _world.Journal.PolicyRefusalsAsync(10, default), Is.Empty);
    }

    [Test]
    public async Task Policies_forced_a_moment_ago_do_not_overtake_those_published_since()
    {
        await ReceiveAsync(_world.Publish(One, 1));
        var forced = _world.Publish("3333333333333333333333333333333333333333", 0, forced: true);
        // While this worker still fetches what was current, another one takes up what was published after it.
        _world.Meanwhile = () =>
        {
            _world.Meanwhile = null;
            ReceiveAsync(_world.Publish(Two, 2)).GetAwaiter().GetResult();
        };
        await ReceiveAsync(forced);

        Assert.That(await _world.Journal.ActiveCommitAsync(default), Is.EqualTo(Two));
    }

    [Test]
    public async Task Of_two_workers_with_an_older_and_a_newer_commit_the_newer_one_ends_in_force()
    {
        var older = _world.Publish(One, 1);
        _world.Meanwhile = () =>
        {
            _world.Meanwhile = null;
            ReceiveAsync(_world.Publish(Two, 2)).GetAwaiter().GetResult();
        };
        await ReceiveAsync(older);

        Assert.That(await _world.Journal.ActiveCommitAsync(default), Is.EqualTo(Two));
        Assert.That((await _world.Journal.ActivePolicyAsync(default))!.Number, Is.EqualTo(2), "the first, and the newer one once");
    }

    [Test]
    public async Task Policies_from_another_git_repository_are_refused()
    {
        _world.Origin = new(World.Home, World.Git, null);
        await ReceiveAsync(_world.Publish(One, 1, source: "https://git.evil.example/policies"));
        Assert.That((await _world.Journal.PolicyRefusalsAsync(10, default)).Single().Reasons.Single().Code, Is.EqualTo("policy.source"));

        await ReceiveAsync(_world.Publish(Two, 2));
        Assert.That(await _world.Journal.ActiveCommitAsync(default), Is.EqualTo(Two));
    }

    [Test]
    public async Task A_push_to_a_repository_that_is_not_the_one_for_policies_is_kept_with_the_reason()
    {
        var elsewhere = new Repository("asia-northeast1-docker.pkg.dev", "evil/policies/bundle");
        var published = _world.Publish(One, 1);
        await ReceiveAsync(published with { Signal = new Signal.PolicyPublished(elsewhere, World.DigestOf("x"), "current") });

        Assert.That(await _world.Journal.ActiveCommitAsync(default), Is.EqualTo("c1"));
        Assert.That((await _world.Journal.LatestEventsAsync(true, 10, default)).Single().Refusal!.Code, Is.EqualTo("policy.place"));
    }

    [Test]
    public async Task What_is_no_policies_is_refused_by_its_digest()
    {
        var digest = World.DigestOf("an image");
        await ReceiveAsync(_world.Publish(digest, new PolicyFetch.Refused([new("policy.artifactType", "it is no policies")])));

        var refusal = (await _world.Journal.PolicyRefusalsAsync(10, default)).Single();
        Assert.That((refusal.Commit, refusal.Digest, refusal.Reasons.Single().Code), Is.EqualTo(((string?)null, digest, "policy.artifactType")));
        Assert.That(await _world.Journal.ActiveCommitAsync(default), Is.EqualTo("c1"));
    }

    [Test]
    public async Task While_the_registry_is_down_the_event_waits_and_a_tick_finishes_it()
    {
        var published = _world.Publish(One, 1);
        _world.RegistryIsDown = true;
        await ReceiveAsync(published);
        Assert.That((await _world.Journal.UnsettledAsync(DateTimeOffset.MaxValue, 10, default)).Single().Key, Is.EqualTo(published.Key));

        _world.RegistryIsDown = false;
        _world.Clock.Advance(TimeSpan.FromSeconds(61));
        await _world.Worker().Tick.RunAsync(default);
        Assert.That(await _world.Journal.ActiveCommitAsync(default), Is.EqualTo(One));
        Assert.That(await _world.Journal.UnsettledAsync(DateTimeOffset.MaxValue, 10, default), Is.Empty);
    }

    [Test]
    public async Task Policies_whose_event_never_came_are_found_by_the_tick_which_asks_now_and_then()
    {
        var tick = _world.Worker().Tick;
        await tick.RunAsync(default);
        _ = _world.Publish(One, 1);

        _world.Clock.Advance(TimeSpan.FromMinutes(1));
        await tick.RunAsync(default);
        Assert.That(await _world.Journal.ActiveCommitAsync(default), Is.EqualTo("c1"), "not at every tick");

        _world.Clock.Advance(TimeSpan.FromMinutes(4));
        await tick.RunAsync(default);
        Assert.That(await _world.Journal.ActiveCommitAsync(default), Is.EqualTo(One));
        Assert.That((await _world.StateAsync()).Commit, Is.EqualTo(One), "and decided again in the same tick");

        _world.Clock.Advance(TimeSpan.FromMinutes(5));
        await tick.RunAsync(default);
        Assert.That(_world.Fetched, Is.EqualTo(1), "what is in force is not fetched again");
    }

    [TestCase(Finding.Hold)]
    [TestCase(Finding.Unknown)]
    public async Task Policies_without_their_signature_wait_until_it_comes(Finding finding)
    {
        _world.Origin = new(World.Home, null, Key);
        _world.Signature = new(finding, new("signature.missing", "there is none yet"));
        var published = _world.Publish(One, 1);
        await ReceiveAsync(published);
        Assert.That(await _world.Journal.ActiveCommitAsync(default), Is.EqualTo("c1"));
        Assert.That((await _world.Journal.PolicyRefusalsAsync(10, default)).Single(), Has.Property("Waits").True.And.Property("Commit").EqualTo(One));
        Assert.That(_world.News[^1].Outcome, Is.EqualTo("policyHeld"));

        var digest = ((Signal.PolicyPublished)published.Signal!).Digest;
        _world.Signature = new(Finding.Pass, new("signature.ok", "it is signed"));
        await ReceiveAsync(_world.Published(World.DigestOf("signature"), $"sha256-{digest.Value["sha256:".Length..]}.sig"));
        Assert.That(await _world.Journal.ActiveCommitAsync(default), Is.EqualTo(One));
        Assert.That(_world.Questions[^1], Has.Property("Gate").EqualTo(new Gate.Signature("CDAUTOMATION_POLICY_KEY", Key)));
        Assert.That(_world.Questions[^1].Image.Reference.ToString(), Is.EqualTo($"{World.Home}@{digest}"));
    }

    [Test]
    public async Task Policies_whose_signature_comes_without_an_event_are_found_by_the_next_tick()
    {
        _world.Origin = new(World.Home, null, Key);
        _world.Signature = new(Finding.Hold, new("signature.missing", "there is none yet"));
        var tick = _world.Worker().Tick;
        await ReceiveAsync(_world.Publish(One, 1));
        await tick.RunAsync(default);

        _world.Signature = new(Finding.Pass, new("signature.ok", "it is signed"));
        await tick.RunAsync(default);
        Assert.That(await _world.Journal.ActiveCommitAsync(default), Is.EqualTo(One));
    }

    [Test]
    public async Task Policies_with_a_wrong_signature_are_refused()
    {
        _world.Origin = new(World.Home, null, Key);
        _world.Signature = new(Finding.Reject, new("signature.invalid", "another key signed it"));
        await ReceiveAsync(_world.Publish(One, 1));

        Assert.That(await _world.Journal.ActiveCommitAsync(default), Is.EqualTo("c1"));
        var refusal = (await _world.Journal.PolicyRefusalsAsync(10, default)).Single();
        Assert.That((refusal.Waits, refusal.Reasons.Single().Code), Is.EqualTo((false, "signature.invalid")));
    }

    [Test]
    public async Task Where_a_signature_is_asked_for_and_nobody_can_look_nothing_comes_into_force()
    {
        (_world.Origin, _world.HasAsker) = (new(World.Home, null, Key), false);
        await ReceiveAsync(_world.Publish(One, 1));

        Assert.That(await _world.Journal.ActiveCommitAsync(default), Is.EqualTo("c1"));
    }

    [Test]
    public async Task News_that_could_not_be_told_are_told_by_a_later_tick()
    {
        _world.TopicIsDown = true;
        await ReceiveAsync(_world.Publish(One, 1));
        Assert.That(_world.News, Is.Empty);

        _world.TopicIsDown = false;
        await _world.Worker().Tick.RunAsync(default);
        await _world.Worker().Tick.RunAsync(default);
        Assert.That(_world.News.Select(news => news.Commit), Is.EqualTo(new[] { "c1", One }), "once each, in order");
    }

    [Test]
    public async Task Warm_workers_all_decide_under_the_new_commit_after_one_event_each()
    {
        var workers = Enumerable.Range(0, 10).Select(_ => _world.Worker()).ToArray();
        foreach (var (inbox, _) in workers)
            await inbox.ReceiveAsync(_world.Push("v0.0.1"), default);

        await ReceiveAsync(_world.Publish(One, 1));
        var pushes = workers.Select((worker, number) => (worker.Inbox, Push: _world.Push($"v1.0.{number}"))).ToArray();
        foreach (var (inbox, push) in pushes)
        {
            await inbox.ReceiveAsync(push, default);
            var record = (await _world.Journal.RecordsAsync(new("shop", ((Signal.ImagePushed)push.Signal!).Tag, 1), default)).Single();
            Assert.That(record.Commit, Is.EqualTo(One));
        }
    }

    [Test]
    public async Task Killed_at_any_call_the_next_delivery_and_tick_finish_it()
    {
        var calls = await CallsOfAsync(1_000_000);
        Assert.That(calls, Is.GreaterThan(20), "the story must be worth dying in");
        for (var call = 1; call <= calls; call++)
            _ = await CallsOfAsync(call);
    }

    [Test]
    public async Task The_report_tells_what_is_in_force_what_was_refused_and_what_is_not_committed()
    {
        await ReceiveAsync(_world.Publish(Two, 2));
        await ReceiveAsync(_world.Publish(One, 1));
        var reports = new PolicyReports(_world.Journal, new ActivePolicies(_world.Journal, _world));
        var report = await reports.StatusAsync(["shop.yaml"], default);

        Assert.That((report.Active!.Commit, report.Active.Source, report.Active.Since), Is.EqualTo((Two, World.Git, _world.Clock.GetUtcNow())));
        Assert.That(report.Active.Pipelines, Is.EqualTo(new[] { "shop" }));
        Assert.That(report.Active.Image, Does.StartWith($"{World.Home}@sha256:"));
        Assert.That(report.Refused.Single().Commit, Is.EqualTo(One));
        Assert.That(report.Edits, Is.EqualTo(new[] { "shop.yaml" }));
    }

    private static async Task<int> CallsOfAsync(int killAt)
    {
        using var world = new World();
        await world.Worker().Inbox.ReceiveAsync(world.Push("v2.0.0"), default);
        var published = world.Publish(One, 1, ">=1.0.0 <2.0.0");
        var push = world.Push("v1.5.0");
        world.KillAt(killAt);
        var unacknowledged = new List<JournalEvent>();
        foreach (var received in new[] { published, push })
        {
            try
            {
                await world.Worker().Inbox.ReceiveAsync(received, default);
            }
            catch (Killed)
            {
                unacknowledged.Add(received);
            }
        }

        var calls = world.Calls;
        for (var round = 0; round < 3; round++)
        {
            world.Clock.Advance(TimeSpan.FromSeconds(61));
            await world.Worker().Tick.RunAsync(default);
        }

        foreach (var received in unacknowledged)
            await world.Worker().Inbox.ReceiveAsync(received, default);
        await world.Worker().Tick.RunAsync(default);

        Assert.That(await world.Journal.ActiveCommitAsync(default), Is.EqualTo(One), $"killed at {killAt}");
        Assert.That((await world.Journal.ActivePolicyAsync(default))!.Number, Is.EqualTo(2), $"once, killed at {killAt}");
        Assert.That((await world.StateAsync()).Commit, Is.EqualTo(One), $"killed at {killAt}");
        Assert.That(world.News.Select(news => news.Commit).Distinct(), Is.EqualTo(new[] { "c1", One }), $"killed at {killAt}");
        Assert.That(await world.Journal.PolicyNewsAsync(10, default), Is.Empty, $"killed at {killAt}");
        Assert.That(await world.Journal.UnsettledAsync(DateTimeOffset.MaxValue, 10, default), Is.Empty, $"killed at {killAt}");
        return calls;
    }

    private Task ReceiveAsync(JournalEvent received) => _world.Worker().Inbox.ReceiveAsync(received, default);
}
