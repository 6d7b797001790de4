using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;

namespace CdAutomation.Triggers.Tests.Stage;

/// <summary>A process that serves one function, as on Cloud Run.</summary>
internal sealed class FunctionProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = [];
    private readonly ConcurrentQueue<string> _errors = [];

    private FunctionProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Keep(_output, line.Data);
        process.ErrorDataReceived += (_, line) => Keep(_errors, line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public HttpClient Http { get; private set; } = new();

    public string Errors => string.Join('\n', _errors);

    /// <summary>What was logged; a line that is no JSON object fails the test.</summary>
    public JsonElement[] LogLines => [.. _output.Select(line => JsonDocument.Parse(line).RootElement.Clone())];

    /// <summary>The built program of this test run, on the runtime.</summary>
    public static string[] Managed => ["dotnet", Path.Combine(AppContext.BaseDirectory, "CdAutomation.Triggers.dll")];

    /// <summary>Starts without waiting for anything.</summary>
    public static FunctionProcess Start(string[] command, params (string Key, string Value)[] environment)
    {
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        foreach (var key in start.Environment.Keys.Where(key => key.StartsWith("CDAUTOMATION_", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(key);
        start.Environment["DOTNET_RUNNING_IN_CONTAINER"] = "false";
        start.Environment["PORT"] = "0";
        foreach (var (key, value) in environment)
            start.Environment[key] = value;
        return new(Process.Start(start)!);
    }

    /// <summary>Starts and waits until it listens.</summary>
    public static async Task<FunctionProcess> ServeAsync(string[] command, string function, params (string Key, string Value)[] environment)
    {
        var served = Start(command, [("FUNCTION_TARGET", $"CdAutomation.Triggers.{function}"), .. environment]);
        var address = await served.SeenAsync(lines => lines.Select(AddressIn).FirstOrDefault(found => found is not null));
        served.Http = new HttpClient { BaseAddress = new Uri(address) };
        return served;
    }

    /// <summary>Looks at the log until the answer is not null.</summary>
    public async Task<T> SeenAsync<T>(Func<JsonElement[], T?> look)
        where T : class
    {
        for (var watch = Stopwatch.StartNew(); ;)
        {
            if (look(LogLines) is { } seen)
                return seen;
            if (_process.HasExited || watch.Elapsed > Patience)
                throw new AssertionException($"not seen; output:\n{string.Join('\n', _output)}\nerrors:\n{Errors}");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }
    }

    /// <summary>Tells it to end as Cloud Run does.</summary>
    public async Task<int> TerminateAsync()
    {
        using (var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]))
            await kill.WaitForExitAsync();
        return await ExitAsync();
    }

    /// <summary>Waits for its end.</summary>
    public async Task<int> ExitAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        await _process.WaitForExitAsync(patience.Token);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static string? AddressIn(JsonElement line) => line.TryGetProperty("address", out var address) ? address.GetString() : null;

    private static void Keep(ConcurrentQueue<string> lines, string? line)
    {
        if (!string.IsNullOrEmpty(line))
            lines.Enqueue(line);
    }
}
