using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using CdAutomation.LocalCloud.Tests.PubSub;

// Not the folder's namespace: NUnit tears a fixture down after the last test of its own, and tests elsewhere use the emulator too.
namespace CdAutomation.LocalCloud.Tests;

/// <summary>Google's own Pub/Sub emulator, one process for all tests of this assembly.</summary>
[SetUpFixture]
public sealed class PubSubEmulator
{
    private const string Folder = "/usr/lib/google-cloud-sdk/platform/pubsub-emulator/lib";
    private static readonly SemaphoreSlim Gate = new(1);
    private static Process? _process;
    private static string _address = "";

    /// <summary><c>127.0.0.1:PORT</c>; the test is ignored, visibly, where the emulator is not installed.</summary>
    public static async Task<string> AddressAsync()
    {
        await Gate.WaitAsync();
        try
        {
            if (_process is null)
                await StartAsync();
            return _address;
        }
        finally
        {
            Gate.Release();
        }
    }

    [OneTimeTearDown]
    public void Stop()
    {
        _process?.Kill(entireProcessTree: true);
        _process?.Dispose();
        _process = null;
    }

    private static async Task StartAsync()
    {
        var jar = Environment.GetEnvironmentVariable("PUBSUB_EMULATOR_JAR") is { Length: > 0 } named
            ? named
            : Directory.Exists(Folder) ? Directory.GetFiles(Folder, "cloud-pubsub-emulator-*-all.jar").Max() : null;
        if (jar is null || !File.Exists(jar))
            Assert.Ignore(
                "Google's Pub/Sub emulator is missing: install the Google Cloud CLI's pubsub-emulator, or name its jar in "
                + "PUBSUB_EMULATOR_JAR.");

        var port = FreePort();
        var start = new ProcessStartInfo(
            "java", ["-jar", jar!, "--host=127.0.0.1", $"--port={port.ToString(CultureInfo.InvariantCulture)}"])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, _) => { };
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        _address = $"127.0.0.1:{port}";
        await Eventually.SeesAsync(() => AnswersAsync(port), answers => answers);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
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
