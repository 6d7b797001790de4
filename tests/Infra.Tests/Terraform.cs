using System.Diagnostics;
using System.Text.Json.Nodes;

namespace CdAutomation.Infra.Tests;

/// <summary>Terraform with the providers' published schemas in place of the providers, in a copy of <c>infra/</c> that a test may change.</summary>
internal sealed class Terraform : IDisposable
{
    private readonly DirectoryInfo _copy = Directory.CreateTempSubdirectory("infra-tests-");

    public Terraform()
    {
        foreach (var file in InfraFiles.All)
        {
            var path = Path.Combine(_copy.FullName, file);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.Copy(Path.Combine(InfraFiles.Root, file), path);
        }
    }

    /// <summary>Puts another text into a file of the copy.</summary>
    public void Write(string file, string text) => File.WriteAllText(Path.Combine(_copy.FullName, file), text);

    /// <summary>Fetches nothing: providers are attached, and modules are folders beside each other.</summary>
    public async Task InitialiseAsync(string folder)
    {
        var ended = await RunAsync(folder, "init", "-backend=false", "-input=false", "-no-color");
        Assert.That(ended.ExitCode, Is.Zero, ended.ToString());
    }

    /// <summary>Whether the folder is a valid configuration, and every complaint as one text.</summary>
    public async Task<(bool Valid, string Complaints)> ValidateAsync(string folder)
    {
        var ended = await RunAsync(folder, "validate", "-json", "-no-color");
        var answer = JsonNode.Parse(ended.Output)!;
        var complaints = answer["diagnostics"]!.AsArray()
            .Where(it => !$"{it!["summary"]}".Contains("CLI configuration", StringComparison.Ordinal))
            .Select(it => $"{it!["range"]?["filename"]}:{it["range"]?["start"]?["line"]}: {it["summary"]}: {it["detail"]}");
        return (answer["valid"]!.GetValue<bool>(), string.Join('\n', complaints));
    }

    public async Task<Ended> RunAsync(string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo("terraform", arguments)
        {
            WorkingDirectory = Path.Combine(_copy.FullName, folder),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["TF_REATTACH_PROVIDERS"] = await AttachedProviders.ReattachAsync();
        start.Environment["TF_IN_AUTOMATION"] = "1";
        start.Environment["CHECKPOINT_DISABLE"] = "1";
        using var process = Process.Start(start)!;
        using var late = new CancellationTokenSource(TimeSpan.FromMinutes(4));
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(late.Token);
            var error = process.StandardError.ReadToEndAsync(late.Token);
            await process.WaitForExitAsync(late.Token);
            return new(process.ExitCode, await output, await error);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    public void Dispose() => _copy.Delete(recursive: true);
}
