using System.Text.Json;
using CdAutomation.EndToEnd.Stage;

namespace CdAutomation.EndToEnd;

/// <summary>The commands as a person or a script calls them, against one running <c>cdctl up</c>.</summary>
[Category("Registry")]
public sealed class CommandTests
{
    private const string Shop = "acme/app/web";
    private const string Admin = "acme/app/admin";

    /// <summary>Its pipeline is the one that a test moves.</summary>
    private const string Api = "acme/app/api";

    private UpFolder _folder = null!;
    private Up _up = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _folder = new(
            ("shop.yaml", Policies.Pipeline("shop", "web", ">=1.0.0 <1.5.0")),
            ("api.yaml", Policies.Pipeline("api", "api", ">=1.0.0 <1.5.0")),
            ("admin.yaml", Policies.Pipeline("admin", "admin", gates: "        build:\n          status: SUCCESS")));
        _up = await Up.StartAsync(_folder, "--simulate");
        foreach (var tag in new[] { "v1.0.0", "v1.1.0", "v1.6.0" })
        {
            await Skopeo.PushAsync(OciLayout.OnePlatform(_folder.Images, tag).Reference, _up.Registry, $"{Shop}:{tag}");
            await Skopeo.PushAsync(OciLayout.OnePlatform(_folder.Images, tag).Reference, _up.Registry, $"{Api}:{tag}");
        }

