using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CdAutomation.EndToEnd.Stage;

namespace CdAutomation.EndToEnd;

/// <summary>Policies travel like images: published by one program, announced by a registry, taken up by others.</summary>
[Category("Registry")]
public sealed class PolicyPublishTests
{
    private const int Warm = 10;

    [Test]
    public async Task Published_policies_come_into_force_through_the_registrys_event_and_worse_ones_do_not()
    {
        await using var house = await PolicyHouse.StartAsync(("shop.yaml", Policies.Pipeline("shop", "web")));
        var old = await house.Folder.CommitAsync("the first", "2026-11-23T10:00:00Z");
        house.Folder.Write("shop.yaml", Policies.Pipeline("shop", "web", ">=1.0.0 <3.0.0"));
        var good = await house.Folder.CommitAsync("version 2 as well", "2026-11-23T11:00:00Z");

        var published = (await house.PublishAsync(good)).Succeeded().Output.Trim();
        Assert.That(published, Does.Match($"^published {PolicyHouse.Home}@sha256:[0-9a-f]{{64}}$"));
        await house.InForceAsync(good);
        Assert.That((await house.PublishAsync(good)).Succeeded().Output.Trim(), Is.EqualTo(published), "the same input, the same digest");

        (await house.PublishAsync(old)).Succeeded();
        var refused = (await house.RefusedAsync(1))[0];
        Assert.That((refused.Commit, refused.Reasons.Single().Code), Is.EqualTo((old, "policy.older")));
        (await house.PublishAsync(good)).Succeeded();

        using var status = JsonDocument.Parse((await house.CdctlAsync("policy", "status", "--json")).Succeeded().Output);
        var active = status.RootElement.GetProperty("active");
        Assert.That(active.GetProperty("commit").GetString(), Is.EqualTo(good));
        Assert.That(active.GetProperty("source").GetString(), Is.EqualTo(PolicyHouse.Origin));
        Assert.That(active.GetProperty("committedAt").GetDateTimeOffset(), Is.EqualTo(new DateTimeOffset(2026, 11, 23, 11, 0, 0, TimeSpan.Zero)));
        Assert.That(published, Is.EqualTo($"published {active.GetProperty("image").GetString()}"));
        var told = (await house.CdctlAsync("policy", "status")).Succeeded().Output;
        Assert.That(told, Does.Contain($"In force: commit {good}").And.Contain(old).And.Contain("policy.older"));

        (await house.PublishAsync(old, "--force")).Succeeded();
        await house.InForceAsync(old);
    }

    [Test]
    public async Task Policies_from_another_git_repository_are_refused()
    {
        await using var house = await PolicyHouse.StartAsync(("shop.yaml", Policies.Pipeline("shop", "web")));
        var commit = await house.Folder.CommitAsync("the first");
        (await house.PublishAsync(commit, "--source", "https://git.evil.example/policies")).Succeeded();
        Assert.That((await house.RefusedAsync(1))[0].Reasons.Single().Code, Is.EqualTo("policy.source"));
        Assert.That((await house.CdctlAsync("policy", "status")).Code, Is.EqualTo(1), "none are in force");
    }

    [Test]
    public async Task Policies_wait_for_their_signature_and_come_into_force_with_the_event_of_the_right_one()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await using var house = await PolicyHouse.StartAsync(key.ExportSubjectPublicKeyInfoPem(), ("shop.yaml", Policies.Pipeline("shop", "web")));
        using var signed = new Signed(house.Registry.Address, PolicyHouse.HomePath);
        var commit = await house.Folder.CommitAsync("the first");
        var digest = (await house.PublishAsync(commit)).Succeeded().Output.Trim().Split('@')[1];
        Assert.That((await house.RefusedAsync(1))[0], Has.Property("Waits").True.And.Property("Commit").EqualTo(commit));
        Assert.That((await house.CdctlAsync("policy", "status")).Output, Does.Contain("No policies are in force").And.Contain("waits").And.Contain("signature.missing"));

        await signed.PushAsync(PolicyHouse.Home, digest, other);
        var refused = (await house.RefusedAsync(2))[0];
        Assert.That((refused.Waits, refused.Reasons.Single().Code), Is.EqualTo((false, "signature.invalid")));

