using System.Diagnostics;

namespace CdAutomation.Architecture;

/// <summary>What a program said and how it ended.</summary>
internal sealed record ToolResult(int ExitCode, string Output, string Error);

/// <summary>Programs run in the repository, as a person would run them there.</summary>
internal static class Tool
{
    /// <summary>Runs to the end; a program that takes longer than ten minutes is killed and is a failure.</summary>
    public static async Task<ToolResult> RunAsync(string program, IEnumerable<string> arguments, string? input = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Repository.Root,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // The test host is itself run by MSBuild, whose variables would lead another MSBuild astray.
        foreach (var name in start.Environment.Keys.Where(it => it.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToList())
            start.Environment.Remove(name);
        start.Environment["ArtifactsPath"] = Repository.Metadata("ArtifactsPath");
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        // A server left behind would hold on to our output's pipes.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["UseSharedCompilation"] = "false";
        // Compilers and their like gain nothing from profiling themselves: a third of dotnet format's time.
        start.Environment["DOTNET_TieredPGO"] = "0";

        using var process = Process.Start(start)!;
        using var late = new CancellationTokenSource(TimeSpan.FromMinutes(10));
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(late.Token);
            var error = process.StandardError.ReadToEndAsync(late.Token);
            await process.StandardInput.WriteAsync((input ?? "").AsMemory(), late.Token);
            process.StandardInput.Close();
            await process.WaitForExitAsync(late.Token);
            return new(process.ExitCode, await output, await error);
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }

    public static Task<ToolResult> DotnetAsync(params string[] arguments) => RunAsync("dotnet", arguments);
}
