using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Yarp.ReverseProxy.Forwarder;

namespace CdAutomation.LocalCloud.Run;

/// <summary>
/// The Cloud Run Admin API v2 on this machine, faithful on the wire: services, worker pools, jobs, what is below them and operations
/// over gRPC without TLS, and the services' own addresses behind a proxy that splits traffic and whose counts Cloud Monitoring's
/// ListTimeSeries tells on the API's port. It listens on 127.0.0.1 alone and verifies nobody.
/// </summary>
public sealed class LocalRun : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly CancellationTokenSource _stopping;
    private readonly LocalRunParts _parts;

    private LocalRun(WebApplication app, CancellationTokenSource stopping, LocalRunParts parts, int port, Uri proxy) =>
        (_app, _stopping, _parts, Address, ProxyAddress) = (app, stopping, parts, $"127.0.0.1:{port}", proxy);

    /// <summary>Of the Admin API, <c>127.0.0.1:PORT</c>: gRPC over HTTP/2 without TLS.</summary>
    public string Address { get; }

    /// <summary>
    /// Where services answer by their host names, <c>http://127.0.0.1:PORT/</c>; a service's <c>uri</c> has its host and this port.
    /// </summary>
    public Uri ProxyAddress { get; }

    /// <summary>The requests each revision answered since an instant, to the second and at most an hour back.</summary>
    public IReadOnlyList<RevisionTraffic> TrafficSince(DateTimeOffset start) => _parts.Meter.Since(start);

    /// <summary>Starts the host, and whatever an earlier one on the same directory left unfinished.</summary>
    /// <exception cref="IOException">A port is taken, or the data directory is in use or unreadable.</exception>
    public static async Task<LocalRun> StartAsync(LocalRunOptions options, CancellationToken cancellation)
    {
        var store = RunStore.Open(options.DataDirectory);
        var stopping = new CancellationTokenSource();
        // Nobody is let in before the ports are known, of which the services' addresses are made.
        var ready = new TaskCompletionSource<LocalRunParts>(TaskCreationOptions.RunContinuationsAsynchronously);
        var app = Build(options, ready.Task);
        try
        {
            await app.StartAsync(cancellation);
            var ports = PortsOf(app);
            var proxy = new Uri($"http://127.0.0.1:{ports.Proxy}/");
            var forwarder = app.Services.GetRequiredService<IHttpForwarder>();
            var parts = await LocalRunParts.CreateAsync(options, store, forwarder, proxy, stopping.Token, cancellation);
            ready.SetResult(parts);
            parts.Reconciler.WakeAll();
            parts.JobReconciler.WakeAll();
            return new(app, stopping, parts, ports.Api, proxy);
        }
        catch
        {
            await stopping.CancelAsync();
            await app.DisposeAsync();
            store.Dispose();
            stopping.Dispose();
            throw;
        }
    }

    /// <summary>Stops listening, ends what is going on (it goes on at the next start), and removes all containers.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
        await _parts.DisposeAsync();
        _stopping.Dispose();
    }

    private static WebApplication Build(LocalRunOptions options, Task<LocalRunParts> ready)
    {
        // Empty: no configuration file, environment variable or argument of the program around it reaches this host.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 32 << 20;
            kestrel.Listen(IPAddress.Loopback, options.Port, it => it.Protocols = HttpProtocols.Http2);
            kestrel.Listen(IPAddress.Loopback, options.ProxyPort, it => it.Protocols = HttpProtocols.Http1);
        });
        builder.Services.Configure<HostOptions>(it => it.ShutdownTimeout = TimeSpan.FromSeconds(5));
        builder.Services.AddSingleton(options.Logging);
        builder.Services.AddGrpc();
        builder.Services.AddHttpForwarder();
        builder.Services.AddScoped(_ => Ready(ready).Services);
        builder.Services.AddScoped(_ => Ready(ready).WorkerPools);
        builder.Services.AddScoped(_ => Ready(ready).Jobs);
        builder.Services.AddScoped(_ => Ready(ready).Executions);
        builder.Services.AddScoped(_ => Ready(ready).Tasks);
        builder.Services.AddScoped(_ => Ready(ready).Revisions);
        builder.Services.AddScoped(_ => Ready(ready).Operations);
        builder.Services.AddScoped(_ => Ready(ready).Metrics);

        var app = builder.Build();
        // The protocol tells the two ports apart: the API's speaks HTTP/2 alone, the proxy's HTTP/1 alone.
        app.Use(async (context, next) =>
        {
            var parts = await ready.WaitAsync(context.RequestAborted);
            if (HttpProtocol.IsHttp2(context.Request.Protocol)) await next(context);
            else await parts.Proxy.HandleAsync(context);
        });
        app.MapGrpcService<ServicesApi>();
        app.MapGrpcService<WorkerPoolsApi>();
        app.MapGrpcService<JobsApi>();
        app.MapGrpcService<ExecutionsApi>();
        app.MapGrpcService<TasksApi>();
        app.MapGrpcService<RevisionsApi>();
        app.MapGrpcService<OperationsApi>();
        app.MapGrpcService<MetricsApi>();
        return app;
    }

    // The middleware has awaited it by then.
    private static LocalRunParts Ready(Task<LocalRunParts> ready) => ready.GetAwaiter().GetResult();

    // Kestrel lists the addresses in the order of the Listen calls.
    private static (int Api, int Proxy) PortsOf(WebApplication app)
    {
        var addresses = app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses;
        return addresses.Select(it => new Uri(it).Port).ToArray() is [var api, var proxy]
            ? (api, proxy)
            : throw new InvalidOperationException("Kestrel did not say where it listens.");
    }
}
