using System.Text;
using CdAutomation.LocalCloud.Registry;

namespace CdAutomation.LocalCloud.Tests.Registry;

/// <summary>A registry in a process of its own, to be killed. Arguments: data directory, file to append announcements to, or "-" to
/// take none.</summary>
internal static class RegistryProcess
{
    public static async Task RunAsync(string[] args)
    {
        await using var registry = await LocalRegistry.StartAsync(
            new() { DataDirectory = args[0], Announcements = new Lines(args[1]), PublicHosts = _ => ["host.example"] },
            CancellationToken.None);
        await Console.Out.WriteLineAsync(registry.Address);
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System);
    }

    private sealed class Lines(string file) : IAnnouncements
    {
        public async ValueTask PublishAsync(byte[] json, CancellationToken cancellation)
        {
            if (file == "-")
                throw new AnnouncementFailedException("nobody listens");
            await File.AppendAllTextAsync(file, Encoding.UTF8.GetString(json) + "\n", cancellation);
        }
    }
}
