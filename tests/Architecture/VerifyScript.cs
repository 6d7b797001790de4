namespace CdAutomation.Architecture;

/// <summary>tests/verify.sh says the last word on every change; these try to make it say too much.</summary>
public sealed class VerifyScript
{
    private string _folder = "";

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("verify-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task All_passed_is_success_and_the_sums_are_the_last_line()
    {
        Write("domain.tests", passed: ["a", "b"]);
        Write("triggers.tests", passed: ["c"]);
        var result = await TallyAsync(ended: 0, filtered: "", "domain.tests", "triggers.tests");
        Assert.That((LastLine(result), result.ExitCode), Is.EqualTo(("3 passed, 0 failed", 0)), result.Output);
    }

    [TestCase("Failed")]
    [TestCase("NotExecuted")]
    [TestCase("Inconclusive")]
    public async Task What_did_not_pass_failed_and_is_told_with_its_message(string outcome)
    {
        Write("domain.tests", passed: ["a"], other: [("It_<holds>", outcome, "one & two\nthree \"four\"")]);
        var result = await TallyAsync(ended: 0, filtered: "", "domain.tests");
        Assert.That((LastLine(result), result.ExitCode), Is.EqualTo(("1 passed, 1 failed", 1)), result.Output);
        Assert.That(result.Output, Does.Contain($"It_<holds> ({outcome})\n    one & two\n    three \"four\"\n"));
    }

    [Test]
    public async Task What_was_measured_is_shown_before_the_last_line()
    {
        Write("domain.tests", passed: ["a"], said: "began\nmeasured: web: 23.4 MB to pull\nmeasured: it took <1 s");
        var result = await TallyAsync(ended: 0, filtered: "", "domain.tests");
        Assert.That(result.Output, Does.EndWith("\nmeasured:\n  web: 23.4 MB to pull\n  it took <1 s\n\n1 passed, 0 failed\n"));
    }

    [Test]
    public async Task A_project_without_results_failed()
    {
        Write("domain.tests", passed: ["a"]);
        var result = await TallyAsync(ended: 0, filtered: "", "domain.tests", "storage.tests");
        Assert.That((LastLine(result), result.ExitCode), Is.EqualTo(("1 passed, 1 failed", 1)));
        Assert.That(result.Output, Does.Contain("storage.tests wrote no results"));
    }

    [Test]
    public async Task A_project_may_have_nothing_to_run_where_a_filter_was_given_but_not_every_project()
    {
        Write("domain.tests", passed: ["a"]);
        var some = await TallyAsync(ended: 0, filtered: "1", "domain.tests", "storage.tests");
        Assert.That((LastLine(some), some.ExitCode), Is.EqualTo(("1 passed, 0 failed", 0)), some.Output);

        File.Delete(Path.Combine(_folder, "domain.tests.trx"));
        var none = await TallyAsync(ended: 0, filtered: "1", "domain.tests", "storage.tests");
        Assert.That((LastLine(none), none.ExitCode), Is.EqualTo(("0 passed, 1 failed", 1)));
    }

    [Test]
    public async Task A_test_process_that_died_after_passing_tests_failed()
    {
        Write("domain.tests", passed: ["a"], summary: "Failed");
        var result = await TallyAsync(ended: 1, filtered: "", "domain.tests");
        Assert.That((LastLine(result), result.ExitCode), Is.EqualTo(("1 passed, 1 failed", 1)));
        Assert.That(result.Output, Does.Contain("domain.tests ended before its time"));
    }

    [Test]
    public async Task Results_alone_do_not_pass_where_dotnet_test_did_not()
    {
        Write("domain.tests", passed: ["a"]);
        var result = await TallyAsync(ended: 1, filtered: "", "domain.tests");
        Assert.That((LastLine(result), result.ExitCode), Is.EqualTo(("1 passed, 1 failed", 1)));
    }

    [Test]
    public async Task It_expects_every_test_project_of_the_solution()
    {
        var result = await SourcedAsync("expected_projects");
        Assert.That(
            result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries),
            Is.EquivalentTo(Repository.Projects.Where(it => !it.IsRoom).Select(it => it.Name.ToLowerInvariant())));
    }

    [Test]
    public async Task On_a_bare_machine_what_is_missing_is_left_out_and_named()
    {
        var result = await SourcedAsync($"{Bare}; ASKED='Name~x'; look_for_parts; filter");
        Assert.That(result.ExitCode, Is.Zero, result.Error);
        Assert.That(result.Output, Does.Contain("Registry: apt-get install -y --no-install-recommends docker-registry skopeo umoci"));
        Assert.That(result.Output, Does.Contain("Emulator: apt-get install").And.Contain("gcloud components install pubsub-emulator"));
        Assert.That(LastLine(result), Does.StartWith("(Name~x)&TestCategory!=").And.Contain("&TestCategory!=Registry").And.Contain("&TestCategory!=Emulator"));
    }

