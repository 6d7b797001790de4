using CdAutomation.Delivery.Telemetry;
using CdAutomation.GoogleCloud.PubSub;

namespace CdAutomation.Triggers.Telemetry;

/// <summary>Puts logs' ids, traces and metrics into a process that serves a function.</summary>
internal static class TelemetryRoom
{
    /// <summary>Begins to export where the environment says where to; else spans get ids for the logs, and nothing else.</summary>
    public static IServiceCollection AddTelemetry(this IServiceCollection services, IConfiguration configuration, TimeProvider clock)
    {
        var export = OtlpExport.Begin(configuration, ServiceIdentity.Of(configuration), clock);
        if (export is not { Traced: true })
            TraceIds.Give(Incoming.SourceName, Traces.SourceName, Publication.Telemetry);
        // Made by a factory, so that the container disposes of it: that sends what is left.
        return export is null ? services : services.AddSingleton(_ => export);
    }

    /// <summary>Sends what a request has brought about before the request is answered.</summary>
    public static IApplicationBuilder UseTelemetry(this IApplicationBuilder app) => app.ApplicationServices.GetService<OtlpExport>() is not { } export
        ? app
        : app.Use(async (context, next) =>
        {
            // Before the first byte: once the answer is whole, the instance has no processor any more.
            context.Response.OnStarting(export.FlushAsync);
            try
            {
                await next(context);
            }
            catch
            {
                await export.FlushAsync();
                throw;
            }
        });
}