        await signed.PushAsync(PolicyHouse.Home, digest, key);
        await house.InForceAsync(commit);
    }

    [Test]
    public async Task Policies_that_are_wrong_are_not_published_and_every_problem_is_told()
    {
        await using var house = await PolicyHouse.StartAsync(("shop.yaml", Policies.Pipeline("shop", "web").Replace("semver:", "semfer:", StringComparison.Ordinal)));
        house.Folder.Write("other.yaml", "apiVersion: cdautomation/v1\nkind: Pipline\n");
        var commit = await house.Folder.CommitAsync("slips of the pen");

        var refused = await house.PublishAsync(commit);
        Assert.That((refused.Code, refused.Error), Is.EqualTo((1, "cdctl: nothing was published\n")));
        Assert.That(refused.Output, Does.Match("shop\\.yaml:\\d+:\\d+: .*semfer").And.Match("other\\.yaml:\\d+:\\d+: .*Pipline"));
        using var http = new HttpClient();
        using var tags = await http.GetAsync($"http://{house.Registry.Address}/v2/{PolicyHouse.HomePath}/tags/list");
        Assert.That(tags.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
    }

    [Test]
    public async Task What_is_committed_is_published_and_a_dry_run_tells_its_digest_and_pushes_nothing()
    {
        await using var house = await PolicyHouse.StartAsync(("shop.yaml", Policies.Pipeline("shop", "web")));
        var commit = await house.Folder.CommitAsync("the first", "2026-11-23T10:00:00Z");
        var tried = (await house.PublishAsync(commit, "--dry-run", "--json")).Succeeded();
        using var report = JsonDocument.Parse(tried.Output);
        Assert.That(report.RootElement.GetProperty("pushed").GetBoolean(), Is.False);

        house.Folder.Write("shop.yaml", "an edit");
        var published = (await house.PublishAsync(commit)).Succeeded();
        Assert.That(published.Output.Trim(), Is.EqualTo($"published {PolicyHouse.Home}@{report.RootElement.GetProperty("digest").GetString()}"));
        Assert.That(published.Error, Does.Contain("shop.yaml").And.Contain("not published"));
        await house.InForceAsync(commit);
    }

    [TestCase("no repository", "--to", "shop", "--commit", "0123456789abcdef0123456789abcdef01234567")]
    [TestCase("40 lower-case hexadecimal digits", "--to", "a.example/policies", "--commit", "main")]
    [TestCase("--committed-at", "--to", "a.example/policies", "--commit", "0123456789abcdef0123456789abcdef01234567")]
    [TestCase("no address", "--to", "a.example/policies", "--commit", "0123456789abcdef0123456789abcdef01234567", "--committed-at", "yesterday")]
    public async Task What_cannot_be_tried_ends_with_2_and_says_why(string said, params string[] arguments)
    {
        using var folder = new UpFolder(("shop.yaml", Policies.Pipeline("shop", "web")));
        var command = await Cdctl.RunAsync(folder, ["policy", "publish", folder.Policies, .. arguments]);
        Assert.That(command.Code, Is.EqualTo(2), command.Error);
        Assert.That(command.Error, said == "no address" ? Does.Contain("an instant such as") : Does.Contain(said));
    }

    [Test]
    public async Task Ten_warm_processes_on_one_store_all_decide_under_the_new_commit_after_one_event_each()
    {
        await using var house = await PolicyHouse.StartAsync(("shop.yaml", Policies.Pipeline("shop", "web", ">=1.0.0 <2.0.0")));
        var first = await house.Folder.CommitAsync("the first");
        (await house.PublishAsync(first)).Succeeded();
        await house.InForceAsync(first);

        var warm = new List<FunctionProcess>();
        for (var number = 0; number < Warm; number++)
            warm.Add(await house.AnotherAsync("OnImagePushed"));
        await SendToEachAsync(house, warm, "v8.0", first);

        house.Folder.Write("shop.yaml", Policies.Pipeline("shop", "web", ">=1.0.0 <3.0.0"));
        var second = await house.Folder.CommitAsync("version 2 as well");
        (await house.PublishAsync(second)).Succeeded();
        await house.InForceAsync(second);
        await SendToEachAsync(house, warm, "v9.0", second);
    }

    /// <summary>Sends each process one push, of an image that is not there yet, and sees under which commit it decided.</summary>
    private static async Task SendToEachAsync(PolicyHouse house, List<FunctionProcess> warm, string version, string commit)
    {
        using var http = new HttpClient();
        foreach (var (process, number) in warm.Select((process, number) => (process, number)))
        {
            var tag = $"{version}.{number}";
            const string web = $"{Policies.Host}/acme/app/web";
            var data = $$"""{"action":"INSERT","digest":"{{web}}@sha256:{{new string('a', 64)}}","tag":"{{web}}:{{tag}}"}""";
            var body = $$"""{"message":{"messageId":"1","data":"{{Convert.ToBase64String(Encoding.UTF8.GetBytes(data))}}"},"subscription":"s"}""";
            using var content = new StringContent(body, Encoding.UTF8, "application/json");
            using var answer = await http.PostAsync(process.Address, content);
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.NoContent), process.Log);
            Assert.That(await house.CommitsOfAsync(tag), Is.EqualTo(new[] { commit }), process.Log);
        }
    }
}
