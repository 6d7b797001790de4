using CdAutomation.LocalCloud.PubSub;

namespace CdAutomation.LocalCloud.Tests.PubSub;

/// <summary>A Pub/Sub in a process of its own, to be killed. Argument: the data directory.</summary>
internal static class PubSubProcess
{
    public static async Task RunAsync(string[] args)
    {
        await using var local = await LocalPubSub.StartAsync(new() { DataDirectory = args[0] }, CancellationToken.None);
        await Console.Out.WriteLineAsync(local.Address);
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System);
    }
}
