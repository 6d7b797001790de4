using CdAutomation.EndToEnd.Stage;
using Google.Cloud.Run.V2;
using Grpc.Net.Client;
using Microsoft.Data.Sqlite;
using Task = System.Threading.Tasks.Task;

namespace CdAutomation.EndToEnd;

/// <summary>
/// Things that break in a running <c>cdctl up</c>, one at a time: <c>cdctl doctor</c> names what is broken, and nothing else, and the cure that
/// it names cures it.
/// </summary>
public sealed class DoctorTests : DoctorHouse
{
    private const string Target = $"target {Policies.Project}/{Policies.Region}/web";
    private const string Permission = $"permission {Policies.Project}/{Policies.Region}/web";

    [Test]
    public async Task What_is_well_is_said_to_be_well_to_people_and_to_scripts()
    {
        await IsWellAsync();
        var people = (await Cdctl.RunAsync(Folder, ["doctor"])).Succeeded().Output;
        await TestContext.Out.WriteLineAsync(people);
        Assert.That(people, Does.Contain("✔ topic gcr: ").And.Contain("✔ store: ").And.Contain($"✔ events {Policies.Host}/acme/app/web: the last push, v1.")
            .And.Contain(", 0 broken, 0 not looked at"));
    }

    [Test]
    public async Task A_store_that_cannot_be_written()
    {
        using (var holder = new SqliteConnection($"Data Source={Path.Combine(Folder.Data, "journal.db")};Pooling=False"))
        {
            await holder.OpenAsync();
            using var transaction = holder.BeginTransaction(deferred: false);
            var (sentence, mend) = (await IsBrokenAsync(["store"])).Of("store");
            Assert.That(sentence, Does.Contain("until it can be written, events are answered 503"));
            Assert.That(mend, Does.Contain(Path.Combine(Folder.Data, "journal.db")));
        }

        await IsWellAsync();
    }

    [Test]
    public async Task A_policy_that_is_refused()
    {
        Folder.Write("shop.yaml", Policies.Pipeline("shop", "web").Replace("semver:", "semfer:", StringComparison.Ordinal));
        var commit = await Folder.CommitAsync("a slip of the pen");
        var visit = await Eventually.SeesAsync("the commit is refused", () => DoctorVisit.PayAsync(Folder), it => it.Broken.Count > 0);
        Assert.That((visit.Code, visit.Broken), Is.EqualTo((1, new[] { "policy" })), visit.ToString());
        Assert.That(visit.Of("policy").Sentence, Does.StartWith($"commit {commit[..12]} is refused: ").And.Contain("semfer").And.Contain("stays in force"));
        Assert.That(visit.Of("policy").Mend, Is.EqualTo($"cdctl check {Folder.Policies}"));
        Assert.That((await Cdctl.RunAsync(Folder, ["check", Folder.Policies])).Output, Does.Contain("semfer"), "the cure says where");

        Folder.Write("shop.yaml", Policies.Pipeline("shop", "web"));
        var mended = await Folder.CommitAsync("mended");
        await Eventually.SeesAsync("the mended commit is in force", () => Running.CdctlAsync("policy", "status"),
            it => it.Output.Contains($"In force: commit {mended}", StringComparison.Ordinal));
        await IsWellAsync();
    }

    [Test]
    public async Task Functions_that_do_not_run_and_nothing_is_said_to_be_well_that_could_not_be_seen()
    {
        await Running.KillAsync();
        var visit = await DoctorVisit.PayAsync(Folder);
        await TestContext.Out.WriteLineAsync(visit.ToString());
        Assert.That((visit.Code, visit.Broken), Is.EqualTo((1, new[] { "functions" })));
        Assert.That(visit.Well, Is.Empty);
        Assert.That(visit.Unknown, Is.SupersetOf(new[] { "store", "policy", "clock", "topic gcr", "subscription gcr-OnImagePushed", "dead letters", "registry", "targets" }));
        await StartAgainCuresAsync(visit.Of("functions").Mend);
    }

    [Test]
    public async Task A_registry_that_is_down()
    {
        var registry = $"registry {Policies.Host}/acme/app/web";
        var visit = await DoctorVisit.PayAsync(Folder, ("CDAUTOMATION_REGISTRY_ENDPOINT", "http://127.0.0.1:1"));
        Assert.That((visit.Code, visit.Broken), Is.EqualTo((1, new[] { registry })), visit.ToString());
        Assert.That(visit.Of(registry).Sentence, Does.StartWith("nobody answers at http://127.0.0.1:1/"));
        Assert.That(visit.Unknown, Is.EqualTo(new[] { $"events {Policies.Host}/acme/app/web" }), "what was pushed last is not known then");
    }

