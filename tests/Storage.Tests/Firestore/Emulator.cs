using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using CdAutomation.Storage.Firestore;
using Grpc.Core;
using Grpc.Net.Client;

namespace CdAutomation.Storage.Tests.Firestore;

/// <summary>Google's own Firestore emulator, part of the Google Cloud CLI; one for all tests, and a database for each.</summary>
[SetUpFixture]
public sealed class Emulator
{
    private const string UsualJar = "/usr/lib/google-cloud-sdk/platform/cloud-firestore-emulator/cloud-firestore-emulator.jar";
    private const string JarVariable = "FIRESTORE_EMULATOR_JAR";

    private static Process? _process;
    private static GrpcChannel? _channel;

    /// <summary>What it said, for when it does not start.</summary>
    private static readonly ConcurrentQueue<string> Said = new();

    /// <summary><c>host:port</c>, what FIRESTORE_EMULATOR_HOST holds.</summary>
    public static string Address { get; private set; } = "";

    public static CallInvoker Calls => _channel!.CreateCallInvoker();

    /// <summary>A database that nobody has used: the emulator makes them as they are named.</summary>
    public static FirestoreOptions NewDatabase() => new() { Project = $"test-{Guid.NewGuid():n}", EmulatorHost = Address };

    public static FirestoreJournal NewJournal() => new(Calls, NewDatabase(), null, TimeProvider.System);

    [OneTimeSetUp]
    public static async Task Starts()
    {
        var jar = Environment.GetEnvironmentVariable(JarVariable) is { Length: > 0 } named ? named : UsualJar;
        if (!File.Exists(jar))
            Miss($"Google's Firestore emulator is not on this machine: apt-get install -y google-cloud-cli-firestore-emulator, or name its jar in {JarVariable}");

        var port = FreePort();
        Address = $"127.0.0.1:{port}";
        _process = Start(jar, port);
        _channel = FirestoreChannel.Connect(NewDatabase());
        for (var again = 0; !await AnswersAsync(port); again++)
        {
            if (again == 600 || _process.HasExited)
                Assert.Fail($"The Firestore emulator did not start: {string.Join('\n', Said)}");
            await Task.Delay(100);
        }
    }

    [OneTimeTearDown]
    public static async Task Ends()
    {
        _channel?.Dispose();
        if (_process is null)
            return;
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    private static Process Start(string jar, int port)
    {
        try
        {
            var process = Process.Start(new ProcessStartInfo(
                "java", ["-Xmx512m", "-cp", jar, "com.google.cloud.datastore.emulator.firestore.CloudFirestore", "--host=127.0.0.1", $"--port={port}"])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            process.OutputDataReceived += (_, line) => Said.Enqueue(line.Data ?? "");
            process.ErrorDataReceived += (_, line) => Said.Enqueue(line.Data ?? "");
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            return process;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Miss("java is not on this machine: apt-get install -y default-jre-headless");
            throw;
        }
    }

    // Nothing may be left out in CI.
    private static void Miss(string what)
    {
        if (Environment.GetEnvironmentVariable("CI") == "true")
            Assert.Fail(what);
        Assert.Ignore(what);
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

    // The emulator cannot choose one itself.
    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
