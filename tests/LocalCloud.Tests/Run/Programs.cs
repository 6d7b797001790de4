using System.Diagnostics;

namespace CdAutomation.LocalCloud.Tests.Run;

/// <summary>Programs of the machine that tests use.</summary>
internal static class Programs
{
    /// <summary>Skips the test, visibly, where a program is missing.</summary>
    public static void Need(string name, string package)
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        if (!folders.Any(it => File.Exists(Path.Combine(it, name)))) Assert.Ignore($"{name} is not here: apt-get install {package}");
    }

    /// <summary>Runs to the end; the test fails, with its words, when it ends otherwise than with 0.</summary>
    public static async Task<string> RunAsync(string name, params string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo(name, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        using var late = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        var error = process.StandardError.ReadToEndAsync(late.Token);
        var output = await process.StandardOutput.ReadToEndAsync(late.Token);
        await process.WaitForExitAsync(late.Token);
        Assert.That(process.ExitCode, Is.Zero, $"{name}: {await error}");
        return output;
    }
}
