using System.Text.Json;
using Task = System.Threading.Tasks.Task;

namespace CdAutomation.LocalCloud.Tests.Run;

/// <summary>Google's own Node client, unchanged, with its routing headers, retries and operation polling.</summary>
[Category("Node")]
public sealed class OfficialClientTests
{
    [Test]
    public async Task Google_s_client_creates_updates_lists_sees_a_failure_and_deletes()
    {
        await using var cloud = await Cloud.StartAsync();
        var output = await NodeProgram.RunAsync("Run/run-client.mjs", cloud.Run.Address.Split(':')[1]);
        using var said = JsonDocument.Parse(output);
        string Text(string name) => said.RootElement.GetProperty(name).ToString();

        Assert.That(Text("created"), Does.Contain("/revisions/web-00001-"));
        Assert.That(Text("metadata"), Is.EqualTo(Cloud.Name("web")));
        Assert.That((Text("updated"), Text("generation")), Is.EqualTo((said.RootElement.GetProperty("revisions")[1].GetString(), "2")));
        Assert.That(said.RootElement.GetProperty("failure").GetProperty("code").GetInt32(), Is.EqualTo(9));
        Assert.That(said.RootElement.GetProperty("failure").GetProperty("message").GetString(),
            Does.Contain("is not ready and cannot serve traffic."));
        Assert.That(Text("resumedDone"), Is.EqualTo("True"));
        Assert.That(said.RootElement.GetProperty("services").EnumerateArray().Select(it => it.GetString()),
            Is.EqualTo(new[] { Cloud.Name("web") }));
        Assert.That(said.RootElement.GetProperty("revisions").GetArrayLength(), Is.EqualTo(3));
        Assert.That((Text("deleted"), Text("afterwards")), Is.EqualTo((Cloud.Name("web"), "5")));
    }

    [Test]
    public async Task Google_s_client_runs_jobs_and_keeps_worker_pools()
    {
        await using var cloud = await Cloud.StartAsync();
        using var said = JsonDocument.Parse(await NodeProgram.RunAsync("Run/jobs-client.mjs", cloud.Run.Address.Split(':')[1]));
        string Text(string name) => said.RootElement.GetProperty(name).ToString();

        Assert.That((Text("job"), Text("succeeded"), Text("completed")), Is.EqualTo((JobTests.Name, "2", "4")), "4 is CONDITION_SUCCEEDED");
        Assert.That((Text("executions"), Text("tasks")), Is.EqualTo(("[true]", "[0,1]")));
        Assert.That(Text("failure"), Does.Contain("failed with message: The container exited with an error, code 1."));
        Assert.That((Text("started"), Text("ran")), Is.EqualTo((JobTests.Name + "/executions/tidy-by-start", "1")), "1 is EXECUTION_SUCCEEDED");
        Assert.That(Text("again"), Is.EqualTo("6 ALREADY_EXISTS: Resource 'tidy-by-start' already exists."));
        Assert.That(Text("pool"), Does.Contain("/workerPools/crew/revisions/crew-00001-"));
        Assert.That(Text("updated"), Does.Contain("/crew-00002-"));
        Assert.That((Text("jobs"), Text("pools")), Is.EqualTo(("0", "0")));
    }
}
