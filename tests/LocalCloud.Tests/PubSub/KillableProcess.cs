using System.Diagnostics;

namespace CdAutomation.LocalCloud.Tests.PubSub;

/// <summary>A host in a process of its own; it says on its first line where it listens, and is ended with SIGKILL.</summary>
internal sealed class KillableProcess : IAsyncDisposable
{
    private readonly Process _process;

    private KillableProcess(Process process, string firstLine) => (_process, FirstLine) = (process, firstLine);

    public string FirstLine { get; }

    /// <param name="program">A type of this assembly with a <c>RunAsync(string[])</c>.</param>
    public static async Task<KillableProcess> StartAsync(Type program, params string[] args)
    {
        var start = new ProcessStartInfo("dotnet", ["exec", typeof(KillableProcess).Assembly.Location, program.FullName!, .. args])
        {
            RedirectStandardOutput = true,
        };
        var process = Process.Start(start)!;
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(40));
        var line = await process.StandardOutput.ReadLineAsync(patience.Token);
        return new(process, line ?? throw new AssertionException($"{program.Name} ended before it listened"));
    }

    public void Kill() => _process.Kill();

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
