using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using CdAutomation.LocalCloud.PubSub;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging.Abstractions;

namespace CdAutomation.LocalCloud.Tests.PubSub;

/// <summary>A push endpoint: keeps what it was sent and answers as it is told.</summary>
internal sealed class PushReceiver : IAsyncDisposable
{
    private readonly ConcurrentQueue<Push> _pushes = new();
    private LoopbackHost? _host;

    /// <summary>The status for each push; 204 unless told otherwise.</summary>
    public Func<Push, int> Answer { get; set; } = _ => 204;

    /// <summary>Held while it is not completed.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    public IReadOnlyList<Push> Pushes => [.. _pushes];

    public int MostAtOnce { get; private set; }

    public Uri Endpoint(string path) => new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_host!.Port(0)}{path}"));

    public static async Task<PushReceiver> StartAsync()
    {
        var receiver = new PushReceiver();
        receiver._host = await LoopbackHost.StartAsync(
            [(0, HttpProtocols.Http1)], NullLoggerFactory.Instance, kestrel => kestrel.Limits.MaxRequestBodySize = 20_000_000, _ => { },
            app => app.Run(receiver.TakeAsync), CancellationToken.None);
        return receiver;
    }

    public ValueTask DisposeAsync() => _host!.DisposeAsync();

    private int _atOnce;

    private async Task TakeAsync(HttpContext http)
    {
        lock (_pushes)
            MostAtOnce = Math.Max(MostAtOnce, ++_atOnce);
        using var body = await JsonDocument.ParseAsync(http.Request.Body, default, http.RequestAborted);
        var push = new Push(
            http.Request.Path, http.Request.ContentType, http.Request.Headers.Authorization.ToString(), body.RootElement.Clone());
        _pushes.Enqueue(push);
        await Gate;
        lock (_pushes)
            _atOnce--;
        http.Response.StatusCode = Answer(push);
        if (http.Response.StatusCode == 302)
            http.Response.Headers.Location = "/elsewhere";
    }
}

internal sealed record Push(string? Path, string? ContentType, string Authorization, JsonElement Body)
{
    public JsonElement Message => Body.GetProperty("message");

    public string Id => Message.GetProperty("messageId").GetString()!;

    public string Text => System.Text.Encoding.UTF8.GetString(Message.GetProperty("data").GetBytesFromBase64());
}
