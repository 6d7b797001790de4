using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace CdAutomation.EndToEnd.Stage.Images;

/// <summary>A function in a container of the image <c>functions</c>, as Cloud Run runs it.</summary>
internal sealed class ContainerFunction : IAsyncDisposable
{
    private readonly OwnProcess _process;
    private readonly HttpClient _http;

    private ContainerFunction(OwnProcess process, HttpClient http, TimeSpan coldStart) => (_process, _http, ColdStart) = (process, http, coldStart);

    /// <summary>From the start of the container to the first answer.</summary>
    public TimeSpan ColdStart { get; }

    public HttpClient Http => _http;

    public string Log => string.Join('\n', _process.Output.Concat(_process.Error));

    /// <param name="images">The image is one of these.</param>
    /// <param name="function">The class, e.g. <c>OnTick</c>.</param>
    /// <param name="environment">Its configuration.</param>
    /// <param name="volume">A folder and where it is seen.</param>
    public static async Task<ContainerFunction> StartAsync(
        BuiltImages images, string function, IReadOnlyDictionary<string, string?> environment, string volume)
    {
        var port = FreePort();
        var variables = new Dictionary<string, string?>(environment)
        {
            ["FUNCTION_TARGET"] = $"CdAutomation.Triggers.{function}",
            ["PORT"] = $"{port}",
        };
        var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        var watch = Stopwatch.StartNew();
        var process = OwnProcess.Start(
            "podman", [.. images.Podman.Options, .. Podman.RunArguments($"cda-{function.ToLowerInvariant()}-{port}", variables, [volume]), images.Named("functions")]);
        await Eventually.SeesAsync($"{function} answers", () => StatusAsync(http), status => status is HttpStatusCode.OK || !process.IsRunning);
        var took = watch.Elapsed;
        Assert.That(process.IsRunning, string.Join('\n', process.Output.Concat(process.Error)));
        return new(process, http, took);
    }

    /// <summary>Tells it to end as Cloud Run does.</summary>
    /// <returns>Its exit code.</returns>
    public Task<int> StopAsync() => _process.StopAsync();

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _process.DisposeAsync();
    }

    private static async Task<HttpStatusCode?> StatusAsync(HttpClient http)
    {
        try
        {
            using var answer = await http.GetAsync("/healthz");
            return answer.StatusCode;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
