using System.Text.Json;
using System.Text.RegularExpressions;
using CdAutomation.EndToEnd.Stage;
using Google.Cloud.Run.V2;
using Grpc.Net.Client;
using Task = System.Threading.Tasks.Task;

namespace CdAutomation.EndToEnd;

/// <summary><c>cdctl init</c> as a new user calls it.</summary>
public sealed class InitTests
{
    private static readonly string[] Given = ["--project", "acme-cd", "--region", Policies.Region, "--policies", "acme/policies"];

    private UpFolder _folder = null!;

    [SetUp]
    public void Open() => _folder = new();

    [TearDown]
    public void Close() => _folder.Dispose();

    [Test]
    public async Task Where_nothing_runs_it_writes_a_sample_that_passes_check_and_test_and_variables_that_the_example_knows()
    {
        var init = (await InitAsync(["--operator", "group:sre@acme.example", "--no-look"])).Succeeded();
        await TestContext.Out.WriteLineAsync(init.Output);
        Assert.That(init.Output, Does.Contain("Next:").And.Contain("cdctl doctor --tfvars"));
        await IsGoodAsync(1);
        Assert.That(Directory.GetFiles(Written).Select(Path.GetFileName), Is.EquivalentTo(new[] { "web.yaml", "policy.schema.json", "cloudbuild.yaml" }));

        var variables = Regex.Matches(
            await File.ReadAllTextAsync(Repository("infra/examples/single-project/main.tf")),
            "^variable \"(?<name>[a-z_]+)\" {\n(?<body>.*?)^}", RegexOptions.Multiline | RegexOptions.Singleline);
        var wanted = variables.Where(it => !it.Groups["body"].Value.Contains("default", StringComparison.Ordinal)).Select(it => it.Groups["name"].Value);
        using var written = JsonDocument.Parse(await File.ReadAllTextAsync(Variables));
        string[] keys = [.. written.RootElement.EnumerateObject().Select(it => it.Name)];
        Assert.That(keys, Is.SubsetOf(variables.Select(it => it.Groups["name"].Value)));
        Assert.That(wanted.Except(keys), Is.EqualTo(new[] { "image" }), "which is built later, and then given to terraform");
    }

    [Test]
    public async Task What_runs_already_becomes_pipelines()
    {
        await using var up = await Up.StartAsync(_folder, "--simulate");
        using var http = new HttpClient();
        await new TinyImage("web v1.4.2").PushAsync(http, up.Registry, Policies.PathOf("web"), "v1.4.2");
        await new TinyImage("sidecar").PushAsync(http, up.Registry, Policies.PathOf("sidecar"), "latest");
        await new TinyImage("batch").PushAsync(http, up.Registry, Policies.PathOf("batch"), "2.0.0");
        await FoundAsync(up.Run);

        var init = (await InitAsync(["--look", "acme-dev/asia-northeast1", "--look", "acme-live/asia-northeast1", "--json"],
            ("CDAUTOMATION_RUN_ENDPOINT", $"http://{up.Run}"), ("CDAUTOMATION_REGISTRY_ENDPOINT", $"http://{up.Registry}"))).Succeeded();
        await TestContext.Out.WriteLineAsync(init.Output);
        using var report = JsonDocument.Parse(init.Output);
        Assert.That(report.RootElement.GetProperty("pipelines").EnumerateArray().Select(it => it.GetString()), Is.EquivalentTo(new[] { "web", "batch" }));
        Assert.That(report.RootElement.GetProperty("leftOut")[0].GetProperty("what").GetString(), Does.Contain("service web of acme-dev").And.Contain("sidecar:latest"));
        Assert.That(report.RootElement.GetProperty("unread").GetArrayLength(), Is.Zero);
        await IsGoodAsync(2);

        var web = await File.ReadAllTextAsync(Path.Combine(Written, "web.yaml"));
        await TestContext.Out.WriteLineAsync(web);
        Assert.That(web, Does.Contain("What runs is called v1.4.2")
            .And.Contain("container: app").And.Contain("stage: acme-dev"), "known by its digest, and the registry says its tag");
        Assert.That(
            await File.ReadAllTextAsync(Path.Combine(Written, "batch.yaml")),
            Does.Contain("- job: nightly").And.Contain("- workerPool: mail").And.Contain("range: '>=2.0.0 <3.0.0'"));
    }

    [Test]
    public async Task Nothing_is_written_over_without_force_and_nothing_at_all_in_a_dry_run()
    {
        (await InitAsync(["--no-look", "--dry-run"])).Succeeded();
        Assert.That(Directory.Exists(Written) || File.Exists(Variables), Is.False);

        (await InitAsync(["--no-look"])).Succeeded();
        (await InitAsync(["--no-look"])).Succeeded();
        await File.WriteAllTextAsync(Path.Combine(Written, "web.yaml"), "mine");
        var refused = await InitAsync(["--no-look"]);
        Assert.That((refused.Code, refused.Output), Is.EqualTo((1, "")));
        Assert.That(refused.Error, Does.Contain("web.yaml").And.Contain("--force").And.Not.Contain("cloudbuild.yaml"), "what is the same is in nobody's way");
        Assert.That(await File.ReadAllTextAsync(Path.Combine(Written, "web.yaml")), Is.EqualTo("mine"));
        (await InitAsync(["--no-look", "--force"])).Succeeded();
        await IsGoodAsync(1);
    }

    [Test]
    public async Task Where_nobody_answers_it_says_so_and_writes_a_sample()
    {
        var init = (await InitAsync([], ("CDAUTOMATION_RUN_ENDPOINT", "http://127.0.0.1:1"))).Succeeded();
        Assert.That(init.Output, Does.Contain("? Cloud Run of acme-cd/asia-northeast1 was not read").And.Contain("gcloud auth print-access-token"));
        await IsGoodAsync(1);
    }

