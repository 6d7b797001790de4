using System.Globalization;
using CdAutomation.GoogleCloud.Tests;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace CdAutomation.EndToEnd.Stage;

/// <summary>Stands before an API and answers what it answers, with another date: to whoever asks, one of the two clocks is wrong.</summary>
internal sealed class LateProxy : IAsyncDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false });
    private readonly string _behind;
    private readonly TimeSpan _skew;
    private LocalServer? _server;

    private LateProxy(string behind, TimeSpan skew) => (_behind, _skew) = (behind, skew);

    public string Address => _server!.Address.GetLeftPart(UriPartial.Authority);

    /// <param name="behind">The API: a URL.</param>
    /// <param name="skew">By how much its clock is to seem ahead.</param>
    public static async Task<LateProxy> OpenAsync(string behind, TimeSpan skew)
    {
        var proxy = new LateProxy(behind, skew);
        proxy._server = await LocalServer.StartAsync(HttpProtocols.Http1, app => app.Run(proxy.HandAsync));
        return proxy;
    }

    public async ValueTask DisposeAsync()
    {
        await _server!.DisposeAsync();
        _http.Dispose();
    }

    private async Task HandAsync(HttpContext context)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{_behind}{context.Request.Path}{context.Request.QueryString}");
        request.Headers.TryAddWithoutValidation("Authorization", context.Request.Headers.Authorization.ToString());
        using var answer = await _http.SendAsync(request);
        context.Response.StatusCode = (int)answer.StatusCode;
        context.Response.ContentType = answer.Content.Headers.ContentType?.ToString();
        context.Response.Headers.Date = (TimeProvider.System.GetUtcNow() + _skew).ToString("R", CultureInfo.InvariantCulture);
        await answer.Content.CopyToAsync(context.Response.Body);
    }
}