        await Skopeo.PushAsync(OciLayout.OnePlatform(_folder.Images, "admin").Reference, _up.Registry, $"{Admin}:v1.0.0");
        await _up.ToldAsync("shop", "v1.1.0", "rollout.serving");
        await _up.ToldAsync("shop", "v1.6.0", "tag.outOfRange");
        await _up.ToldAsync("admin", "v1.0.0", "build.awaited");
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        if (_up is not null)
            await _up.DisposeAsync();
        _folder?.Dispose();
    }

    [Test]
    public async Task Status_tells_where_every_pipeline_stands_to_people_and_to_scripts()
    {
        var people = (await _up.CdctlAsync("status")).Succeeded().Output;
        await TestContext.Out.WriteLineAsync(people);
        Assert.That(people, Does.Contain("shop").And.Contain("admin").And.Contain("v1.1.0").And.Contain(Policies.ServiceOf("web")));

        using var status = JsonDocument.Parse((await _up.CdctlAsync("status", "--json")).Succeeded().Output);
        var stages = status.RootElement.GetProperty("pipelines").EnumerateArray()
            .ToDictionary(it => it.GetProperty("pipeline").GetString()!, it => it.GetProperty("stages")[0]);
        Assert.That(stages["shop"].GetProperty("tag").GetString(), Is.EqualTo("v1.1.0"));
        Assert.That(stages["admin"].TryGetProperty("image", out _), Is.False, "the placeholder is no image of the pipeline");
    }

    [Test]
    public async Task Why_tells_of_one_image_by_tag_and_by_digest_and_of_an_unknown_one_that_nothing_is_known()
    {
        var people = (await _up.CdctlAsync("why", "shop", "--image", "v1.6.0")).Succeeded().Output;
        await TestContext.Out.WriteLineAsync(people);
        Assert.That(people, Does.Contain("v1.6.0").And.Contain("tag.outOfRange").And.Contain("policy commit").And.Not.Contain("v1.0.0 ("));

        var digest = (await _up.WhyAsync("shop", "v1.1.0")).Lines[0].Digest!;
        var byDigest = await _up.WhyAsync("shop", digest[..15]);
        Assert.That(byDigest.Lines, Is.Not.Empty);
        Assert.That(byDigest.Lines.Select(line => line.Digest).Distinct(), Is.EqualTo(new[] { digest }));

        Assert.That((await _up.CdctlAsync("why", "shop", "--image", "v7.7.7")).Code, Is.EqualTo(1));
        await RefusedAsync(await _up.CdctlAsync("why", "nobody"), 1, "nobody");
    }

    [Test]
    public async Task Deploy_takes_what_the_tag_rules_leave_out_but_nothing_older_unknown_or_held_by_a_gate()
    {
        var held = await _up.CdctlAsync("deploy", "admin", "--image", "v1.0.0", "--json");
        Assert.That((held.Code, Why.Parse(held.Output).Lines[^1].Outcome), Is.EqualTo((8, "held")), held.Output);

        await _up.ToldAsync("api", "v1.6.0", "tag.outOfRange");
        var allowed = await _up.CdctlAsync("deploy", "api", "--image", "v1.6.0");
        await TestContext.Out.WriteLineAsync(allowed.Output);
        Assert.That(allowed.Code, Is.Zero, allowed.Output);
        Assert.That((await _up.WhyAsync("api")).ServingTag, Is.EqualTo("v1.6.0"));
        Assert.That((await _up.CdctlAsync("deploy", "api", "--image", "v1.6.0")).Code, Is.Zero, "what serves already is done as asked");

        var older = await _up.CdctlAsync("deploy", "api", "--image", "v1.0.0", "--json");
        Assert.That((older.Code, Why.Parse(older.Output).Lines[^1].Code), Is.EqualTo((1, "candidate.older")), older.Output);
        var unknown = await _up.CdctlAsync("deploy", "api", "--image", "v9.9.9", "--json");
        Assert.That((unknown.Code, Why.Parse(unknown.Output).Lines[^1].Code), Is.EqualTo((1, "deploy.noSuchImage")), unknown.Output);
        var foreign = await _up.CdctlAsync("deploy", "api", "--image", $"{Policies.Host}/{Admin}:v1.0.0", "--json");
        Assert.That((foreign.Code, Why.Parse(foreign.Output).Lines[^1].Code), Is.EqualTo((1, "deploy.notOurs")), foreign.Output);
        await RefusedAsync(await _up.CdctlAsync("deploy", "nobody", "--image", "v1.0.0"), 1, "nobody");
        Assert.That((await _up.WhyAsync("api")).ServingTag, Is.EqualTo("v1.6.0"));
    }

    [Test]
    public async Task Nobody_is_answered_without_the_token()
    {
        await RefusedAsync(await Cdctl.RunAsync(_folder, ["status", "--url", _up.Web], token: "not the right one at all"), 1, "token");
        // Where no up was started by this user, there is no token to find either.
        using var stranger = new UpFolder();
        await RefusedAsync(await Cdctl.RunAsync(stranger, ["status", "--url", $"{_up.Web}/functions/OnRequest"]), 1, "token");
    }

    [Test]
    public async Task The_web_address_and_the_token_are_all_that_another_user_of_the_machine_needs()
    {
        using var other = new UpFolder();
        (await Cdctl.RunAsync(other, ["status", "--url", $"{_up.Web}/functions/OnRequest"], _folder.Token)).Succeeded();
        (await Cdctl.RunAsync(other, ["status", "--url", _up.Web], _folder.Token)).Succeeded();
    }

    [Test]
    public async Task Where_nobody_answers_or_nothing_was_started_the_sentence_says_what_to_do()
    {
        using var nowhere = new UpFolder();
        await RefusedAsync(await Cdctl.RunAsync(nowhere, ["status"]), 2, "cdctl up");
        await RefusedAsync(await Cdctl.RunAsync(nowhere, ["status", "--url", "http://127.0.0.1:1"]), 2, "nobody answers");
        await RefusedAsync(await Cdctl.RunAsync(nowhere, ["status", "--url", "no address"]), 2, "--url");
        await RefusedAsync(await Cdctl.RunAsync(nowhere, ["up", "--data", _folder.Data, "--simulate"]), 2, "in use");
    }

    [Test]
    public async Task Select_answers_each_case_on_a_line_of_its_own()
    {
        var cases = _folder.Images.In("cases.jsonl");
        await File.WriteAllLinesAsync(cases,
        [
            """{"spec":{"policy":{"semver":{"range":">=1.0.0 <2.0.0"}}},"tags":["1.0.0","1.10.0","1.9.0","2.0.0"]}""",
            """{"spec":{"policy":{"semver":{"range":"1.x"}}},"tags":["latest"]}""",
            "this is no JSON",
        ]);
        var output = (await Cdctl.RunAsync(_folder, ["select", "--cases", cases])).Succeeded().Output;
        var answers = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        await TestContext.Out.WriteLineAsync(string.Join('\n', answers));
        Assert.That(answers, Has.Length.EqualTo(3));
        Assert.That(answers[0], Does.Contain("\"selected\":\"1.10.0\""));
        Assert.That(answers[1], Does.Contain("\"selected\":null").And.Contain("tag.notAVersion"));
        Assert.That(answers[2], Does.Contain("case.unreadable"));
        await RefusedAsync(await Cdctl.RunAsync(_folder, ["select", "--cases", _folder.Images.In("missing.jsonl")]), 2, "missing.jsonl");
    }

    [Test]
    public async Task Every_command_shows_examples_in_its_help()
    {
        var help = (await Cdctl.RunAsync(_folder, ["--help"])).Succeeded().Output;
        var commands = help[help.IndexOf("Commands:", StringComparison.Ordinal)..].Split('\n').Skip(1)
            .Where(line => line.StartsWith("  ", StringComparison.Ordinal) && !char.IsWhiteSpace(line[2]))
            .Select(line => line.Trim().Split(' ')[0]).ToArray();
        Assert.That(commands, Is.SupersetOf(new[] { "up", "status", "why", "events", "deploy", "select" }));

        var silent = new List<string>();
        foreach (var command in commands)
        {
            var text = (await Cdctl.RunAsync(_folder, [command, "--help"])).Succeeded().Output;
            if (!text.Contains("Examples:", StringComparison.Ordinal) || !text.Contains($"cdctl {command}", StringComparison.Ordinal))
                silent.Add(command);
        }

        Assert.That(silent, Is.Empty, "commands whose help shows no example");
    }

    [TestCase("deploy", "shop")]
    [TestCase("why")]
    [TestCase("status", "--jsn")]
    [TestCase("events", "--limit", "many")]
    [TestCase("no-such-command")]
    [TestCase("up", "--simulate", "--no-such-option")]
    public async Task Wrong_words_are_answered_with_a_sentence_and_exit_code_2(params string[] words) =>
        await RefusedAsync(await Cdctl.RunAsync(_folder, words), 2, "");

    private static async Task RefusedAsync(Command command, int code, string saying)
    {
        await TestContext.Out.WriteLineAsync($"{command.Code}: {command.Error.Trim()}");
        Assert.That(command.Error.Trim(), Is.Not.Empty.And.Contain(saying).And.Not.Contain("   at "), $"{command.Line}\n{command.Output}");
        Assert.That(command.Code, Is.EqualTo(code), $"{command.Line}\n{command.Output}\n{command.Error}");
    }
}
