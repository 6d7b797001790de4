using System.Collections.Concurrent;
using System.Collections.Immutable;
using CdAutomation.Domain.Images;
using CdAutomation.GoogleCloud.Registry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace CdAutomation.GoogleCloud.Tests.Registry;

/// <summary>A registry that answers as a test tells it, and what it was asked.</summary>
internal sealed class ScriptedRegistry : IAsyncDisposable
{
    public static readonly Repository Web = new("asia-northeast1-docker.pkg.dev", "acme/app/web");
    private LocalServer? _server;

    public Uri Address => _server!.Address;

    /// <summary>Method, path with query, and Authorization of every request.</summary>
    public ConcurrentQueue<(string Method, string Path, string? Authorization)> Asked { get; } = [];

    public Tokens GoogleTokens { get; } = new();

    public static async Task<ScriptedRegistry> StartAsync(Func<HttpContext, Task> answer)
    {
        var registry = new ScriptedRegistry();
        registry._server = await LocalServer.StartAsync(HttpProtocols.Http1, app => app.Run(context =>
        {
            var authorization = context.Request.Headers.Authorization is [{ } header] ? header : null;
            registry.Asked.Enqueue((context.Request.Method, context.Request.Path + context.Request.QueryString, authorization));
            return answer(context);
        }));
        return registry;
    }

    public static Task<ScriptedRegistry> StartAsync(int status, string body, params (string Name, string Value)[] headers) =>
        StartAsync(context => AnswerAsync(context, status, body, headers));

    public static Task AnswerAsync(HttpContext context, int status, string body, params (string Name, string Value)[] headers)
    {
        context.Response.StatusCode = status;
        foreach (var (name, value) in headers)
            context.Response.Headers.Append(name, value);
        return context.Request.Method == "HEAD" ? Task.CompletedTask : context.Response.WriteAsync(body);
    }

    public OciRegistry Registry(Func<RegistryOptions, RegistryOptions>? change = null, TimeProvider? clock = null)
    {
        var options = new RegistryOptions { Endpoint = _ => Address, FirstPause = TimeSpan.FromMilliseconds(1) };
        return new OciRegistry(change?.Invoke(options) ?? options, GoogleTokens, clock ?? TimeProvider.System);
    }

    public async Task<TagLookup> ResolveAsync(string reference, Func<RegistryOptions, RegistryOptions>? change = null)
    {
        using var registry = Registry(change);
        return await registry.ResolveAsync(Web, reference, CancellationToken.None);
    }

    public async Task<TagListing> ListAsync(Func<RegistryOptions, RegistryOptions>? change = null)
    {
        using var registry = Registry(change);
        return await registry.ListAsync(Web, CancellationToken.None);
    }

    public static RegistryOptions WithPassword(RegistryOptions options) => options with
    {
        Credentials = ImmutableDictionary<string, RegistryCredential>.Empty.Add(Web.Host, new("robot", "hunter2")),
    };

    public ValueTask DisposeAsync() => _server!.DisposeAsync();
}
