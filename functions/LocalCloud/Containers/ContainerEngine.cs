using System.Diagnostics;

namespace CdAutomation.LocalCloud.Containers;

/// <summary>
/// A container engine that has been seen to run a container on this machine: podman or docker, with the options it needs here.
/// </summary>
public sealed class ContainerEngine
{
    private static readonly TimeSpan LongestCommand = TimeSpan.FromMinutes(5);
    private const int MostOutput = 64 * 1024;

    private readonly string _program;
    private readonly IReadOnlyList<string> _options;

    internal ContainerEngine(string program, IReadOnlyList<string> options, IReadOnlyList<string> runOptions)
    {
        (_program, _options, RunOptions) = (program, options, runOptions);
        Name = Path.GetFileNameWithoutExtension(program);
    }

    /// <summary><c>podman</c> or <c>docker</c>.</summary>
    public string Name { get; }

    /// <summary>What <c>run</c> needs on this machine.</summary>
    internal IReadOnlyList<string> RunOptions { get; }

    /// <summary>
    /// Looks for podman, then docker, on the PATH, and lets each run a tiny container; podman first as it is, then with runc and without
    /// cgroup delegation, then also with a storage of its own: what it takes inside a container or as root on a bare machine.
    /// </summary>
    /// <param name="storage">
    /// Where podman may keep its own storage, should it need one. A short path: it becomes part of socket names.
    /// </param>
    public static Task<ContainerEngineSearch> FindAsync(string storage, CancellationToken cancellation) =>
        EngineTrial.FindAsync(storage, cancellation);

    /// <summary>Runs a command to its end.</summary>
    /// <param name="input">What it reads; null for nothing.</param>
    internal async Task<EngineOutput> RunAsync(IEnumerable<string> arguments, byte[]? input, CancellationToken cancellation)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        late.CancelAfter(LongestCommand);
        using var process = Start(arguments);
        try
        {
            var output = ReadAsync(process.StandardOutput, late.Token);
            var error = ReadAsync(process.StandardError, late.Token);
            await FeedAsync(process, input, late.Token);
            await process.WaitForExitAsync(late.Token);
            return new(process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            if (cancellation.IsCancellationRequested) throw;
            return new(-1, "", $"did not end within {LongestCommand.TotalMinutes:0} minutes");
        }
    }

    /// <summary>Starts a command; its streams are the caller's to read.</summary>
    internal Process Start(IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(_program)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var argument in _options.Concat(arguments)) start.ArgumentList.Add(argument);
        return Process.Start(start) ?? throw new InvalidOperationException($"{_program} did not start.");
    }

    private static async Task FeedAsync(Process process, byte[]? input, CancellationToken cancellation)
    {
        try
        {
            if (input is not null) await process.StandardInput.BaseStream.WriteAsync(input, cancellation);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended without reading: its exit code and words say more than the broken pipe.
        }
    }

    // Read to the end, or the process would block on a full pipe; kept up to a limit.
    private static async Task<string> ReadAsync(StreamReader reader, CancellationToken cancellation)
    {
        var kept = new System.Text.StringBuilder();
        var buffer = new char[4096];
        while (await reader.ReadAsync(buffer, cancellation) is > 0 and var length)
            if (kept.Length < MostOutput) kept.Append(buffer, 0, length);
        return kept.ToString();
    }
}

/// <summary>What <see cref="ContainerEngine.FindAsync"/> found.</summary>
/// <param name="Engine">Null when no engine can run containers here.</param>
/// <param name="Explanation">A sentence for the start-up line: which engine and how, or why there is none.</param>
public sealed record ContainerEngineSearch(ContainerEngine? Engine, string Explanation);

/// <summary>How a command ended.</summary>
internal sealed record EngineOutput(int ExitCode, string Output, string Error)
{
    /// <summary>The last line it complained with.</summary>
    public string Complaint =>
        Error.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault() ?? "";
}
