using CdAutomation.Triggers;
using CdAutomation.Triggers.Health;
using CdAutomation.Triggers.Logs;
using CdAutomation.Triggers.Telemetry;
using Google.Cloud.Functions.Hosting;
using Microsoft.Extensions.Logging.Console;

[assembly: FunctionsStartup(typeof(Startup))]

namespace CdAutomation.Triggers;

/// <summary>The composition root where each function has a process of its own. Everything is configured by the environment.</summary>
public sealed class Startup : FunctionsStartup
{
    /// <inheritdoc/>
    public override void ConfigureLogging(WebHostBuilderContext context, ILoggingBuilder logging)
    {
        logging.ClearProviders().AddConsole(console => console.FormatterName = CloudLoggingFormatter.FormatterName);
        logging.Services.AddSingleton(ServiceIdentity.Of(context.Configuration)).AddSingleton<ConsoleFormatter, CloudLoggingFormatter>();
        // One line an event is ours; the server's two lines a request say nothing more.
        logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The environment does not make sense; the message names every problem.</exception>
    public override void ConfigureServices(WebHostBuilderContext context, IServiceCollection services)
    {
        var read = TriggersConfiguration.Read(context.Configuration);
        if (!read.TryGetValue(out var options))
            throw new InvalidOperationException($"Cannot start: {string.Join("; ", read.Problems.Select(problem => problem.Sentence))}.");
        services.AddTriggers(options).AddTelemetry(context.Configuration, TimeProvider.System);
    }

    /// <inheritdoc/>
    public override void Configure(WebHostBuilderContext context, IApplicationBuilder app) => app.UseHealthChecks().UseTelemetry();
}
