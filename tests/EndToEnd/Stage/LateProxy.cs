using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace CdAutomation.EndToEnd.Stage;

/// <summary>Stands before an API and answers what it answers, with another date: to whoever asks, one of the two clocks is wrong.</summary>
internal sealed class LateProxy : IAsyncDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false });
    private readonly WebApplication _app;
    private readonly string _behind;
    private readonly TimeSpan _skew;

    private LateProxy(WebApplication app, string behind, TimeSpan skew) => (_app, _behind, _skew) = (app, behind, skew);

    public string Address => _app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First();

    /// <param name="behind">The API: a URL.</param>
    /// <param name="skew">By how much its clock is to seem ahead.</param>
    public static async Task<LateProxy> OpenAsync(string behind, TimeSpan skew)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0));
        var app = builder.Build();
        var proxy = new LateProxy(app, behind, skew);
        app.Run(proxy.HandAsync);
        await app.StartAsync();
        return proxy;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
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
