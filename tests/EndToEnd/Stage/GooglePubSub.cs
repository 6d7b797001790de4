using System.Net;
using System.Net.Sockets;

namespace CdAutomation.EndToEnd.Stage;

/// <summary>Google's own Pub/Sub emulator.</summary>
internal sealed class GooglePubSub : IAsyncDisposable
{
    private const string Folder = "/usr/lib/google-cloud-sdk/platform/pubsub-emulator/lib";
    private const string JarVariable = "PUBSUB_EMULATOR_JAR";

    private readonly OwnProcess _process;

    private GooglePubSub(OwnProcess process, int port) => (_process, Address) = (process, $"127.0.0.1:{port}");

    /// <summary><c>host:port</c>, what PUBSUB_EMULATOR_HOST holds.</summary>
    public string Address { get; }

    public static async Task<GooglePubSub> StartAsync()
    {
        Command.Need("java", "default-jre-headless");
        var jar = Environment.GetEnvironmentVariable(JarVariable)
            ?? (Directory.Exists(Folder) ? Directory.GetFiles(Folder, "cloud-pubsub-emulator-*-all.jar").Max() : null);
        if (jar is null || !File.Exists(jar))
        {
            Assert.Fail(
                "Google's Pub/Sub emulator is not on this machine: install google-cloud-cli-pubsub-emulator from Google's Debian packages, "
                + $"or name its jar in {JarVariable}");
        }

        var port = FreePort();
        var process = OwnProcess.Start("java", ["-jar", jar!, "--host=127.0.0.1", $"--port={port}"]);
        await Eventually.SeesAsync("the Pub/Sub emulator listens", () => AnswersAsync(port), answers => answers || !process.IsRunning);
        Assert.That(process.IsRunning, Is.True, string.Join('\n', process.Error));
        return new(process, port);
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    /// <summary>A port that was free a moment ago, for programs that cannot choose one themselves.</summary>
    public static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private static async Task<bool> AnswersAsync(int port)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
