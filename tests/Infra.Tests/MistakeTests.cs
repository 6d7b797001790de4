using System.Text.RegularExpressions;

namespace CdAutomation.Infra.Tests;

/// <summary>What the check of every configuration would find: each mistake is made once, and Terraform names it with its file.</summary>
[Category("Node")]
[Category("Terraform")]
public sealed class MistakeTests
{
    [TestCase("modules/automation/topics.tf", @"\n +topic += google_pubsub_topic.named\[each.value.topic\].id", "", "\"topic\" is required")]
    [TestCase("modules/automation/topics.tf", @"\n +push_endpoint += [^\n]*", "", "\"push_endpoint\" is required")]
    [TestCase("modules/automation/topics.tf", @"service_account_email += ", "service_account = ", "\"service_account\" is not expected here")]
    [TestCase("modules/automation/topics.tf", "ack_deadline_seconds       = 60\n", "ack_deadline_seconds       = \"soon\"\n", "a number is required")]
    [TestCase("modules/automation/functions.tf", @"\n +image += var.image", "", "\"image\" is required")]
    [TestCase("modules/automation/functions.tf", @"startup_probe \{", "start_probe {", "\"start_probe\" are not expected here")]
    [TestCase("modules/automation/functions.tf", "google_service_account.functions.email", "google_service_account.function.email", "\"function\" has not been declared")]
    [TestCase("modules/automation/journal.tf", @"\n +location_id += var.region", "", "\"location_id\" is required")]
    [TestCase("modules/automation/alerts.tf", @"\n +combiner +=[^\n]*", "", "\"combiner\" is required")]
    [TestCase("modules/automation/identities.tf", "resource \"google_service_account\" \"operator\"",
        "resource \"google_account\" \"operator\"", "does not support resource type \"google_account\"")]
    [TestCase("modules/target/access.tf", @"\n +permissions += \[""run.op[^\n]*", "", "\"permissions\" is required")]
    [TestCase("modules/target/services.tf", @"\n      traffic,", "\n      trafic,", "no argument, nested block, or exported attribute named \"trafic\"")]
    [TestCase("modules/datadog/pipeline.tf", @"\n +target_type += ""attribute""", "", "\"target_type\" is required")]
    [TestCase("modules/datadog/pipeline.tf", @"filter \{\n    query = local.query\n  \}", "", "At least 1 \"filter\" blocks are required")]
    [TestCase("modules/datadog/monitors.tf", @"\n +query += each.value.query", "", "\"query\" is required")]
    public async Task A_mistake_is_found(string file, string part, string instead, string complaint)
    {
        var text = InfraFiles.Text(file);
        var changed = new Regex(part).Replace(text, instead, 1);
        Assert.That(changed, Is.Not.EqualTo(text), "the part is not there any more");
        using var terraform = new Terraform();
        terraform.Write(file, changed);
        var folder = Path.GetDirectoryName(file)!;
        await terraform.InitialiseAsync(folder);

        var (valid, complaints) = await terraform.ValidateAsync(folder);

        Assert.That(valid, Is.False);
        Assert.That(complaints, Does.Contain(complaint).And.Contain($"{Path.GetFileName(file)}:"));
    }
}