    [TestCase(10, "(59.|60.) s behind")]
    [TestCase(-10, "ahead of")]
    public async Task Clocks_that_do_not_agree(int minutes, string sentence)
    {
        await using var proxy = await LateProxy.OpenAsync(Running.Web, TimeSpan.FromMinutes(minutes));
        var visit = await DoctorVisit.PayAsync(Folder, ("CDAUTOMATION_URL", proxy.Address), ("CDAUTOMATION_TOKEN", Folder.Token));
        Assert.That((visit.Code, visit.Broken), Is.EqualTo((1, new[] { "clock" })), visit.ToString());
        Assert.That(visit.Of("clock").Sentence, Does.Match(sentence));
        Assert.That(visit.Of("clock").Mend, Does.Contain("set-ntp"));
    }

    [Test]
    public async Task A_token_that_is_refused()
    {
        var visit = await DoctorVisit.PayAsync(Folder, ("CDAUTOMATION_TOKEN", "another one than is wanted"));
        Assert.That((visit.Code, visit.Broken), Is.EqualTo((1, new[] { "functions" })), visit.ToString());
        Assert.That(visit.Of("functions").Sentence, Does.Contain("refuse the token").And.Not.Contain("another one than is wanted"));
        Assert.That(visit.Unknown, Does.Contain("policy").And.Contain("targets"));
        Assert.That(visit.Of("functions").Mend, Is.EqualTo($"export CDAUTOMATION_TOKEN=$(cat {Path.Combine(Folder.Data, "token")})"));
    }

    [Test]
    public async Task A_permission_that_is_missing()
    {
        await using var stingy = await StingyCloudRun.OpenAsync(Running.Run);
        var visit = await DoctorVisit.PayAsync(Folder, ("CDAUTOMATION_RUN_ENDPOINT", stingy.Address));
        Assert.That((visit.Code, visit.Broken), Is.EqualTo((1, new[] { Permission })), visit.ToString());
        Assert.That(visit.Of(Permission).Sentence, Does.Contain($"run.services.update on {Policies.ServiceOf("web")}").And.Not.Contain("run.services.get"));
    }

    [Test]
    public async Task A_service_that_is_missing()
    {
        using var run = GrpcChannel.ForAddress($"http://{Running.Run}");
        await new Services.ServicesClient(run).DeleteServiceAsync(new DeleteServiceRequest { Name = Policies.ServiceOf("web") });
        var visit = await Eventually.SeesAsync("the service is missed", () => DoctorVisit.PayAsync(Folder), it => it.Broken.Contains(Target));
        Assert.That(visit.Of(Target).Sentence, Does.Contain($"{Policies.ServiceOf("web")} is missing"));
        await StartAgainCuresAsync(visit.Of(Target).Mend);
    }

    [Test]
    public async Task On_Google_Cloud_the_cures_are_commands_of_gcloud_and_terraform()
    {
        var file = Folder.Images.In("cdautomation.tfvars.json");
        await File.WriteAllTextAsync(file, """{"project_id":"acme-cd","region":"asia-northeast1","policies":"acme/policies"}""");
        (string, string)[] endpoints =
        [
            ("CDAUTOMATION_PUBSUB_ENDPOINT", $"http://{Running.PubSub}"), ("CDAUTOMATION_RUN_ENDPOINT", $"http://{Running.Run}"),
            ("CDAUTOMATION_REGISTRY_ENDPOINT", $"http://{Running.Registry}"),
        ];
        var bare = await DoctorVisit.PayAsync(Folder, ["--tfvars", file], endpoints);
        Assert.That(bare.Of("functions").Sentence, Does.Contain("the service cd-on-request is missing"));

        var visit = await DoctorVisit.PayAsync(Folder, ["--tfvars", file], [.. endpoints, ("CDAUTOMATION_URL", Running.Web), ("CDAUTOMATION_TOKEN", Folder.Token)]);
        await TestContext.Out.WriteLineAsync(visit.ToString());
        Assert.That(visit.Code, Is.EqualTo(1));
        Assert.That(visit.Of("topic gcr").Mend, Is.EqualTo("gcloud pubsub topics create gcr --project=acme-cd"));
        Assert.That(visit.Of("subscription cloud-builds-push").Mend, Is.EqualTo($"terraform -chdir=infra/examples/single-project apply -var-file={file}"));
        Assert.That(visit.Unknown, Does.Contain(Permission).And.Contain("permission deployments"), "nobody but the functions is told what they may do");
        Assert.That(visit.Well, Does.Contain("functions").And.Contain("policy"));
    }

    [Test]
    public async Task Where_it_is_not_known_what_to_look_at_the_sentence_says_what_to_name()
    {
        using var nowhere = new UpFolder();
        var lost = await Cdctl.RunAsync(nowhere, ["doctor"]);
        Assert.That(lost.Code, Is.EqualTo(2), lost.Error);
        Assert.That(lost.Error, Does.Contain("--tfvars").And.Contain("cdctl up"));
        var far = await Cdctl.RunAsync(nowhere, ["doctor", "--project", "acme-cd"]);
        Assert.That(far.Code, Is.EqualTo(2), far.Error);
        Assert.That(far.Error, Does.Contain("--region"));
    }
}
