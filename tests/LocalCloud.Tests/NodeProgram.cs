using System.Diagnostics;
using System.Reflection;

namespace CdAutomation.LocalCloud.Tests;

/// <summary>Runs a small Node program against Google's official clients, which the build of functions/GoogleApis fetched.</summary>
internal static class NodeProgram
{
    private static string GoogleApis => Path.GetFullPath(typeof(NodeProgram).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(it => it.Key == "GoogleApis").Value!);

    /// <summary>Its standard output; the test fails, with its words, when it ends otherwise than with 0 or not within a minute.</summary>
    /// <param name="script">A .mjs beside the test assembly; its first argument is the folder to resolve packages from.</param>
    public static async Task<string> RunAsync(string script, params string[] arguments)
    {
        if (!Directory.Exists(Path.Combine(GoogleApis, "node_modules", "@google-cloud", "run")))
            Assert.Ignore("The official Node clients are not here: build functions/GoogleApis with npm on the PATH.");
        var start = new ProcessStartInfo("node", [script, GoogleApis, .. arguments])
        {
            WorkingDirectory = AppContext.BaseDirectory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            // Or the clients look for Google's metadata server before they say anything.
            Environment = { ["METADATA_SERVER_DETECTION"] = "none" },
        };
        using var process = Process.Start(start)!;
        using var late = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        var error = process.StandardError.ReadToEndAsync(late.Token);
        var output = await process.StandardOutput.ReadToEndAsync(late.Token);
        await process.WaitForExitAsync(late.Token);
        Assert.That(process.ExitCode, Is.Zero, await error);
        return output;
    }
}
