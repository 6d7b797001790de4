using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using CdAutomation.EndToEnd.Stage;
using CdAutomation.EndToEnd.Stage.Images;
using CdAutomation.Infra.Tests.CloudBuild;

namespace CdAutomation.EndToEnd;

/// <summary>
/// The images, built as cloudbuild.yaml has them built: once, natively, from a registry of this machine. They are built before the first of
/// these tests, which takes minutes; no other test compiles natively.
/// </summary>
[Category("Containers")]
[Category("Registry")]
[Category("Aot")]
[Category("Node")]
public sealed partial class ImageTests
{
    private const string CompiledAgain = "when it is compiled again in another folder";

    private static readonly string[] Names = ["functions", "cdctl"];

    /// <summary>Compiling natively a second time takes minutes: it is for the whole size.</summary>
    private static readonly string[] Repetitions = Environment.GetEnvironmentVariable("CDAUTOMATION_LONG") == "1"
        ? ["when it is pushed again", CompiledAgain]
        : ["when it is pushed again"];

    private BuiltImages _images = null!;

    [OneTimeSetUp]
    public async Task Build() => _images = await BuiltImages.MakeAsync();

    [OneTimeTearDown]
    public async Task Remove()
    {
        if (_images is not null)
            await _images.DisposeAsync();
    }

    [Test]
    public void They_are_compiled_once_and_natively_without_a_warning_of_trimming() => Assert.Multiple(() =>
    {
        Assert.That(_images.Log, Does.Not.Match(@"warning (IL|AD)\d+"));
        Assert.That(_images.Log.Split("Generating native code"), Has.Length.EqualTo(2));
        Assert.That(_images.Pushed, Is.EqualTo(new[]
        {
            _images.Named("functions"), _images.Named("web"), _images.Named("cdctl"), $"{_images.Registry}/acme/app/cdctl:stable",
        }));
    });

    [TestCaseSource(nameof(Names))]
    public async Task An_image_says_what_it_is_of_and_tells_no_time_but_its_commits(string image)
    {
        var config = JsonNode.Parse(await SkopeoAsync("inspect", "--config", image))!;

        Assert.That($"{config["config"]!["User"]}", Is.EqualTo("1654"));
        var labels = config["config"]!["Labels"]!.AsObject().Where(it => it.Key.StartsWith("org.opencontainers.image.", StringComparison.Ordinal))
            .ToDictionary(it => it.Key["org.opencontainers.image.".Length..], it => $"{it.Value}");
        Assert.That(labels["revision"], Is.EqualTo(BuiltImages.Commit));
        Assert.That(labels["created"], Is.EqualTo("2026-11-25T09:30:00Z"));
        Assert.That(labels["version"], Is.EqualTo("1.4"));
        Assert.That(labels["source"], Is.EqualTo("https://github.com/acme/cdautomation"));
        Assert.That(labels["title"], Is.EqualTo($"cdautomation/{image}"));
        Assert.That(config["created"]!.GetValue<DateTimeOffset>(), Is.EqualTo(BuiltImages.Time));
        foreach (var line in (await ListedAsync(image)).Split('\n', StringSplitOptions.RemoveEmptyEntries))
            Assert.That(line, Does.Contain("2026-11-25 09:30:00"), "the time of a build would make another digest of the same commit");
    }

    [Test]
    public async Task One_program_is_in_two_images_and_that_of_the_web_has_its_function_picked()
    {
        var functions = JsonNode.Parse(await SkopeoAsync("inspect", "--raw", "functions"))!;
        var web = JsonNode.Parse(await SkopeoAsync("inspect", "--raw", "web"))!;
        Assert.That($"{web["layers"]}", Is.EqualTo($"{functions["layers"]}"), "what is compiled once is stored once");
        var config = JsonNode.Parse(await SkopeoAsync("inspect", "--config", "web"))!["config"]!;
        Assert.That(config["Env"]!.AsArray().Select(it => $"{it}"), Does.Contain($"FUNCTION_TARGET={typeof(Triggers.OnRequest).FullName}"));
        Assert.That($"{config["Labels"]!["org.opencontainers.image.title"]}", Is.EqualTo("cdautomation/web"));
        Assert.That($"{config["Labels"]!["org.opencontainers.image.revision"]}", Is.EqualTo(BuiltImages.Commit));
    }

    [TestCaseSource(nameof(Names))]
    public async Task An_image_has_the_list_of_its_parts_and_no_shell(string image)
    {
        var files = await ListedAsync(image);
        Assert.That(files, Does.Contain($"app/{image}.cdx.json").And.Not.Contain(".pdb").And.Not.Contain(".xml"));
        var bill = JsonNode.Parse(await ReadAsync(image, $"app/{image}.cdx.json"))!;
        Assert.That($"{bill["bomFormat"]}", Is.EqualTo("CycloneDX"));
        Assert.That(bill["components"]!.AsArray().Select(it => $"{it!["purl"]}"), Has.Some.StartsWith("pkg:nuget/Google.Protobuf@").And.Some.StartsWith("pkg:nuget/YamlDotNet@"));
        Assert.That(bill["serialNumber"], Is.Null);
        Assert.That(bill["metadata"]!["timestamp"], Is.Null);

        var run = Podman.RunArguments($"cda-{Guid.NewGuid():N}", new Dictionary<string, string?>(), []);
        var shell = await Command.RunAsync(
            "podman", [.. _images.Podman.Options, .. run, "--entrypoint", "/bin/sh", _images.Named(image), "-c", "true"]);
        Assert.That(shell.Code, Is.Not.Zero);
        Assert.That(shell.Error, Does.Contain("/bin/sh").And.Contain("no such file"));
    }

