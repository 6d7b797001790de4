using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

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
    private readonly WebApplication _app;
    private readonly Func<IReadOnlyList<Uri>> _alive;
    private int _turn;

    private FrontDoor(WebApplication app, Func<IReadOnlyList<Uri>> alive) => (_app, _alive) = (app, alive);

    /// <summary>Where senders send.</summary>
    public Uri Address => new(
        _app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First());

    /// <summary>How often senders were answered what, and by whom.</summary>
    public string Answers => string.Join(", ", _answers.OrderBy(answer => answer.Key).Select(answer => $"{answer.Value} times {answer.Key}"));

    /// <param name="alive">The addresses of those that live now.</param>
    public static async Task<FrontDoor> OpenAsync(Func<IReadOnlyList<Uri>> alive)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var door = new FrontDoor(app, alive);
        app.Run(door.HandAsync);
        await app.StartAsync();
        return door;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
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
