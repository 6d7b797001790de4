using System.Collections.Concurrent;
using System.Net.Http.Headers;
using CdAutomation.GoogleCloud.Tests;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace CdAutomation.EndToEnd.Stage;

/// <summary>
/// What stands before the instances of a Cloud Run service: one address, behind which instances come and go. A request is given to one
/// that lives, in turn; if that one dies under it the sender is told 502, and if none lives 503.
/// </summary>
internal sealed class FrontDoor : IAsyncDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, ConnectTimeout = TimeSpan.FromSeconds(2) })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    private readonly ConcurrentDictionary<string, int> _answers = new();
    private readonly Func<IReadOnlyList<Uri>> _alive;
    private LocalServer? _server;
    private int _turn;

    private FrontDoor(Func<IReadOnlyList<Uri>> alive) => _alive = alive;

    /// <summary>Where senders send.</summary>
    public Uri Address => _server!.Address;

    /// <summary>How often senders were answered what, and by whom.</summary>
    public string Answers => string.Join(", ", _answers.OrderBy(answer => answer.Key).Select(answer => $"{answer.Value} times {answer.Key}"));

    /// <param name="alive">The addresses of those that live now.</param>
    public static async Task<FrontDoor> OpenAsync(Func<IReadOnlyList<Uri>> alive)
    {
        var door = new FrontDoor(alive);
        door._server = await LocalServer.StartAsync(HttpProtocols.Http1, app => app.Run(door.HandAsync));
        return door;
    }

    public async ValueTask DisposeAsync()
    {
        await _server!.DisposeAsync();
        _http.Dispose();
    }

    private async Task HandAsync(HttpContext context)
    {
        (context.Response.StatusCode, var by) = await AnswerAsync(context);
        _answers.AddOrUpdate($"{context.Response.StatusCode} {by}", 1, (_, count) => count + 1);
    }

    private async Task<(int Status, string By)> AnswerAsync(HttpContext context)
    {
        var alive = _alive();
        if (alive.Count == 0)
            return (StatusCodes.Status503ServiceUnavailable, "for want of a worker");

        var chosen = alive[(int)((uint)Interlocked.Increment(ref _turn) % alive.Count)];
        using var body = new StreamContent(context.Request.Body);
        body.Headers.ContentType = MediaTypeHeaderValue.Parse(context.Request.ContentType ?? "application/json");
        using var request = new HttpRequestMessage(HttpMethod.Post, chosen) { Content = body };
        try
        {
            using var answer = await _http.SendAsync(request, context.RequestAborted);
            return ((int)answer.StatusCode, "by a worker");
        }
        catch (HttpRequestException)
        {
            return (StatusCodes.Status502BadGateway, "for one that died");
        }
        catch (OperationCanceledException)
        {
            // Nobody is there to read it: the sender's own deadline has passed.
            return (StatusCodes.Status504GatewayTimeout, "to nobody");
        }
    }
}