    [TestCaseSource(nameof(Repetitions))]
    public async Task One_commit_is_one_digest(string repetition)
    {
        var first = await _images.PushedDigestAsync(_images.Named("functions"));
        var again = repetition == CompiledAgain
            ? await _images.AgainAsync("functions")
            : (await SkopeoAsync("inspect", "--format={{.Digest}}", "functions")).Trim();
        Assert.That(again, Is.EqualTo(first));
    }

    [Test]
    public async Task One_image_is_each_of_the_functions_and_an_event_goes_through_them()
    {
        await using var house = await ImageHouse.StartAsync();
        var started = new Dictionary<string, ContainerFunction>();
        try
        {
            foreach (var function in (string[])["OnImagePushed", "OnBuildFinished", "OnTick", "OnRequest"])
                started[function] = await ContainerFunction.StartAsync(_images, function, house.Environment, house.Volume);
            await SizesAsync(started);

            var image = await house.PushAsync("v1.0.0");
            using (var pushed = await started["OnImagePushed"].Http.PostAsync("/", house.Inserted(image, "v1.0.0")))
                Assert.That(pushed.StatusCode, Is.EqualTo(HttpStatusCode.NoContent), started["OnImagePushed"].Log);
            using (var built = await started["OnBuildFinished"].Http.PostAsync("/", house.Message("""{"id":"b-1","projectId":"acme","status":"SUCCESS"}""")))
                Assert.That(built.StatusCode, Is.EqualTo(HttpStatusCode.NoContent), started["OnBuildFinished"].Log);
            await Eventually.SeesAsync("ticks bring it to its end", async () =>
            {
                using var ticked = await started["OnTick"].Http.PostAsync("/", null);
                Assert.That(ticked.StatusCode, Is.EqualTo(HttpStatusCode.NoContent), started["OnTick"].Log);
                return (await house.Cloud.ServiceAsync("web")).Template.Containers[0].Image;
            }, it => it.EndsWith(image.Split('@')[1], StringComparison.Ordinal));

            var request = started["OnRequest"].Http;
            request.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Installation.Token);
            Assert.That(await request.GetStringAsync("/v1/pipelines/shop/why"), Does.Contain("rollout.serving"));
            Assert.That(await request.GetStringAsync("/-/ready"), Does.Contain("\"ready\":true"));
            foreach (var (function, container) in started)
                Assert.That(await container.StopAsync(), Is.Zero, $"{function}: {container.Log}");
        }
        finally
        {
            foreach (var container in started.Values)
                await container.DisposeAsync();
        }
    }

    [TestCase("check")]
    [TestCase("test")]
    [TestCase("publish")]
    public async Task The_image_of_cdctl_runs_each_step_of_a_policy_repositorys_build(string step)
    {
        var folder = _images.Folder.In($"policies-{step}");
        // As Cloud Build checks a repository out: owned by root, while the image runs as nobody of this machine.
        await Podman.BuildAsync(
            $"cp -r '{BuildFile.Repository}/infra/policies' '{folder}' && cd '{folder}'"
            + " && git init -q . && git add . && git -c user.name=ann -c user.email=ann@acme.example commit -q -m first",
            _images.Folder.Path,
            new Dictionary<string, string?>());
        var commit = (await Command.RunAsync("git", ["-C", folder, "rev-parse", "HEAD"])).Succeeded().Output.Trim();
        var build = BuildFile.Read("infra/policies/cloudbuild.yaml");
        var values = new Dictionary<string, string>(build.Substitutions) { ["COMMIT_SHA"] = commit };
        var arguments = build.Steps.Single(it => it.Id == step).Args.Select(it => BuildFile.Substituted(it, values)).ToList();

        var ended = await _images.Podman.ContainerAsync(_images.Named("cdctl"), arguments, new Dictionary<string, string?>(), $"{folder}:/workspace");

        Assert.That(ended.Succeeded().Error, Is.Empty);
        await TestContext.Out.WriteLineAsync(ended.Output);
    }

    [Test]
    public async Task The_image_of_cdctl_watches_over_services_and_says_no_where_one_cannot_be_seen()
    {
        await using var house = await ImageHouse.StartAsync();
        string[] watchdog = ["watchdog", "--project", Policies.Project, "--region", Policies.Region, "--attempts", "1", "--tick", "web"];

        var well = await _images.Podman.ContainerAsync(_images.Named("cdctl"), watchdog, house.Environment);
        var ill = await _images.Podman.ContainerAsync(_images.Named("cdctl"), [.. watchdog, "--ready", "nothing", "--dry-run", "--json"], house.Environment);

        Assert.That(well.Succeeded().Output, Does.StartWith("✔ web web-").And.Contain("it answers"));
        Assert.That(ill.Code, Is.EqualTo(1), ill.Error);
        using var line = JsonDocument.Parse(ill.Output.Split('\n').First(it => it.Contains("\"nothing\"", StringComparison.Ordinal)));
        Assert.That(line.RootElement.GetProperty("wrong").GetString(), Does.Contain("could not be read"));
    }

    private async Task SizesAsync(IReadOnlyDictionary<string, ContainerFunction> started)
    {
        foreach (var image in Names)
        {
            var layers = JsonNode.Parse(await SkopeoAsync("inspect", "--raw", image))!["layers"]!.AsArray().Select(it => it!["size"]!.GetValue<long>()).ToList();
            await Measured.TellAsync($"{image}: {layers.Sum() / 1e6:0.0} MB to pull, {layers[^1] / 1e6:0.0} MB of them without the base");
        }

        foreach (var (function, container) in started)
            await Measured.TellAsync($"{function}: {container.ColdStart.TotalMilliseconds:0} ms from the start of the container to its first answer");
    }
}
