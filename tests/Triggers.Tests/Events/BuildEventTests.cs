using CdAutomation.Domain.Images;
using CdAutomation.Domain.Releases;
using CdAutomation.Triggers.Events;
using CdAutomation.Triggers.Tests.Stage;

namespace CdAutomation.Triggers.Tests.Events;

/// <summary>The messages of Cloud Build's topic, and what they mean.</summary>
public sealed class BuildEventTests
{
    private static readonly Repository Web = Repository.TryParse(Messages.Web, out var web) ? web : throw new InvalidOperationException();

    [Test]
    public async Task A_triggered_build_that_succeeded_is_read_whole()
    {
        var build = await ReceivedAsync("build-success.json");
        Assert.Multiple(() =>
        {
            Assert.That((build.Id, build.Project, build.Status), Is.EqualTo(("0d97c63e-a349-4bf7-80d0-8f6e21786d87", "acme", "SUCCESS")));
            var image = new BuiltImage(Web, Digest.Parse(Messages.DigestA));
            Assert.That(build.Images, Is.EqualTo(new[] { image }), "one digest under two tags is one image");
            Assert.That(build.Repositories, Is.EqualTo(new[] { Web }));
            Assert.That((build.TriggerId, build.TriggerName), Is.EqualTo(("33f60a9c-3d79-4941-bfb1-fccbdd9cf38c", "release")));
            Assert.That((build.Branch, build.Source), Is.EqualTo(("release/1", "acme/app")));
            Assert.That(build.Commit, Is.EqualTo("a017b5e59a1c0c7bb0b5f1d9a2a2a3b4c5d6e7f8"));
            Assert.That(build.FinishedAt, Is.EqualTo(DateTimeOffset.Parse("2026-02-21T16:59:02.1234567Z")));
            Assert.That(build.LogUrl, Does.StartWith("https://console.cloud.google.com/"));
        });
    }

    [Test]
    public async Task Images_elsewhere_and_results_without_a_digest_are_left_out()
    {
        var build = await ReceivedAsync("build-untagged-result.json");
        Assert.That(build.Images, Is.EqualTo(new[] { new BuiltImage(Web, Digest.Parse(Messages.DigestB)) }));
        Assert.That((build.TriggerId, build.TriggerName, build.Branch, build.Commit, build.Source, build.LogUrl),
            Is.EqualTo(((string?)null, (string?)null, (string?)null, (string?)null, (string?)null, (string?)null)));
    }

    [Test]
    public async Task A_build_that_pushed_in_a_step_names_no_image_and_its_source_comes_from_git()
    {
        var build = await ReceivedAsync("build-pushed-in-a-step.json");
        Assert.That((build.Images.IsEmpty, build.Repositories.IsEmpty), Is.EqualTo((true, true)));
        Assert.That((build.Source, build.Branch, build.Commit), Is.EqualTo(("acme/app", "main", "abc")));
    }

    [Test]
    public async Task A_failed_build_says_what_it_was_to_push()
    {
        var build = await ReceivedAsync("build-failure.json");
        Assert.That((build.Status, build.Images.IsEmpty), Is.EqualTo(("FAILURE", true)));
        Assert.That(build.Repositories, Is.EqualTo(new[] { Web }));
    }

    [Test]
    public async Task A_tag_that_is_called_like_a_branch_is_not_that_branch()
    {
        var build = await ReceivedAsync("build-of-a-tag.json");
        Assert.That(build.Branch, Is.Null);
        Assert.That((build.Project, build.Source, build.Commit), Is.EqualTo(("acme-number", "hub/app", "v1")));
        Assert.That(build.LogUrl, Is.Null, "only an https address is one to click on");
        Assert.That(build.FinishedAt, Is.EqualTo(DateTimeOffset.Parse(Messages.PublishTime)), "without its own time, the message's");
    }

    [TestCase("build-working.json", "build.unfinished")]
    public async Task A_build_that_has_not_ended_is_acknowledged_and_journalled_as_such(string fixture, string code)
    {
        await using var house = await House.OpenAsync();
        await house.SendAsync(Messages.Build(Messages.Fixture(fixture)));
        var kept = (await house.EventsAsync()).Single();
        Assert.That((kept.Signal, kept.Refusal?.Code), Is.EqualTo(((Signal?)null, code)));
    }

    [TestCase("ann@acme.example", "ann@acme.example")]
    [TestCase("$(push.pusher.email)", null)]
    [TestCase("ann", null)]
    [TestCase("ann@acme.example bob@acme.example", null)]
    [TestCase("", null)]
    public async Task Who_pushed_the_commit_is_told_by_the_substitution_that_the_installation_names(string told, string? author)
    {
        var data = PushedBy(told);
        Assert.That((await BuildOfAsync(data, new("_PUSHER"))).Author, Is.EqualTo(author));
        Assert.That((await BuildOfAsync(data, null)).Author, Is.Null, "what nobody vouches for is not believed");
        var byHand = data.Replace("\"buildTriggerId\":\"33f60a9c-3d79-4941-bfb1-fccbdd9cf38c\",", "", StringComparison.Ordinal);
        Assert.That((await BuildOfAsync(byHand, new("_PUSHER"))).Author, Is.Null, "whoever starts a build by hand can say anything");
    }

