using CdAutomation.Delivery.Policies;
using CdAutomation.Domain.Images;
using CdAutomation.Domain.Releases;

namespace CdAutomation.Delivery.Tests;

/// <summary>Which published policies come into force, and which do not.</summary>
public sealed class PolicyStories : PublishedStories
{
    [Test]
    public async Task Published_policies_come_into_force_and_let_a_waiting_image_go()
    {
        await ReceiveAsync(World.Publish(One, 1, ">=1.0.0 <2.0.0"));
        await ReceiveAsync(World.Push("v2.0.0"));
        Assert.That(World.Revisions, Is.Empty);

        var published = World.Publish(Two, 2, ">=1.0.0 <3.0.0");
        await ReceiveAsync(published);
        Assert.That(World.Revisions.Single(), Does.EndWith(World.DigestOf("v2.0.0").Value));
        var records = await World.Journal.RecordsAsync(new("shop", "v2.0.0", 10), default);
        Assert.That(records[0].Commit, Is.EqualTo(Two));
        Assert.That(records[^1].Commit, Is.EqualTo(One));
        Assert.That(World.News.Select(news => (news.Outcome, news.Commit)), Does.Contain(("policyActivated", Two)));
        Assert.That(await World.Journal.UnsettledAsync(DateTimeOffset.MaxValue, 10, default), Is.Empty);
        var active = (await World.Journal.ActivePolicyAsync(default))!;
        Assert.That((active.Repository, active.Digest, active.Source), Is.EqualTo((World.Home, ((Signal.PolicyPublished)published.Signal!).Digest, World.Git)));
    }

    [TestCase("no range at all", null)]
    [TestCase("untested >=1.0.0", "policy.testFailed")]
    public async Task Policies_that_are_worse_change_nothing_and_are_kept_once_and_told_once(string canonical, string? code)
    {
        await ReceiveAsync(World.Publish(One, 1));
        var bad = World.Publish(Two, 2, canonical);
        await ReceiveAsync(bad);
        await ReceiveAsync(bad with { Key = "gcr/again/p" });
        await World.Worker().Tick.RunAsync(default);

        Assert.That(await World.Journal.ActiveCommitAsync(default), Is.EqualTo(One));
        var refusal = (await World.Journal.PolicyRefusalsAsync(10, default)).Single();
        Assert.That((refusal.Commit, refusal.Waits, refusal.Source), Is.EqualTo((Two, false, World.Git)));
        Assert.That(refusal.Reasons.Select(reason => reason.Code), code is null ? Is.Not.Empty : Does.Contain(code));
        Assert.That(World.News.Count(news => news.Outcome == "policyRefused" && news.Commit == Two), Is.EqualTo(1));
        Assert.That(await World.Journal.UnsettledAsync(DateTimeOffset.MaxValue, 10, default), Is.Empty);

        await ReceiveAsync(World.Push("v1.0.0"));
        Assert.That((await World.Journal.RecordsAsync(new("shop", "v1.0.0", 10), default))[0].Commit, Is.EqualTo(One), "the last good ones decide");
    }

    [Test]
    public async Task An_older_commit_is_refused_and_comes_into_force_when_it_is_forced()
    {
        await ReceiveAsync(World.Publish(Two, 2));
        await ReceiveAsync(World.Publish(One, 1));
        Assert.That(await World.Journal.ActiveCommitAsync(default), Is.EqualTo(Two));
        var reason = (await World.Journal.PolicyRefusalsAsync(10, default)).Single().Reasons.Single();
        Assert.That(reason.Code, Is.EqualTo("policy.older"));
        Assert.That(reason.Sentence, Does.Contain("111111111111").And.Contain("222222222222").And.Contain("--force"));

        await ReceiveAsync(World.Publish(One, 1, forced: true));
        Assert.That(await World.Journal.ActiveCommitAsync(default), Is.EqualTo(One));
    }

    [Test]
    public async Task A_late_event_of_policies_that_were_replaced_brings_nothing_back()
    {
        var forced = World.Publish(One, 1, forced: true);
        await ReceiveAsync(forced);
        await ReceiveAsync(World.Publish(Two, 2));

        await ReceiveAsync(forced with { Key = "gcr/late/p" });
        Assert.That(await World.Journal.ActiveCommitAsync(default), Is.EqualTo(Two));
        Assert.That(await World.Journal.PolicyRefusalsAsync(10, default), Is.Empty);
    }

