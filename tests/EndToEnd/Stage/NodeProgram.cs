using System.Reflection;
using System.Text.Json;

namespace CdAutomation.EndToEnd.Stage;

/// <summary>Small programs that use Google's official clients for Node.js, which the build of functions/GoogleApis fetched.</summary>
internal static class NodeProgram
{
    private static string GoogleApis => Path.GetFullPath(typeof(NodeProgram).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(it => it.Key == "GoogleApis").Value!);

    /// <summary>What the official client of Cloud Run reads of a service and its revisions.</summary>
    /// <param name="run"><c>host:port</c> of the Admin API.</param>
    /// <param name="image">The service's id.</param>
    public static async Task<ServiceReading> ReadServiceAsync(string run, string image)
    {
        var read = await RunAsync("read-service.mjs", run, Policies.ServiceOf(image));
        return JsonSerializer.Deserialize<ServiceReading>(read, JsonSerializerOptions.Web)!;
    }

    /// <summary>Publishes with the official client of Pub/Sub, one message for each text.</summary>
    /// <returns>The ids that the messages were given.</returns>
    public static async Task<string[]> PublishAsync(string pubsub, string project, string topic, params string[] texts) =>
        JsonSerializer.Deserialize<string[]>(await RunAsync("publish.mjs", pubsub, project, topic, JsonSerializer.Serialize(texts)))!;

    private static async Task<string> RunAsync(string script, string address, params string[] arguments)
    {
        Command.Need("node", "nodejs");
        if (!Directory.Exists(Path.Combine(GoogleApis, "node_modules", "@google-cloud", "run")))
            Assert.Fail("Google's clients for Node.js are not here: run 'npm ci --ignore-scripts' in functions/GoogleApis");

        var environment = new Dictionary<string, string?>
        {
            ["CLIENTS_FOLDER"] = GoogleApis,
            ["PUBSUB_EMULATOR_HOST"] = address,
            // Or the clients look for Google's metadata server before they say anything.
            ["METADATA_SERVER_DETECTION"] = "none",
        };
        return (await Command.RunAsync("node", [Path.Combine("Node", script), address, .. arguments], environment)).Succeeded().Output;
    }
}

/// <summary>A service as the official client reads it.</summary>
/// <param name="Image">The image of the service's template.</param>
/// <param name="ReadyRevision">Full name of the latest ready revision.</param>
/// <param name="Reconciling">Whether a change is under way.</param>
/// <param name="Serving">Image of each revision that gets traffic, with its percentage.</param>
/// <param name="Revisions">Full name and image of every revision, newest first.</param>
internal sealed record ServiceReading(
    string Image, string ReadyRevision, bool Reconciling, ServingRevision[] Serving, RevisionReading[] Revisions);

/// <summary>A revision that gets traffic.</summary>
internal sealed record ServingRevision(string Image, int Percent);

/// <summary>A revision.</summary>
internal sealed record RevisionReading(string Name, string Image);
