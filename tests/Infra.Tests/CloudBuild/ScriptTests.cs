namespace CdAutomation.Infra.Tests.CloudBuild;

/// <summary>
/// The scripts of the steps, run as Cloud Build runs them: one after the other in one folder, with the variables that they are given. What
/// they call is stood in for where it is Google's or this very test run. EndToEnd builds the images by the step that builds them.
/// </summary>
public sealed class ScriptTests
{
    private const string Verify = "echo \"verify.sh $*\"; mkdir -p .artifacts/test-results; echo '<TestRun/>' >.artifacts/test-results/a.trx; echo '41 passed, 1 failed'; exit ";

    private Workspace _workspace = null!;

    [SetUp]
    public void Make() => _workspace = new();

    [TearDown]
    public void Remove() => _workspace.Dispose();

    [Test]
    public async Task A_release_is_restored_with_the_time_of_its_commit_kept_for_the_images()
    {
        await _workspace.CommitAsync("2026-11-25T09:30:00Z");
        _workspace.StandIn("dotnet");

        var ended = await RunAsync("cloudbuild.yaml", "restore");

        Assert.That(ended.ExitCode, Is.Zero, ended.ToString());
        Assert.That(_workspace.Text(".commit-time"), Is.EqualTo("1795599000\n"));
        Assert.That(_workspace.Called, Is.EqualTo(new[] { "dotnet restore CdAutomation.sln" }));
    }

    [Test]
    public async Task What_was_submitted_without_its_history_has_no_time()
    {
        _workspace.StandIn("dotnet");
        Assert.That((await RunAsync("cloudbuild.yaml", "restore")).ExitCode, Is.Zero);
        Assert.That(_workspace.Text(".commit-time"), Is.EqualTo("0\n"));
    }

    [TestCase(0)]
    [TestCase(1)]
    public async Task A_release_whose_tests_do_not_pass_ends_there(int code)
    {
        _workspace.StandIn("apt-get");
        _workspace.Write("tests/verify.sh", Verify + code);

        var ended = await RunAsync("cloudbuild.yaml", "test");

        Assert.That(ended.ExitCode, Is.EqualTo(code), ended.ToString());
        Assert.That(ended.Output, Does.Contain("verify.sh --no-install"));
        Assert.That(_workspace.Called[^1], Does.Contain("nodejs npm"));
    }

    [TestCase(0)]
    [TestCase(1)]
    public async Task A_pull_request_hosts_its_report_however_the_tests_ended_and_ends_as_they_did(int code)
    {
        _workspace.StandIn("apt-get");
        _workspace.StandIn("gcloud");
        _workspace.Write("tests/verify.sh", Verify + code);

        Assert.That((await RunAsync("infra/cloudbuild.pr.yaml", "test")).ExitCode, Is.Zero);
        var report = await RunAsync("infra/cloudbuild.pr.yaml", "report");
        var verdict = await RunAsync("infra/cloudbuild.pr.yaml", "verdict");

        Assert.That(_workspace.Text(".report/report.txt"), Is.EqualTo("verify.sh --no-install\n41 passed, 1 failed\n"));
        Assert.That(report.ExitCode, Is.Zero, report.ToString());
        Assert.That(report.Output, Does.EndWith("Report: https://storage.cloud.google.com/acme-cd-reports/pull-requests/42/0123456/report.txt\n"));
        Assert.That(_workspace.Called[^1], Is.EqualTo(
            "gcloud storage cp --recursive .report/a.trx .report/ended .report/report.txt gs://acme-cd-reports/pull-requests/42/0123456/"));
        Assert.That((verdict.ExitCode, verdict.Output), Is.EqualTo((code, "41 passed, 1 failed\n")));
    }

    private Task<Ended> RunAsync(string file, string step)
    {
        var build = BuildFile.Read(file);
        var values = new Dictionary<string, string>(build.Substitutions)
        {
            ["PROJECT_ID"] = "acme-cd",
            ["SHORT_SHA"] = "0123456",
            ["_PR_NUMBER"] = "42",
        };
        var found = build.Steps.Single(it => it.Id == step);
        return _workspace.RunAsync(found.Script!, build.Env.Concat(found.Env).Select(it => BuildFile.Substituted(it, values)));
    }
}