    [Test]
    public async Task Policies_forced_a_moment_ago_do_not_overtake_those_published_since()
    {
        await ReceiveAsync(World.Publish(One, 1));
        var forced = World.Publish("3333333333333333333333333333333333333333", 0, forced: true);
        // While this worker still fetches what was current, another one takes up what was published after it.
        World.Meanwhile = () =>
        {
            World.Meanwhile = null;
            ReceiveAsync(World.Publish(Two, 2)).GetAwaiter().GetResult();
        };
        await ReceiveAsync(forced);

        Assert.That(await World.Journal.ActiveCommitAsync(default), Is.EqualTo(Two));
    }

    [Test]
    public async Task Of_two_workers_with_an_older_and_a_newer_commit_the_newer_one_ends_in_force()
    {
        var older = World.Publish(One, 1);
        World.Meanwhile = () =>
        {
            World.Meanwhile = null;
            ReceiveAsync(World.Publish(Two, 2)).GetAwaiter().GetResult();
        };
        await ReceiveAsync(older);

        Assert.That(await World.Journal.ActiveCommitAsync(default), Is.EqualTo(Two));
        Assert.That((await World.Journal.ActivePolicyAsync(default))!.Number, Is.EqualTo(2), "the first, and the newer one once");
    }

    [Test]
    public async Task Policies_from_another_git_repository_are_refused()
    {
        World.Origin = new(World.Home, World.Git, null);
        await ReceiveAsync(World.Publish(One, 1, source: "https://git.evil.example/policies"));
        Assert.That((await World.Journal.PolicyRefusalsAsync(10, default)).Single().Reasons.Single().Code, Is.EqualTo("policy.source"));

        await ReceiveAsync(World.Publish(Two, 2));
        Assert.That(await World.Journal.ActiveCommitAsync(default), Is.EqualTo(Two));
    }

    [Test]
    public async Task A_push_to_a_repository_that_is_not_the_one_for_policies_is_kept_with_the_reason()
    {
        var elsewhere = new Repository("asia-northeast1-docker.pkg.dev", "evil/policies/bundle");
        var published = World.Publish(One, 1);
        await ReceiveAsync(published with { Signal = new Signal.PolicyPublished(elsewhere, World.DigestOf("x"), "current") });

        Assert.That(await World.Journal.ActiveCommitAsync(default), Is.EqualTo("c1"));
        Assert.That((await World.Journal.LatestEventsAsync(true, 10, default)).Single().Refusal!.Code, Is.EqualTo("policy.place"));
    }

    [Test]
    public async Task What_is_no_policies_is_refused_by_its_digest()
    {
        var digest = World.DigestOf("an image");
        await ReceiveAsync(World.Publish(digest, new PolicyFetch.Refused([new("policy.artifactType", "it is no policies")])));

        var refusal = (await World.Journal.PolicyRefusalsAsync(10, default)).Single();
        Assert.That((refusal.Commit, refusal.Digest, refusal.Reasons.Single().Code), Is.EqualTo(((string?)null, digest, "policy.artifactType")));
        Assert.That(await World.Journal.ActiveCommitAsync(default), Is.EqualTo("c1"));
    }

    [Test]
    public async Task The_report_tells_what_is_in_force_what_was_refused_and_what_is_not_committed()
    {
        await ReceiveAsync(World.Publish(Two, 2));
        await ReceiveAsync(World.Publish(One, 1));
        var reports = new PolicyReports(World.Journal, new ActivePolicies(World.Journal, World));
        var report = await reports.StatusAsync(["shop.yaml"], default);

        Assert.That((report.Active!.Commit, report.Active.Source, report.Active.Since), Is.EqualTo((Two, World.Git, World.Clock.GetUtcNow())));
        Assert.That(report.Active.Pipelines, Is.EqualTo(new[] { "shop" }));
        Assert.That(report.Active.Image, Does.StartWith($"{World.Home}@sha256:"));
        Assert.That(report.Refused.Single().Commit, Is.EqualTo(One));
        Assert.That(report.Edits, Is.EqualTo(new[] { "shop.yaml" }));
    }
}
