using System.Diagnostics;
using CdAutomation.LocalCloud.Containers;
using CdAutomation.LocalCloud.Run;
using Google.Cloud.Run.V2;
using Grpc.Net.Client;
using Task = System.Threading.Tasks.Task;

namespace CdAutomation.LocalCloud.Tests.Run;

/// <summary>A host in a process of its own, to be killed: prints its address and stays; with containers when told a registry.</summary>
internal static class KilledHost
{
    public static async Task RunAsync(string[] args)
    {
        var engine = args.Length > 2 ? await ContainerEngine.FindAsync(args[2], CancellationToken.None) : null;
        var options = new LocalRunOptions
        {
            Images = engine is null ? new NamedImages() : new RegistryImages(_ => new Uri(args[3])),
            Engine = engine?.Engine,
            DataDirectory = args[0],
            SimulatedStart = TimeSpan.FromMilliseconds(double.Parse(args[1])),
        };
        await using var run = await LocalRun.StartAsync(options, CancellationToken.None);
        await Console.Out.WriteLineAsync(run.Address);
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, CancellationToken.None);
    }

    /// <summary>Starts it and gives a channel to it.</summary>
    /// <param name="containers">Storage of the engine and address of the registry; empty for simulated revisions.</param>
    public static async Task<(Process Process, GrpcChannel Channel)> StartAsync(
        string directory, double startMilliseconds, params string[] containers)
    {
        var type = typeof(KilledHost);
        string[] arguments = [type.Assembly.Location, type.FullName!, directory, $"{startMilliseconds}", .. containers];
        var process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, arguments) { RedirectStandardOutput = true })!;
        var address = await process.StandardOutput.ReadLineAsync();
        Assert.That(address, Is.Not.Null.And.Not.Empty, "the host did not start");
        return (process, GrpcChannel.ForAddress($"http://{address}"));
    }

    public static Services.ServicesClient Services(GrpcChannel channel) => new(channel);
}
