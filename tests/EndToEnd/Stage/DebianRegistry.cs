using System.Text.RegularExpressions;

namespace CdAutomation.EndToEnd.Stage;

/// <summary>The CNCF's registry as Debian packages it, which tells a webhook of every push.</summary>
internal sealed partial class DebianRegistry : IAsyncDisposable
{
    private readonly OwnProcess _process;

    private DebianRegistry(OwnProcess process, string address) => (_process, Address) = (process, address);

    /// <summary><c>host:port</c>.</summary>
    public string Address { get; }

    /// <param name="folder">Where it keeps everything.</param>
    /// <param name="webhook">Who is told, or nobody.</param>
    public static async Task<DebianRegistry> StartAsync(TemporaryFolder folder, Uri? webhook)
    {
        Command.Need("docker-registry", "docker-registry");
        var config = folder.In("registry.yml");
        await File.WriteAllTextAsync(config, $$"""
            version: 0.1
            log: { level: info, accesslog: { disabled: true } }
            storage: { filesystem: { rootdirectory: {{folder.In("registry")}} } }
            http: { addr: '127.0.0.1:0' }
            {{(webhook is null ? "" : $"notifications: {{ endpoints: [ {{ name: forwarder, url: '{webhook}', timeout: 10s, threshold: 5, backoff: 1s }} ] }}")}}
            """);
        var process = OwnProcess.Start("docker-registry", ["serve", config]);
        var address = await Eventually.SeesAsync(
            "docker-registry listens",
            () => ListeningPattern().Match(string.Join('\n', process.Error)),
            match => match.Success || !process.IsRunning);
        Assert.That(address.Success, Is.True, string.Join('\n', process.Error));
        return new(process, address.Groups[1].Value);
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    [GeneratedRegex("listening on (127\\.0\\.0\\.1:[0-9]+)")]
    private static partial Regex ListeningPattern();
}
