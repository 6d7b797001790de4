using System.Text.Json.Nodes;

namespace CdAutomation.Infra.Tests;

/// <summary>
/// Logs as services in four languages write them, straight and through Cloud Logging, go through the pipeline that Terraform plans. Beside
/// each stands whose it is.
/// </summary>
[Category("Node")]
[Category("Terraform")]
public sealed class UserIdTests
{
    private static readonly string[] Languages = ["php", "go", "javascript", "dotnet"];

    private static LogPipeline? _pipeline;

    [OneTimeSetUp]
    public async Task PlanAsync()
    {
        const string module = "modules/datadog";
        using var terraform = new Terraform();
        await terraform.InitialiseAsync(module);
        var ended = await terraform.RunAsync(module, "test", "-verbose", "-json");
        var plan = ended.Lines.First(it => $"{it["type"]}" == "test_plan" && $"{it["@testrun"]}" == "a_pipeline_is_planned");
        var resource = plan["test_plan"]!["resource_changes"]!.AsArray().Single(it => $"{it!["address"]}" == "datadog_logs_custom_pipeline.services")!;
        _pipeline = new(resource["change"]!["after"]!);
    }

    [TestCaseSource(nameof(Languages))]
    public void Every_log_of_a_language_has_its_user_and_its_trace_at_the_usual_place(string language)
    {
        var logs = Processed(language);
        Assert.That(logs, Has.Count.GreaterThan(3));
        foreach (var (sample, log) in logs)
        {
            Assert.That(log["usr"]?["id"]?.GetValue<string>(), Is.EqualTo(sample["user"]?.GetValue<string>()), $"{sample}");
            if (sample["trace"] is { } trace)
                Assert.That(log["trace_id"]?.GetValue<string>(), Is.EqualTo(trace.GetValue<string>()), $"{sample}");
        }
    }

    [Test]
    public void One_search_finds_a_user_in_all_languages_and_nobody_else()
    {
        var found = Languages.SelectMany(language => Processed(language).Select(it => (language, it.Sample, it.Log)))
            .Where(it => LogPipeline.Matches("@usr.id:4711", it.Log)).ToList();
        Assert.That(found.Select(it => it.language).Distinct(), Is.EquivalentTo(Languages));
        Assert.That(found.Select(it => $"{it.Sample["user"]}"), Is.All.EqualTo("4711"));
        Assert.That(found, Has.Count.EqualTo(13));
    }

    [Test]
    public void What_a_service_wrote_stays_as_it_wrote_it()
    {
        foreach (var (sample, log) in Languages.SelectMany(Processed))
        {
            foreach (var (name, value) in sample["log"]!.AsObject())
                Assert.That(JsonNode.DeepEquals(log[name], value), Is.True, $"{name} of {sample}");
        }
    }

    [Test]
    public void A_version_becomes_the_tag_that_deployments_are_told_apart_by()
    {
        var versions = Languages.SelectMany(Processed).Select(it => it.Log["tags"]?["version"]?.GetValue<string>()).OfType<string>();
        Assert.That(versions, Is.EquivalentTo(new[] { "1.4.2", "2.0.0" }));
    }

    private static List<(JsonNode Sample, JsonObject Log)> Processed(string language)
    {
        var logs = new List<(JsonNode, JsonObject)>();
        foreach (var line in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Logs", $"{language}.jsonl")))
        {
            var sample = JsonNode.Parse(line)!;
            var log = sample["log"]!.DeepClone().AsObject();
            _pipeline!.Process(log);
            logs.Add((sample, log));
        }

        return logs;
    }
}
