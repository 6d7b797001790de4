using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CdAutomation.LocalCloud.PubSub;

/// <summary>One Kestrel of its own inside somebody else's process: loopback only, no configuration read, no signal handled.</summary>
internal sealed class LoopbackHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly List<ListenOptions> _listeners;

    private LoopbackHost(WebApplication app, List<ListenOptions> listeners) => (_app, _listeners) = (app, listeners);

    /// <summary>The port of the listener at that place in the list the host was started with.</summary>
    public int Port(int index) => _listeners[index].IPEndPoint!.Port;

    public static async Task<LoopbackHost> StartAsync(
        IReadOnlyList<(int Port, HttpProtocols Protocols)> listeners,
        ILoggerFactory loggers,
        Action<KestrelServerOptions> limits,
        Action<IServiceCollection> services,
        Action<WebApplication> routes,
        CancellationToken cancellation)
    {
        // Empty, not slim: environment variables such as ASPNETCORE_URLS belong to the program around us, and the content root is not
        // watched.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        var bound = new List<ListenOptions>();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            limits(kestrel);
            foreach (var (port, protocols) in listeners)
                kestrel.Listen(IPAddress.Loopback, port, options =>
                {
                    options.Protocols = protocols;
                    bound.Add(options);
                });
        });
        builder.Services.AddSingleton(loggers);
        builder.Services.AddSingleton<IHostLifetime, EmbeddedLifetime>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(3));
        builder.Services.AddRoutingCore();
        services(builder.Services);

        var app = builder.Build();
        routes(app);
        try
        {
            await app.StartAsync(cancellation);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }

        return new(app, bound);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    /// <summary>The default lifetime would take Ctrl-C and SIGTERM away from the program that embeds us.</summary>
    private sealed class EmbeddedLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
