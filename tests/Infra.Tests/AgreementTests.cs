using System.Text.RegularExpressions;

namespace CdAutomation.Infra.Tests;

/// <summary>What Terraform and the functions must say alike: settings, functions, topics, annotations.</summary>
public sealed partial class AgreementTests
{
    private static readonly string Repository = Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(InfraFiles.Root))!;

    private static readonly string Locals = InfraFiles.Text("modules/automation/locals.tf");

    [Test]
    public void Every_setting_is_one_that_the_functions_read()
    {
        var known = Setting().Matches(Read("functions/Triggers/README.md")).Select(it => it.Value).ToHashSet();
        var set = Setting().Matches(Locals).Select(it => it.Value).ToList();
        Assert.That(set, Has.Count.GreaterThan(6));
        // The store on Google Cloud documents these where it is documented itself.
        Assert.That(set.Where(it => !it.StartsWith("CDAUTOMATION_FIRESTORE_", StringComparison.Ordinal)), Is.SubsetOf(known));
    }

    [Test]
    public void Every_function_is_one_and_none_is_forgotten()
    {
        var deployed = Function().Matches(Locals).Select(it => it.Groups["name"].Value);
        var written = Directory.EnumerateFiles(Path.Combine(Repository, "functions", "Triggers"), "On*.cs").Select(it => Path.GetFileNameWithoutExtension(it));
        Assert.That(deployed, Is.EquivalentTo(written));
    }

    [Test]
    public void Topics_have_the_ids_that_the_functions_take_messages_of()
    {
        var taken = TopicId().Matches(Read("functions/Triggers/Events/TopicIds.cs")).Select(it => it.Groups["id"].Value).ToList();
        Assert.That(taken, Has.Count.EqualTo(3));
        Assert.That(Topic().Matches(Locals).Select(it => it.Groups["id"].Value), Is.EquivalentTo(taken));
    }

    [Test]
    public void What_the_functions_ask_of_cloud_run_they_may()
    {
        var asked = Call().Matches(Read("functions/GoogleCloud/CloudRun/RunRegion.cs")).Select(it => it.Groups["method"].Value).Distinct();
        var permissions = asked.Select(it => it switch
        {
            "GetService" => "run.services.get",
            "UpdateService" => "run.services.update",
            "GetRevision" => "run.revisions.get",
            "GetOperation" or "WaitOperation" => "run.operations.get",
            _ => $"the permission of {it}",
        }).Distinct();
        var granted = Permission().Matches(InfraFiles.Text("modules/target/access.tf")).Select(it => it.Groups["name"].Value);
        Assert.That(granted, Is.EquivalentTo(permissions));
    }

    private static string Read(string file) => File.ReadAllText(Path.Combine(Repository, file));

    [GeneratedRegex(@"CDAUTOMATION_[A-Z_]+[A-Z]")]
    private static partial Regex Setting();

    [GeneratedRegex(@"target = ""CdAutomation\.Triggers\.(?<name>\w+)""")]
    private static partial Regex Function();

    [GeneratedRegex(@"string \w+ = ""(?<id>[a-z-]+)""")]
    private static partial Regex TopicId();

    [GeneratedRegex(@"topic = ""(?<id>[a-z-]+)""")]
    private static partial Regex Topic();

    [GeneratedRegex(@"_(services|revisions|operations)\.(?<method>\w+)Async\(")]
    private static partial Regex Call();

    [GeneratedRegex(@"""(?<name>run\.[a-z]+\.[a-z]+)""")]
    private static partial Regex Permission();
}