    [Test]
    public async Task In_CI_nothing_is_left_out()
    {
        var result = await SourcedAsync($"{Bare}; export CI=true; ASKED=''; look_for_parts; echo went on");
        Assert.That(result.ExitCode, Is.EqualTo(1));
        Assert.That(LastLine(result), Does.Match("^0 passed, [1-9] failed$"));
        Assert.That(result.Output, Does.Not.Contain("went on"));
    }

    [TestCase("--what")]
    [TestCase("--filter")]
    public async Task Wrong_words_are_answered_with_how_it_is_called(string word)
    {
        var result = await Tool.RunAsync("bash", ["tests/verify.sh", word]);
        Assert.That(result.ExitCode, Is.EqualTo(2));
        Assert.That(result.Error, Does.Contain("bash tests/verify.sh [--no-build] [--no-install] [--filter EXPRESSION]"));
    }

    [Test]
    public async Task Both_scripts_are_bash_and_run_as_programs()
    {
        foreach (var script in (string[])["tests/verify.sh", ".ci/run"])
        {
            Assert.That(await Tool.RunAsync("bash", ["-n", script]), Is.EqualTo(new ToolResult(0, "", "")));
            if (!OperatingSystem.IsWindows())
                Assert.That(File.GetUnixFileMode(Repository.Absolute(script)) & UnixFileMode.UserExecute, Is.Not.EqualTo(UnixFileMode.None), script);
        }
    }

    // A PATH with what every system has, and no more.
    private string Bare =>
        $"for it in bash sed sort tr tail head; do ln -s \"$(command -v $it)\" '{_folder}'; done; export PATH='{_folder}' PUBSUB_EMULATOR_JAR='{_folder}/none.jar'; unset CI";

    private static string LastLine(ToolResult result) => result.Output.TrimEnd('\n').Split('\n')[^1];

    private static Task<ToolResult> SourcedAsync(string script) => Tool.RunAsync("bash", ["-c", "source tests/verify.sh; " + script]);

    private Task<ToolResult> TallyAsync(int ended, string filtered, params string[] projects) =>
        SourcedAsync($"tally '{_folder}' {ended} '{filtered}' {string.Join(' ', projects)}");

    /// <summary>As the trx logger of Microsoft.NET.Test.Sdk writes it, without what nobody reads.</summary>
    private void Write(
        string project, string[] passed, (string Name, string Outcome, string Message)[]? other = null, string summary = "Completed", string? said = null)
    {
        var results = passed.Select(it => said is null
            ? $"""    <UnitTestResult testName="{it}" duration="00:00:01" outcome="Passed" />"""
            : $"""
                <UnitTestResult testName="{it}" duration="00:00:01" outcome="Passed">
                  <Output>
                    <StdOut>{Escaped(said)}</StdOut>
                  </Output>
                </UnitTestResult>
            """).Concat((other ?? []).Select(it => $"""
                <UnitTestResult testName="{Escaped(it.Name)}" duration="00:00:01" outcome="{it.Outcome}">
                  <Output>
                    <ErrorInfo>
                      <Message>{Escaped(it.Message)}</Message>
                    </ErrorInfo>
                  </Output>
                </UnitTestResult>
            """));
        File.WriteAllText(Path.Combine(_folder, $"{project}.trx"), $"""
            ﻿<?xml version="1.0" encoding="utf-8"?>
            <TestRun id="1" xmlns="http://microsoft.com/schemas/VisualStudio/TeamTest/2010">
              <Times creation="2026-01-01T23:59:59.0000000+00:00" start="2026-01-01T23:59:59.5000000+00:00" finish="2026-01-02T00:00:01.0000000+00:00" />
              <Results>
            {string.Join('\n', results)}
              </Results>
              <TestDefinitions>
                <UnitTest name="a" storage="/somewhere/cdautomation.{project}.dll" id="1">
                </UnitTest>
              </TestDefinitions>
              <ResultSummary outcome="{summary}">
                <Output>
                  <StdOut>{Escaped(said ?? "")}</StdOut>
                </Output>
                <Counters total="{passed.Length + (other?.Length ?? 0)}" executed="{passed.Length}" passed="{passed.Length}" failed="0" />
              </ResultSummary>
            </TestRun>
            """);
    }

    private static string Escaped(string text) => System.Security.SecurityElement.Escape(text);
}