    [TestCase("--project", "ACME")]
    [TestCase("--region", "asia-northeast1-a")]
    [TestCase("--policies", "acme")]
    [TestCase("--image", "app/functions:stable")]
    [TestCase("--operator", "allUsers")]
    [TestCase("--look", "acme")]
    public async Task What_is_not_right_is_refused_with_what_would_be(string option, string value)
    {
        string[] given = [.. Given.Chunk(2).Where(pair => pair[0] != option).SelectMany(it => it), option, value];
        var refused = await RunAsync(given);
        await TestContext.Out.WriteLineAsync(refused.Error);
        Assert.That((refused.Code, refused.Output), Is.EqualTo((2, "")));
        Assert.That(refused.Error, Does.Contain(option).And.Contain("wanted"));
        Assert.That(File.Exists(Variables), Is.False);
    }

    [Test]
    public async Task Where_no_terminal_is_nothing_is_asked_and_at_one_everything_is_that_was_not_given()
    {
        var silent = await RunAsync(["--region", Policies.Region, "--no-look"]);
        Assert.That((silent.Code, silent.Error.Contains("--project is not given", StringComparison.Ordinal)), Is.EqualTo((2, true)), silent.Error);

        Command.Need("script", "bsdutils");
        var environment = new Dictionary<string, string?>(_folder.Environment) { ["TERM"] = "xterm", ["GOOGLE_CLOUD_PROJECT"] = null };
        // script(1) is a terminal to what it runs; the answers are typed with pauses, as a person does.
        var typed = "sleep 4; for it in acme-cd asia-northeast1 acme/policies; do echo $it; sleep 1; done; sleep 20";
        var asked = await Command.RunAsync(
            "bash", ["-c", $"({typed}) | script --quiet --return --command 'dotnet {Cdctl.Program} init {Written} --no-look --tfvars {Variables}' /dev/null"], environment);
        await TestContext.Out.WriteLineAsync(asked.Output);
        Assert.That(asked.Code, Is.Zero, asked.Output + asked.Error);
        Assert.That(asked.Output, Does.Contain("Which project of Google Cloud").And.Contain("In which region").And.Contain("Which GitHub repository"));
        Assert.That(await File.ReadAllTextAsync(Variables), Does.Contain("\"acme-cd\"").And.Contain("\"acme/policies\""));
        await IsGoodAsync(1);
    }

    private string Written => _folder.Images.In("written");

    private string Variables => _folder.Images.In("cdautomation.tfvars.json");

    private Task<Command> InitAsync(string[] more, params (string Key, string Value)[] environment) => RunAsync([.. Given, .. more], environment);

    private Task<Command> RunAsync(string[] arguments, params (string Key, string Value)[] environment)
    {
        var variables = new Dictionary<string, string?>(_folder.Environment) { ["GOOGLE_CLOUD_PROJECT"] = null };
        foreach (var (key, value) in environment)
            variables[key] = value;
        return Command.RunAsync("dotnet", [Cdctl.Program, "init", Written, "--tfvars", Variables, .. arguments], variables);
    }

    private async Task IsGoodAsync(int pipelines)
    {
        var check = (await Cdctl.RunAsync(_folder, ["check", Written])).Succeeded();
        Assert.That(check.Output, Is.Empty);
        var test = (await Cdctl.RunAsync(_folder, ["test", Written])).Succeeded();
        Assert.That(test.Output, Does.Contain(" 0 failed"));
        Assert.That(Directory.GetFiles(Written, "*.yaml").Count(it => !it.EndsWith("cloudbuild.yaml", StringComparison.Ordinal)), Is.EqualTo(pipelines));
    }

    private static string Repository(string path)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, path)))
                return Path.Combine(folder.FullName, path);
        }

        throw new AssertionException($"{path} is not above the tests");
    }

    /// <summary>What an operator made before anybody thought of automation: by digest, with a sidecar, in two projects.</summary>
    private static async Task FoundAsync(string run)
    {
        using var channel = GrpcChannel.ForAddress($"http://{run}");
        foreach (var project in new[] { "acme-dev", "acme-live" })
        {
            var parent = $"projects/{project}/locations/{Policies.Region}";
            var service = new Service { Template = new RevisionTemplate() };
            var image = $"{Policies.Host}/{Policies.PathOf("web")}@{new TinyImage("web v1.4.2").Digest}";
            service.Template.Containers.Add(new Container { Name = "proxy", Image = $"{Policies.Host}/{Policies.PathOf("sidecar")}:latest" });
            service.Template.Containers.Add(new Container { Name = "app", Image = image, Ports = { new ContainerPort { ContainerPort_ = 8080 } } });
            await new Services.ServicesClient(channel).CreateServiceAsync(new CreateServiceRequest { Parent = parent, ServiceId = "web", Service = service });
        }

        var batch = $"{Policies.Host}/{Policies.PathOf("batch")}:2.0.0";
        var home = $"projects/acme-live/locations/{Policies.Region}";
        var task = new TaskTemplate { Containers = { new Container { Image = batch } } };
        var job = new Job { Template = new ExecutionTemplate { Template = task } };
        await new Jobs.JobsClient(channel).CreateJobAsync(new CreateJobRequest { Parent = home, JobId = "nightly", Job = job });
        var pool = new WorkerPool { Template = new WorkerPoolRevisionTemplate { Containers = { new Container { Image = batch } } } };
        await new WorkerPools.WorkerPoolsClient(channel).CreateWorkerPoolAsync(new CreateWorkerPoolRequest { Parent = home, WorkerPoolId = "mail", WorkerPool = pool });
    }
}
