using System.Collections.Concurrent;
using System.Diagnostics;

namespace CdAutomation.EndToEnd.Stage;

/// <summary>A program that a test started and that runs beside it; it is dead when the test is over, however the test ended.</summary>
internal sealed class OwnProcess : IAsyncDisposable
{
    private static readonly ConcurrentDictionary<Process, bool> Running = new();

    private static readonly TimeSpan OrderlyEnd = TimeSpan.FromSeconds(45);

    private readonly Process _process;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<string> _firstLine = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private readonly List<string> _output = [];
    private readonly List<string> _error = [];

    // A test run that is broken off must not leave programs behind either.
    static OwnProcess() => AppDomain.CurrentDomain.ProcessExit += (_, _) =>
    {
        foreach (var left in Running.Keys)
            left.Kill(entireProcessTree: true);
    };

    private OwnProcess(Process process) => _process = process;

    /// <summary>The lines of standard output so far.</summary>
    public string[] Output => Copy(_output);

    /// <summary>The lines of standard error so far.</summary>
    public string[] Error => Copy(_error);

    public bool IsRunning => !_ended.Task.IsCompleted;

    public int Id => _process.Id;

    /// <param name="program">A name on the PATH.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="environment">What differs from our own environment; null takes a variable away.</param>
    public static OwnProcess Start(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string?>? environment = null)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (key, value) in environment ?? new Dictionary<string, string?>())
            start.Environment[key] = value;

        var own = new OwnProcess(new Process { StartInfo = start, EnableRaisingEvents = true });
        own._process.Exited += (_, _) => own._ended.TrySetResult();
        own._process.OutputDataReceived += (_, line) => own.Said(own._output, line.Data, first: true);
        own._process.ErrorDataReceived += (_, line) => own.Said(own._error, line.Data, first: false);
        own._process.Start();
        Running[own._process] = true;
        own._process.BeginOutputReadLine();
        own._process.BeginErrorReadLine();
        return own;
    }

    /// <summary>The first line of standard output; the test fails, with the program's own words, when it ends without one.</summary>
    public async Task<string> FirstLineAsync()
    {
        if (await Task.WhenAny(_firstLine.Task, _ended.Task).WaitAsync(Eventually.Patience) == _firstLine.Task)
            return await _firstLine.Task;

        throw new AssertionException($"{this} ended before it said anything on standard output:\n{string.Join('\n', Error)}");
    }

    /// <summary>Ends it as kill -9 does: it has no chance to put anything in order.</summary>
    public Task KillAsync()
    {
        _process.Kill();
        return _ended.Task.WaitAsync(Eventually.Patience);
    }

    /// <summary>Ends it as Ctrl+C or a shutdown does, and waits for it.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> StopAsync()
    {
        await TerminateAsync(Eventually.Patience);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (IsRunning)
            await EndAsync();

        Running.TryRemove(_process, out _);
        _process.Dispose();
    }

    public override string ToString() => $"{_process.StartInfo.FileName} {string.Join(' ', _process.StartInfo.ArgumentList)}";

    /// <summary>In order first, for what it started is its own to end; then by force.</summary>
    private async Task EndAsync()
    {
        try
        {
            await TerminateAsync(OrderlyEnd);
        }
        catch (TimeoutException)
        {
            _process.Kill(entireProcessTree: true);
            await _ended.Task.WaitAsync(Eventually.Patience);
        }
    }

    private async Task TerminateAsync(TimeSpan patience)
    {
        await Command.RunAsync("sh", ["-c", $"kill -TERM {_process.Id}"]);
        await _ended.Task.WaitAsync(patience);
    }

    private void Said(List<string> where, string? line, bool first)
    {
        if (line is null)
            return;
        lock (_gate)
            where.Add(line);
        if (first)
            _firstLine.TrySetResult(line);
    }

    private string[] Copy(List<string> lines)
    {
        lock (_gate)
            return [.. lines];
    }
}
