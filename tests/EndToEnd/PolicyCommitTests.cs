using System.Diagnostics;
using System.Text.Json;
using CdAutomation.EndToEnd.Stage;

namespace CdAutomation.EndToEnd;

/// <summary>Policies are what is committed, and nothing else.</summary>
[Category("Registry")]
[Category("Node")]
public sealed class PolicyCommitTests
{
    private const string Image = "acme/app/web";

    private UpFolder _folder = null!;
    private Up _up = null!;
    private CloudRun _cloud = null!;

    [SetUp]
    public async Task Start()
    {
        _folder = new(("shop.yaml", Policies.Pipeline("shop", "web", ">=1.0.0 <1.1.0")));
        _up = await Up.StartAsync(_folder, "--simulate");
        _cloud = new(_up.Run, _up.Services);
    }

    [TearDown]
    public async Task Stop()
    {
        _cloud?.Dispose();
        if (_up is not null)
            await _up.DisposeAsync();
        _folder?.Dispose();
    }

    [Test]
    public async Task A_new_commit_takes_effect_by_itself_and_lets_a_waiting_image_go()
    {
        var first = await PushAsync("v1.0.0");
        await _cloud.ServesAsync("web", first);
        var second = await PushAsync("v1.1.0");
        await _up.ToldAsync("shop", "v1.1.0", "tag.outOfRange");
        Assert.That((await NodeProgram.ReadServiceAsync(_up.Run, "web")).Image, Does.EndWith(first));

        _folder.Write("shop.yaml", Policies.Pipeline("shop", "web"));
        var commit = await _folder.CommitAsync("allow all of version 1");
        var took = await _cloud.ServesAsync("web", second);
        await Measured.TellAsync(
            $"from the end of 'git commit' until the service answers from the image that it allows: {took.TotalMilliseconds:0} ms");

        var why = await _up.ToldAsync("shop", "v1.1.0", "rollout.serving");
        Assert.That(why.Of("v1.1.0")[^1].Commit, Is.EqualTo(commit));
        Assert.That(await CommitInForceAsync(), Is.EqualTo(commit));
    }

    [Test]
    public async Task A_broken_commit_changes_nothing_and_says_what_is_wrong_with_it_and_a_mended_one_goes_on()
    {
        var good = await CommitInForceAsync();
        _folder.Write("shop.yaml", Policies.Pipeline("shop", "web").Replace("semver:", "semfer:", StringComparison.Ordinal));
        var broken = await _folder.CommitAsync("a slip of the pen");
        var complaint = await Eventually.SeesAsync(
            "a word about the commit", () => _up.Complaints, text => text.Contains("semfer", StringComparison.Ordinal));
        await TestContext.Out.WriteLineAsync(complaint);
        Assert.That(complaint, Does.Contain(broken[..12]).And.Match("shop\\.yaml:\\d+:\\d+").And.Contain("semver"));

        var first = await PushAsync("v1.0.0");
        await _cloud.ServesAsync("web", first);
        await PushAsync("v1.1.0");
        await _up.ToldAsync("shop", "v1.1.0", "tag.outOfRange");
        Assert.That(await CommitInForceAsync(), Is.EqualTo(good));

        var told = (await _up.CdctlAsync("policy", "status")).Succeeded().Output;
        Assert.That(told, Does.Contain($"In force: commit {good}").And.Contain($"refused commit {broken}").And.Match("shop\\.yaml:\\d+:\\d+"));

        _folder.Write("shop.yaml", Policies.Pipeline("shop", "web", ">=1.0.0 <1.5.0"));
        var mended = await _folder.CommitAsync("mended");
        await Eventually.SeesAsync("the mended commit is in force", CommitInForceAsync, commit => commit == mended);
        await Eventually.SeesAsync("v1.1.0 serves", () => _up.WhyAsync("shop"), why => why.ServingTag == "v1.1.0");
    }

    [Test]
    public async Task Edits_that_are_not_committed_have_no_effect_and_the_next_start_says_so()
    {
        var good = await CommitInForceAsync();
        _folder.Write("shop.yaml", Policies.Pipeline("shop", "web"));
        _folder.Write("other.yaml", Policies.Pipeline("other", "other"));
        await PushAsync("v1.1.0");
        await _up.ToldAsync("shop", "v1.1.0", "tag.outOfRange");
        Assert.That(await CommitInForceAsync(), Is.EqualTo(good));
        foreach (var command in new[] { new[] { "policy", "status" }, ["status"] })
            Assert.That((await _up.CdctlAsync(command)).Succeeded().Output, Does.Contain("Not committed, and so without effect: other.yaml, shop.yaml"));

        Assert.That(await _up.StopAsync(), Is.Zero, _up.Complaints);
        await _up.DisposeAsync();
        _up = await Up.StartAsync(_folder, "--simulate");
        var complaint = await Eventually.SeesAsync("a word about the edits", () => _up.Complaints, text => text.Length > 0);
        Assert.That(complaint, Does.Contain("not committed"));
        Assert.That(await CommitInForceAsync(), Is.EqualTo(good));
        Assert.That((await _up.CdctlAsync("why", "other")).Code, Is.EqualTo(1));
    }

    [Test]
    public async Task A_commit_is_in_force_for_the_next_push_within_two_seconds_and_an_older_one_when_it_is_checked_out()
    {
        var first = await CommitInForceAsync();
        _folder.Write("shop.yaml", Policies.Pipeline("shop", "web", ">=1.0.0 <2.0.0"));
        var second = await _folder.CommitAsync("all of version 1", "2020-01-01T00:00:00Z");
        var watch = Stopwatch.StartNew();
        await Eventually.SeesAsync("the commit is in force", CommitInForceAsync, commit => commit == second);
        await Measured.TellAsync($"from the end of 'git commit' until another process is told that it is in force: {watch.ElapsedMilliseconds} ms");

        var image = await PushAsync("v1.1.0");
        await _cloud.ServesAsync("web", image);
        Assert.That((await _up.ToldAsync("shop", "v1.1.0", "rollout.serving")).Of("v1.1.0").Select(line => line.Commit), Has.All.EqualTo(second));

        await _folder.CheckOutAsync(first);
        await Eventually.SeesAsync("the older commit is in force", CommitInForceAsync, commit => commit == first);
    }

    private async Task<string> PushAsync(string tag)
    {
        var image = OciLayout.OnePlatform(_folder.Images, tag);
        await Skopeo.PushAsync(image.Reference, _up.Registry, $"{Image}:{tag}");
        return image.Digest;
    }

    private async Task<string> CommitInForceAsync()
    {
        using var status = JsonDocument.Parse((await _up.CdctlAsync("status", "--json")).Succeeded().Output);
        return status.RootElement.GetProperty("commit").GetString()!;
    }
}
