using System.Diagnostics;

namespace CdAutomation.EndToEnd.Stage;

/// <summary>A program run to its end.</summary>
/// <param name="Line">What was called.</param>
/// <param name="Code">Its exit code.</param>
/// <param name="Output">Standard output.</param>
/// <param name="Error">Standard error.</param>
internal sealed record Command(string Line, int Code, string Output, string Error)
{
    /// <summary>Fails the test where a program of the machine is missing; nothing here is skipped.</summary>
    public static void Need(string program, string package)
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        if (!folders.Any(folder => File.Exists(Path.Combine(folder, program))))
            Assert.Fail($"{program} is not on this machine: apt-get install -y {package}");
    }

    /// <param name="program">A name on the PATH.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="environment">What differs from our own environment; null takes a variable away.</param>
    /// <param name="folder">Where it runs; null for here.</param>
    public static async Task<Command> RunAsync(
        string program,
        IReadOnlyList<string> arguments,
        IReadOnlyDictionary<string, string?>? environment = null,
        string? folder = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder ?? AppContext.BaseDirectory,
        };
        foreach (var (key, value) in environment ?? new Dictionary<string, string?>())
            start.Environment[key] = value;

        var line = $"{program} {string.Join(' ', arguments)}";
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        using var late = new CancellationTokenSource(Eventually.Patience);
        var output = process.StandardOutput.ReadToEndAsync(late.Token);
        var error = process.StandardError.ReadToEndAsync(late.Token);
        try
        {
            await process.WaitForExitAsync(late.Token);
            return new(line, process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new AssertionException($"{line} did not end within {Eventually.Patience.TotalSeconds:0} s");
        }
    }

    /// <summary>Itself, if it ended with 0; the test fails otherwise.</summary>
    public Command Succeeded()
    {
        Assert.That(Code, Is.Zero, $"{Line}\n{Output}\n{Error}");
        return this;
    }
}
