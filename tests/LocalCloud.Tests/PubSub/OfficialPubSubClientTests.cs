using System.Diagnostics;
using System.Reflection;
using System.Text.Json.Nodes;
using CdAutomation.LocalCloud.PubSub;

namespace CdAutomation.LocalCloud.Tests.PubSub;

[Category("Node")]
public sealed class OfficialPubSubClientTests
{
    [Test]
    public async Task Googles_node_client_publishes_gives_back_and_takes()
    {
        await using var local = await LocalPubSub.StartAsync(new(), CancellationToken.None);
        var folder = typeof(OfficialPubSubClientTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(it => it.Key == "GoogleApis").Value!;
        if (!Directory.Exists(Path.Combine(folder, "node_modules", "@google-cloud", "pubsub")))
            Assert.Ignore("Google's Node client is missing: the build of functions/GoogleApis fetches it with npm.");

        var script = Path.Combine(AppContext.BaseDirectory, "PubSub", "pubsub-client.mjs");
        var start = new ProcessStartInfo(
            "node", [script, folder, "node-project"])
        { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PUBSUB_EMULATOR_HOST"] = local.Address;
        start.Environment["METADATA_SERVER_DETECTION"] = "none";
        using var node = Process.Start(start)!;
        var error = node.StandardError.ReadToEndAsync();
        var output = await node.StandardOutput.ReadToEndAsync();
        await node.WaitForExitAsync();
        Assert.That(node.ExitCode, Is.Zero, await error);

        var seen = JsonNode.Parse(output)!;
        Assert.That(seen["data"]!.GetValue<string>(), Is.EqualTo("from node"));
        Assert.That(seen["attributes"]!["buildId"]!.GetValue<string>(), Is.EqualTo("b1"));
        Assert.That(seen["refusals"]!.GetValue<int>(), Is.EqualTo(2));
        Assert.That(seen["topics"]![0]!.GetValue<string>(), Is.EqualTo("projects/node-project/topics/gcr"));
        Assert.That(seen["again"]!.GetValue<bool>(), Is.True);
    }
}
