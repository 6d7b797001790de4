using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace CdAutomation.GoogleCloud.Tests.PubSub;

/// <summary>Google's own Pub/Sub emulator, part of the Google Cloud CLI.</summary>
internal sealed class PubSubEmulator : IAsyncDisposable
{
    private const string Jars = "/usr/lib/google-cloud-sdk/platform/pubsub-emulator/lib";
    private readonly Process _process;

    private PubSubEmulator(Process process, int port) => (_process, Address) = (process, new Uri($"http://127.0.0.1:{port}"));

    public Uri Address { get; }

    public static async Task<PubSubEmulator> StartAsync()
    {
        var jar = Directory.Exists(Jars) ? Directory.GetFiles(Jars, "cloud-pubsub-emulator-*.jar").FirstOrDefault() : null;
        if (jar is null)
            Assert.Ignore("Google's Pub/Sub emulator is not on this machine: apt-get install -y google-cloud-cli-pubsub-emulator");

        var port = FreePort();
        var process = Process.Start(new ProcessStartInfo("java", ["-jar", jar!, "--host=127.0.0.1", $"--port={port}"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var listening = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void Watch(object _, DataReceivedEventArgs line)
        {
            if (line.Data?.Contains("Server started", StringComparison.Ordinal) is true)
                listening.TrySetResult();
        }

        process.OutputDataReceived += Watch;
        process.ErrorDataReceived += Watch;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        await listening.Task.WaitAsync(TimeSpan.FromSeconds(60));
        return new PubSubEmulator(process, port);
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    // The emulator cannot choose one itself.
    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
