using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using CdAutomation.Infra.Tests.Providers;

namespace CdAutomation.Infra.Tests;

/// <summary>Google's and Datadog's providers for all tests, with the types that <c>infra/</c> uses.</summary>
[SetUpFixture]
public sealed partial class AttachedProviders
{
    // Terraform's address of a provider, the first word of its types, and the package with its typings.
    private static readonly (string Source, string Prefix, string Package)[] Known =
    [
        ("hashicorp/google", "google", "provider-google"),
        ("datadog/datadog", "datadog", "provider-datadog"),
    ];

    private static readonly List<SchemaServer> Servers = [];

    // Not before a test asks: others need neither npm nor Terraform.
    private static readonly Lazy<Task<string>> Attached = new(AttachAsync);

    /// <summary>What Terraform reads from <c>TF_REATTACH_PROVIDERS</c>.</summary>
    internal static Task<string> ReattachAsync() => Attached.Value;

    [OneTimeTearDown]
    public async Task DetachAsync()
    {
        foreach (var server in Servers)
            await server.DisposeAsync();
    }

    private static async Task<string> AttachAsync()
    {
        var typings = await FetchAsync();
        var reattach = new JsonObject();
        foreach (var (source, prefix, package) in Known)
        {
            var server = await SchemaServer.StartAsync(Read(Path.Combine(typings, package, "lib"), prefix));
            Servers.Add(server);
            reattach[source] = new JsonObject
            {
                ["Protocol"] = "grpc",
                ["ProtocolVersion"] = 6,
                ["Pid"] = Environment.ProcessId,
                ["Test"] = true,
                ["Addr"] = new JsonObject { ["Network"] = "tcp", ["String"] = server.Address },
            };
        }

        return reattach.ToJsonString();
    }

    private static ProviderSchema Read(string typings, string prefix)
    {
        var texts = InfraFiles.All.Where(it => it.EndsWith(".tf", StringComparison.Ordinal)).Select(InfraFiles.Text).ToList();
        var words = texts.SelectMany(it => Word().Matches(it)).Select(it => it.Value).ToHashSet();
        var used = texts.SelectMany(it => Use().Matches(it))
            .Select(it => (Kind: it.Groups["kind"].Value, Type: it.Groups["type"].Value))
            .Where(it => it.Type.StartsWith($"{prefix}_", StringComparison.Ordinal))
            .Distinct()
            .Select(it => (it.Kind, it.Type, Folder: Folder(typings, it.Kind, it.Type[(prefix.Length + 1)..])))
            // A type that is not there stays unknown, and Terraform says so with file and line.
            .Where(it => Directory.Exists(it.Folder))
            .ToList();
        return new(Typings.Read(Path.Combine(typings, "provider"), words), Of("resource"), Of("data"));

        Dictionary<string, Block> Of(string kind) => used.Where(it => it.Kind == kind).ToDictionary(it => it.Type, it => Typings.Read(it.Folder, words));
    }

    private static string Folder(string typings, string kind, string type) =>
        Path.Combine(typings, (kind == "data" ? "data-" + Path.GetFileName(Path.GetDirectoryName(typings))!["provider-".Length..] + "-" : "")
            + type.Replace('_', '-'));

    private static async Task<string> FetchAsync()
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "Node");
        var typings = Path.Combine(folder, "node_modules", "@cdktf");
        if (File.Exists(Path.Combine(folder, "node_modules", ".package-lock.json")))
            return typings;
        var start = new ProcessStartInfo("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"])
        {
            WorkingDirectory = folder,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start) ?? throw new InvalidOperationException("npm did not start");
        using var late = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        var error = await process.StandardError.ReadToEndAsync(late.Token);
        await process.WaitForExitAsync(late.Token);
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"npm could not fetch the providers' typings: {error}");
        return typings;
    }

    [GeneratedRegex(@"\w+")]
    private static partial Regex Word();

    [GeneratedRegex("""
        ^(?<kind>resource|data) "(?<type>\w+)"
        """, RegexOptions.Multiline)]
    private static partial Regex Use();
}
