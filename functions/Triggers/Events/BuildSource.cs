using System.Text.Json;
using System.Text.RegularExpressions;

namespace CdAutomation.Triggers.Events;

/// <summary>Where a build's source came from, as Cloud Build itself has noted it (cloudbuild.proto, Source and SourceProvenance).</summary>
internal static partial class BuildSource
{
    private const int LengthMax = 1024;

    /// <summary>The commit that was fetched; what Cloud Build resolved goes before what was asked for.</summary>
    public static string? Commit(JsonElement? build)
    {
        var resolved = build?.Object("sourceProvenance");
        var source = build?.Object("source");
        return (resolved?.Object("resolvedGitSource")).Text("revision", 256)
            ?? (resolved?.Object("resolvedConnectedRepository")).Text("revision", 256)
            ?? (resolved?.Object("resolvedRepoSource")).Text("commitSha", 256)
            ?? (source?.Object("gitSource")).Text("revision", 256)
            ?? (source?.Object("connectedRepository")).Text("revision", 256)
            ?? (source?.Object("repoSource")).Text("commitSha", 256);
    }

    /// <summary>
    /// <c>owner/name</c> out of the address of a git repository; of a connected repository, whose owner is not told,
    /// <c>connection/name</c>.
    /// </summary>
    public static string? Repository(JsonElement? build)
    {
        var source = build?.Object("source");
        return OfAddress((source?.Object("gitSource")).Text("url", LengthMax))
            ?? OfConnection((source?.Object("connectedRepository")).Text("repository", LengthMax));
    }

    /// <summary>The address of the git repository for whoever only names it: <c>https://host/owner/name</c>, without the user that may stand in it.</summary>
    public static string? Address(JsonElement? build) =>
        PartsOf(build?.Object("source")?.Object("gitSource").Text("url", LengthMax)) is var (host, path) ? $"https://{host}/{path}" : null;

    private static string? OfAddress(string? address) => PartsOf(address)?.Path;

    private static (string Host, string Path)? PartsOf(string? address)
    {
        if (address is null || AddressPattern().Match(address) is not { Success: true } match)
            return null;
        var path = match.Groups["path"].Value.TrimEnd('/');
        path = path.EndsWith(".git", StringComparison.OrdinalIgnoreCase) ? path[..^".git".Length] : path;
        return path.Contains('/', StringComparison.Ordinal) ? (match.Groups["host"].Value, path) : null;
    }

    private static string? OfConnection(string? name) =>
        name?.Split('/') is ["projects", _, "locations", _, "connections", var connection, "repositories", var repository]
            ? $"{connection}/{repository}"
            : null;

    // https://host/owner/name.git, ssh://git@host/owner/name, git@host:owner/name.git; groups within groups are kept.
    [GeneratedRegex(@"^(?:(?:https?|ssh|git)://(?:[^/@]*@)*(?<host>[^/@:]+)(?::[0-9]+)?/|[^/@:]+@(?<host>[^/:]+):)(?<path>[^?#\s]+)\z",
        RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex AddressPattern();
}
