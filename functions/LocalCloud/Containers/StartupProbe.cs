using System.Net;
using System.Net.Sockets;
using CdAutomation.LocalCloud.Run;
using Google.Cloud.Run.V2;

namespace CdAutomation.LocalCloud.Containers;

/// <summary>
/// Asks a starting container whether it is ready: it listens, or, where the template has an HTTP startup probe, that path answers 200
/// to 399. Periods and thresholds of the template are not followed: it is asked often until the host's limit. gRPC probes only listen.
/// </summary>
internal sealed class StartupProbe(Container container, int port)
{
    private static readonly TimeSpan LongestAnswer = TimeSpan.FromSeconds(2);

    private static readonly HttpClient Http = new(
        new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, UseCookies = false })
    {
        Timeout = LongestAnswer,
    };

    public async Task<bool> AnswersAsync(CancellationToken cancellation)
    {
        try
        {
            using var late = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            late.CancelAfter(LongestAnswer);
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), late.Token);
            return container.StartupProbe?.HttpGet is not { } get || await GetsAsync(get, cancellation);
        }
        catch (Exception problem) when (problem is SocketException or HttpRequestException or IOException)
        {
            return false;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <param name="details">What only we know.</param>
    public StartResult.Failed Failure(string details)
    {
        var declared = container.Ports[0].ContainerPort_;
        return container.StartupProbe?.HttpGet is { } get
            ? StartResult.Failed.Unhealthy(
                $"The user-provided container failed the configured startup probe checks: GET {Refusal.Shown(get.Path)}.{details}")
            : StartResult.Failed.ToListen(declared, details);
    }

    private async Task<bool> GetsAsync(HTTPGetAction get, CancellationToken cancellation)
    {
        var path = get.Path.StartsWith('/') ? get.Path : "/" + get.Path;
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"http://127.0.0.1:{port}{path}"));
        foreach (var header in get.HttpHeaders) request.Headers.TryAddWithoutValidation(header.Name, header.Value);
        using var response = await Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        return (int)response.StatusCode is >= 200 and < 400;
    }
}
