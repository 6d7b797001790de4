using System.Diagnostics;
using Google.Cloud.CloudBuild.V1;
using Google.Protobuf;

namespace CdAutomation.Infra.Tests.CloudBuild;

/// <summary>Every build configuration is one to Cloud Build: by the message Build of its own .proto, and by what its pages say beyond that.</summary>
public sealed class SchemaTests
{
    // What Cloud Build gives to every build of a trigger ("Substituting variable values" and, for the number, "pull request triggers").
    private static readonly string[] BuiltIn =
        ["PROJECT_ID", "LOCATION", "COMMIT_SHA", "SHORT_SHA", "BRANCH_NAME", "REPO_FULL_NAME", "_PR_NUMBER"];

    private static readonly string[] Files = ["cloudbuild.yaml", "infra/cloudbuild.pr.yaml", "infra/policies/cloudbuild.yaml"];

    private static IEnumerable<TestCaseData> Scripts =>
        from file in Files
        from step in BuildFile.Read(file).Steps
        where step.Script is not null
        select new TestCaseData(step.Script).SetArgDisplayNames(file, step.Id);

    [TestCaseSource(nameof(Files))]
    public void Cloud_build_knows_every_key_and_every_value_of_it(string file)
    {
        var build = JsonParser.Default.Parse<Build>(BuildFile.Read(file).Json.ToJsonString());
        Assert.That(build.Steps, Is.Not.Empty);
        Assert.That(build.Timeout.Seconds, Is.InRange(1, 24 * 3600));
        Assert.That(build.Options.Logging, Is.EqualTo(BuildOptions.Types.LoggingMode.CloudLoggingOnly), "a service account of ours may write no other log");
    }

    [TestCase("steps:", "step:")]
    [TestCase("requestedVerifyOption: VERIFIED", "requestedVerifyOption: VERIFED")]
    [TestCase("machineType: E2_HIGHCPU_8", "machine: E2_HIGHCPU_8")]
    [TestCase("timeout: 3600s", "timeout: an hour")]
    [TestCase("  - id: restore", "  - identity: restore")]
    [TestCase("dynamicSubstitutions: true", "dynamicSubstitutions: perhaps")]
    public void A_mistake_is_found(string right, string wrong)
    {
        var text = BuildFile.Read("cloudbuild.yaml").Text;
        Assert.That(text, Does.Contain(right));
        var mistaken = BuildFile.Parse(text.Replace(right, wrong, StringComparison.Ordinal)).Json.ToJsonString();
        Assert.That(() => JsonParser.Default.Parse<Build>(mistaken), Throws.InstanceOf<InvalidProtocolBufferException>());
    }

    [TestCaseSource(nameof(Files))]
    public void Every_step_says_where_it_runs_and_what(string file)
    {
        var steps = BuildFile.Read(file).Steps;
        Assert.That(steps.Select(it => it.Id), Is.Unique.And.All.Not.Empty);
        foreach (var step in steps)
        {
            Assert.That(step.Has("name"), step.Id);
            // "When using script, you cannot use args or entrypoint" (BuildStep.script).
            Assert.That(step.Has("args"), Is.Not.EqualTo(step.Script is not null), step.Id);
            Assert.That(step.Has("entrypoint") && step.Script is not null, Is.False, step.Id);
        }
    }

    [TestCaseSource(nameof(Files))]
    public void What_is_substituted_is_given_and_what_is_given_is_used(string file)
    {
        var build = BuildFile.Read(file);
        var used = build.Steps.Select(it => it.Substitutable).Concat(build.Images).Concat(build.Substitutions.Values).Concat(build.Env)
            .SelectMany(BuildFile.Substituting).ToHashSet();
        Assert.That(build.Substitutions.Keys, Is.All.StartsWith("_"));
        Assert.That(build.Substitutions.Keys, Is.SubsetOf(used), "Cloud Build refuses a substitution that nothing uses");
        Assert.That(used, Is.SubsetOf(BuiltIn.Concat(build.Substitutions.Keys)));
        // Only with dynamicSubstitutions may one name another.
        if (build.Substitutions.Values.SelectMany(BuildFile.Substituting).Any())
            Assert.That(build.Json["options"]!["dynamicSubstitutions"]?.GetValue<bool>(), Is.True);
    }

    [TestCaseSource(nameof(Scripts))]
    public void A_script_is_bash_and_substitutes_nothing(string script)
    {
        Assert.That(script, Does.StartWith("#!/usr/bin/env bash\nset -euo pipefail\n").And.Not.Contain("${_"));
        using var bash = Process.Start(new ProcessStartInfo("bash", ["-n"]) { RedirectStandardInput = true, RedirectStandardError = true })!;
        bash.StandardInput.Write(script);
        bash.StandardInput.Close();
        Assert.That((bash.StandardError.ReadToEnd(), Ended(bash)), Is.EqualTo(("", 0)));
    }

    [Test]
    public void The_release_build_pushes_by_its_list_with_provenance_and_deploys_nothing()
    {
        var release = BuildFile.Read("cloudbuild.yaml");
        var build = JsonParser.Default.Parse<Build>(release.Json.ToJsonString());
        Assert.That(build.Options.RequestedVerifyOption, Is.EqualTo(BuildOptions.Types.VerifyOption.Verified));
        Assert.That(build.Images, Is.Not.Empty);
        Assert.That(release.Env, Does.Contain("GoogleClients=Packages"));
        Assert.That(release.Steps.Select(it => it.Id), Is.EqualTo(new[] { "restore", "test", "images" }));
        Assert.That(
            release.Steps.Select(it => it.Script),
            Has.None.Match("push|deploy|terraform|kubectl|gcloud|services update|services replace|traffic"),
            "deploying is an event, and what is pushed is listed");
    }

    [Test]
    public void A_pull_request_pushes_nothing()
    {
        var build = BuildFile.Read("infra/cloudbuild.pr.yaml");
        Assert.That(build.Images, Is.Empty);
        Assert.That(build.Steps.Select(it => it.Script), Has.None.Contains("docker ").And.None.Contains("skopeo copy"));
    }

    private static int Ended(Process process)
    {
        process.WaitForExit();
        return process.ExitCode;
    }
}