    [TestCase("_PUSHER", "ann@acme.example")]
    [TestCase("_OTHER", "build@acme.iam.gserviceaccount.com")]
    public async Task Lines_about_an_image_name_whoever_pushed_its_commit_or_else_the_builds_account(string believed, string actor)
    {
        await using var house = await House.OpenAsync(options => options with { Author = new(believed) });
        house.Registry.Put($"{Messages.Web}:v1.2.3", Messages.DigestA);
        await house.SendAsync(Messages.Build(PushedBy("ann@acme.example")));
        await house.SendAsync(Messages.Image(Messages.Pushed("v1.2.3", Messages.DigestA)));
        Assert.That(house.Log.Actors, Is.Not.Empty.And.All.EqualTo(actor));
    }

    [Test]
    public async Task No_substitution_that_is_not_looked_for_is_kept_or_logged()
    {
        await using var house = await House.OpenAsync();
        var build = Messages.Fixture("build-success.json");
        foreach (var data in new[] { build, build.Replace("\"SUCCESS\"", "\"NEW_STATUS\"", StringComparison.Ordinal) })
            await house.SendAsync(Messages.Build(data));

        var stored = house.StoredBytes();
        Assert.That(stored, Does.Contain("0d97c63e-a349-4bf7-80d0-8f6e21786d87"), "the files that are read are the journal's");
        Assert.That(stored, Does.Not.Contain("hunter2").And.Not.Contains("_API_KEY"));
        Assert.That(house.Log.Lines, Is.Not.Empty.And.None.Contains("hunter2"));
    }

    [TestCase("https://github.com/acme/app.git", "acme/app", "https://github.com/acme/app")]
    [TestCase("https://github.com/acme/app", "acme/app", "https://github.com/acme/app")]
    [TestCase("https://user@host.example/group/sub/app.git/", "group/sub/app", "https://host.example/group/sub/app")]
    [TestCase("https://user:hunter2@host.example/acme/app", "acme/app", "https://host.example/acme/app")]
    [TestCase("https://user:hunt@er2@host.example:8443/acme/app", "acme/app", "https://host.example/acme/app")]
    [TestCase("ssh://git@host.example:22/acme/app.git", "acme/app", "https://host.example/acme/app")]
    [TestCase("git@github.com:acme/app.git", "acme/app", "https://github.com/acme/app")]
    [TestCase("https://github.com/acme", null, null)]
    [TestCase("https://github.com/acme/app?x=1", null, null)]
    [TestCase("acme/app", null, null)]
    [TestCase("file:///acme/app", null, null)]
    public async Task The_source_is_owner_and_name_out_of_the_address_and_the_address_without_a_user(string url, string? source, string? address)
    {
        await using var house = await House.OpenAsync();
        var data = $$$"""{"id":"b","projectId":"p","status":"SUCCESS","source":{"gitSource":{"url":"{{{url}}}"} } }""";
        await house.SendAsync(Messages.Build(data));
        var read = (((await house.EventsAsync()).Single().Signal as Signal.BuildFinished)!).Build;
        Assert.That((read.Source, read.Address), Is.EqualTo((source, address)));
    }

    [TestCase("""  "substitutions":7,"images":"x","results":[],"logUrl":{},"finishTime":3,"source":null  """)]
    [TestCase("""  "images":[7,null,{}],"results":{"images":[7,null,{},{"name":7,"digest":[]}]}  """)]
    public async Task What_is_not_needed_may_be_of_any_type(string fields)
    {
        var data = $$"""{"id":"b","projectId":"p","status":"SUCCESS",{{fields}}}""";
        await using var house = await House.OpenAsync();
        await house.SendAsync(Messages.Build(data));
        var build = (((await house.EventsAsync()).Single().Signal as Signal.BuildFinished)!).Build;
        Assert.That((build.Id, build.Images.IsEmpty, build.Repositories.IsEmpty), Is.EqualTo(("b", true, true)));
        Assert.That(build.Branch, Is.Null);
    }

    private static string PushedBy(string who) =>
        Messages.Fixture("build-success.json").Replace("\"_API_KEY\"", $"\"_PUSHER\":\"{who}\",\"_API_KEY\"", StringComparison.Ordinal);

    private static Task<Build> ReceivedAsync(string fixture) => BuildOfAsync(Messages.Fixture(fixture), null);

    private static async Task<Build> BuildOfAsync(string data, AuthorSubstitution? author)
    {
        await using var house = await House.OpenAsync(options => options with { Author = author });
        await house.SendAsync(Messages.Build(data));
        var kept = (await house.EventsAsync()).Single();
        Assert.That(kept.Signal, Is.InstanceOf<Signal.BuildFinished>());
        return ((Signal.BuildFinished)kept.Signal!).Build;
    }
}
