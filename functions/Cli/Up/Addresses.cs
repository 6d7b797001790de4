using System.Text.Json;

namespace CdAutomation.Cli.Up;

/// <summary>Where everything of a running <c>up</c> is.</summary>
/// <param name="Web">Functions, health and the API: a URL.</param>
/// <param name="Registry">Where images are pushed: <c>host:port</c>, as docker and skopeo want it.</param>
/// <param name="Run">Cloud Run's Admin API: <c>host:port</c>, gRPC without TLS.</param>
/// <param name="Pubsub">Pub/Sub: <c>host:port</c>, gRPC without TLS; what PUBSUB_EMULATOR_HOST would hold.</param>
/// <param name="Policies">The policy folder.</param>
/// <param name="Services">Where the deployed services answer by their host names: a URL.</param>
/// <param name="Revisions">How revisions run: <c>containers</c> or <c>simulated</c>.</param>
/// <param name="Data">The data folder.</param>
internal sealed record Addresses(string Web, string Registry, string Run, string Pubsub, string Policies, string Services, string Revisions, string Data)
{
    /// <summary>Where the latest <c>up</c> of this user writes down its addresses, so that other commands find it.</summary>
    private static string WellKnown => Path.Combine(DataFolder.Default(), "latest.json");

    public void WriteDown()
    {
        Directory.CreateDirectory(DataFolder.Default());
        File.WriteAllText(WellKnown, JsonSerializer.Serialize(this, CliJson.Default.Addresses));
    }

    /// <summary>The latest one, or null when none was started yet.</summary>
    public static Addresses? Latest()
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllText(WellKnown), CliJson.Default.Addresses);
        }
        catch (Exception none) when (none is IOException or JsonException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
