using YamlDotNet.RepresentationModel;

namespace CdAutomation.Architecture;

/// <summary>cloudbuild.yaml, which nothing here can run: at least it can be read as Cloud Build reads it.</summary>
public sealed class CloudBuildFile
{
    // Of google.devtools.cloudbuild.v1.Build (cloudbuild.proto), what this file uses; Cloud Build refuses a key it does not know.
    private static readonly string[] BuildKeys = ["steps", "substitutions", "options", "timeout", "tags"];
    private static readonly string[] StepKeys = ["id", "name", "entrypoint", "args", "script", "env", "volumes", "timeout"];
    private static readonly string[] OptionKeys = ["logging", "machineType", "env", "volumes"];
    private static readonly string[] Deploying = ["deploy", "terraform", "kubectl", "gcloud", "services update", "services replace", "traffic"];

    private static YamlMappingNode Build
    {
        get
        {
            var stream = new YamlStream();
            stream.Load(new StringReader(Repository.Text("cloudbuild.yaml")));
            Assert.That(stream.Documents, Has.Count.EqualTo(1));
            return (YamlMappingNode)stream.Documents[0].RootNode;
        }
    }

    private static IReadOnlyList<YamlMappingNode> Steps => [.. ((YamlSequenceNode)Build["steps"]).Children.Cast<YamlMappingNode>()];

    [Test]
    public void It_has_only_keys_that_cloud_build_knows()
    {
        Assert.That(Keys(Build), Is.SubsetOf(BuildKeys));
        Assert.That(Keys((YamlMappingNode)Build["options"]), Is.SubsetOf(OptionKeys));
        foreach (var step in Steps)
            Assert.That(Keys(step), Is.SubsetOf(StepKeys));
    }

    [Test]
    public void Every_step_says_where_it_runs_and_what()
    {
        foreach (var step in Steps)
        {
            Assert.That(Keys(step), Does.Contain("id").And.Contain("name"));
            // Cloud Build refuses a script beside an entry point or arguments (BuildStep.script in cloudbuild.proto).
            var scripted = Keys(step).Contains("script");
            Assert.That(Keys(step).Contains("args"), Is.Not.EqualTo(scripted));
            Assert.That(Keys(step).Contains("entrypoint") && scripted, Is.False);
        }

        Assert.That(Steps.Select(it => Text(it["id"])), Is.EqualTo(new[] { "restore", "test", "build" }));
    }

    [Test]
    public void Nothing_in_it_deploys() => Findings.None(
        "Deploying is an event, not a step of a build.",
        from step in Steps from word in Deploying where step.ToString().Contains(word, StringComparison.OrdinalIgnoreCase) select word);

    [Test]
    public void Only_substitutions_that_are_given_are_used()
    {
        var given = Keys((YamlMappingNode)Build["substitutions"]);
        Assert.That(given, Has.All.StartsWith("_"));
        foreach (var name in given)
            Assert.That(Repository.Text("cloudbuild.yaml"), Does.Contain($"${{{name}}}"), "an unused substitution is refused");
        foreach (var step in Steps)
        {
            // A script is not substituted into: it would see an empty variable.
            if (Keys(step).Contains("script"))
                Assert.That(Text(step["script"]), Does.Not.Contain("${_"));
        }
    }

    [Test]
    public async Task Every_script_is_bash()
    {
        foreach (var script in Steps.Where(it => Keys(it).Contains("script")).Select(it => Text(it["script"])))
        {
            Assert.That(script, Does.StartWith("#!/usr/bin/env bash\nset -euo pipefail\n"));
            var result = await Tool.RunAsync("bash", ["-n"], script);
            Assert.That(result, Is.EqualTo(new ToolResult(0, "", "")));
        }
    }

    private static string[] Keys(YamlMappingNode node) => [.. node.Children.Keys.Select(Text)];

    private static string Text(YamlNode node) => ((YamlScalarNode)node).Value ?? "";
}
