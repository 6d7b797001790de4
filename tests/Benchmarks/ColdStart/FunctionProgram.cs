using System.Diagnostics;
using System.Text.Json;

namespace CdAutomation.Benchmarks.ColdStart;

/// <summary>A function's program, started as Cloud Run starts it: a new process, an empty store, and a first request.</summary>
/// <param name="Command">The program and what comes before its own arguments.</param>
internal sealed record FunctionProgram(string[] Command)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>The program of this build, on the runtime.</summary>
    public static FunctionProgram Built { get; } = new(["dotnet", Path.Combine(AppContext.BaseDirectory, "CdAutomation.Triggers.dll")]);

    /// <summary>For people: which file.</summary>
    public string Name => Path.GetFileName(Command[^1]);

    /// <summary>From the start of the process to its first answer.</summary>
    /// <param name="telemetry">Where it is to send traces and metrics, or null: then it sends none.</param>
    /// <exception cref="InvalidOperationException">It did not answer; the message has what it said.</exception>
    public async Task<TimeSpan> StartAsync(Uri? telemetry)
    {
        var folder = Directory.CreateTempSubdirectory("cold-").FullName;
        var watch = Stopwatch.StartNew();
        using var process = Process.Start(Start(folder, telemetry))!;
        try
        {
            using var patience = new CancellationTokenSource(Patience);
            var address = await AddressAsync(process, patience.Token);
            using var http = new HttpClient { BaseAddress = new Uri(address) };
            using var answer = await http.GetAsync("/healthz", patience.Token);
            watch.Stop();
            answer.EnsureSuccessStatusCode();
            return watch.Elapsed;
        }
        finally
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
            Directory.Delete(folder, recursive: true);
        }
    }

    private ProcessStartInfo Start(string folder, Uri? telemetry)
    {
        var start = new ProcessStartInfo(Command[0], Command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var key in start.Environment.Keys.Where(key => key.StartsWith("CDAUTOMATION_", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(key);
        start.Environment.Remove("OTEL_EXPORTER_OTLP_ENDPOINT");
        start.Environment["FUNCTION_TARGET"] = "CdAutomation.Triggers.OnTick";
        start.Environment["CDAUTOMATION_STORE"] = Path.Combine(folder, "journal.db");
        start.Environment["PORT"] = "0";
        if (telemetry is not null)
            start.Environment["OTEL_EXPORTER_OTLP_ENDPOINT"] = telemetry.ToString();
        return start;
    }

    /// <summary>It logs the address that it listens on.</summary>
    private static async Task<string> AddressAsync(Process process, CancellationToken cancellation)
    {
        var said = new List<string>();
        while (await process.StandardOutput.ReadLineAsync(cancellation) is { } line)
        {
            said.Add(line);
            if (!line.StartsWith('{'))
                continue;
            using var document = JsonDocument.Parse(line);
            if (document.RootElement.TryGetProperty("address", out var address))
                return address.GetString()!;
        }

        throw new InvalidOperationException($"the program ended before it listened; it said: {string.Join(' ', said)} {await process.StandardError.ReadToEndAsync(cancellation)}");
    }
}
