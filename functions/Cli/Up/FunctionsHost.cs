using System.Collections.Immutable;
using CdAutomation.Delivery;
using CdAutomation.Delivery.Policies;
using CdAutomation.Domain.Decisions;
using CdAutomation.GoogleCloud;
using CdAutomation.Triggers;
using CdAutomation.Triggers.Identity;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace CdAutomation.Cli.Up;

/// <summary>The very functions that run on Google Cloud, all in one host, pointed at the local cloud.</summary>
internal sealed class FunctionsHost : IAsyncDisposable
{
    /// <summary>On a laptop things answer in milliseconds, and somebody is looking.</summary>
    private static readonly Patience Quick = Patience.Default with
    {
        Payment = TimeSpan.FromSeconds(10),
        Retry = TimeSpan.FromSeconds(1),
        Lag = TimeSpan.FromSeconds(10),
        Survey = TimeSpan.FromSeconds(10),
        Measure = TimeSpan.FromSeconds(1),
    };

    /// <summary>Whom the journal names for the one who has the token of the data folder.</summary>
    public static string Actor { get; } = $"{Environment.UserName}@localhost";

    private readonly WebApplication _app;

    private FunctionsHost(WebApplication app, Uri web) => (_app, Web) = (app, web);

    /// <summary>Where the functions are.</summary>
    public Uri Web { get; }

    public IJournal Journal => _app.Services.GetRequiredService<IJournal>();

    public PolicyActivator Activator => _app.Services.GetRequiredService<PolicyActivator>();

    public Redecision Redecision => _app.Services.GetRequiredService<Redecision>();

    public Heralding Heralding => _app.Services.GetRequiredService<Heralding>();

    public Tick Tick => _app.Services.GetRequiredService<Tick>();

    public Reports Reports => _app.Services.GetRequiredService<Reports>();

    public static async Task<FunctionsHost> StartAsync(
        DataFolder data, int port, string registry, string run, string pubsub, Func<ImmutableArray<string>> edits, CancellationToken cancellation)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(System.Net.IPAddress.Loopback, port);
            // The functions read bodies themselves, bounded, and answer what is too large so that it is not delivered again.
            kestrel.Limits.MaxRequestBodySize = null;
        });
        builder.Services.AddRoutingCore();
        builder.Logging.AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace).SetMinimumLevel(LogLevel.Error);
        builder.Services.AddTriggers(new TriggersOptions
        {
            Store = data.Journal,
            Patience = Quick,
            PolicyEdits = edits,
            LocalAccess = new LocalAccess(data.Token(), Actor),
            GoogleCloud = new GoogleCloudOptions
            {
                // What the local proxy counts can be read once its second is over.
                Monitoring = new() { Endpoint = new Uri($"http://{run}"), Delay = TimeSpan.FromSeconds(1) },
                CloudRun = new() { Endpoint = new Uri($"http://{run}"), Budget = TimeSpan.FromSeconds(8), PollEvery = TimeSpan.FromMilliseconds(50) },
                Registry = new() { Endpoint = _ => new Uri($"http://{registry}") },
                PubSub = new() { Endpoint = new Uri($"http://{pubsub}"), Topic = $"projects/{LocalStack.Project}/topics/deployments" },
            },
        });

        var app = builder.Build();
        app.UseRouting();
        app.MapFunctions();
        // The API has an address of its own too: what people call the web address is enough for cdctl.
        app.Map("/v1/{**rest}", context => context.RequestServices.GetRequiredService<OnRequest>().HandleAsync(context));
        await app.StartAsync(cancellation);
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        return new(app, new Uri(address));
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
    }
}
