using CdAutomation.Delivery;
using CdAutomation.Domain.Policies;
using CdAutomation.Triggers.Requests;

namespace CdAutomation.Triggers.Health;

/// <summary>
/// <c>/healthz</c>: the process answers. <c>/readyz</c>: it can work, and <c>/-/ready</c> says the same where Google's front end keeps paths
/// that end in z for itself. They are open to anybody and tell nothing but that.
/// </summary>
internal static class HealthChecks
{
    public const string Alive = "/healthz";
    public const string Ready = "/readyz";
    public const string ReadyFromOutside = "/-/ready";

    /// <summary>Answers them before anything else does.</summary>
    public static IApplicationBuilder UseHealthChecks(this IApplicationBuilder app) => app.Use(
        (context, next) => context.Request.Path.Value switch
        {
            Alive => Task.CompletedTask,
            Ready or ReadyFromOutside => ReadyAsync(context),
            _ => next(context),
        });

    /// <summary>Answers 200 when everything needed is there, else 503.</summary>
    public static async Task ReadyAsync(HttpContext context)
    {
        var readiness = await LookAsync(context.RequestServices, context.RequestAborted);
        context.Response.StatusCode = readiness.Ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        context.Response.Headers.CacheControl = "no-store";
        await context.Response.WriteAsJsonAsync(readiness, ApiJson.Default.Readiness, "application/json", context.RequestAborted);
    }

    private static async Task<string> WhyAsync(IServiceProvider services, CancellationToken cancellation)
    {
        var wrong = await services.GetRequiredService<IProbeStore>().ProbeAsync(cancellation);
        return $"{wrong?.Sentence ?? "the journal cannot be read"}; see CDAUTOMATION_STORE and the log";
    }

    private static async Task<Readiness> LookAsync(IServiceProvider services, CancellationToken cancellation)
    {
        try
        {
            var active = await services.GetRequiredService<ActivePolicies>().CurrentAsync(cancellation);
            // What is in force may be there and unreadable by this version: then it is not in force here.
            var policies = active == PolicySet.Empty
                ? new Check("policies", false, "no policies are in force; nothing is deployed until some are")
                : new Check("policies", true, null);
            // Reads go on while nothing can be kept, and then no event is acknowledged.
            var journal = await services.GetRequiredService<IProbeStore>().ProbeAsync(cancellation) is { } wrong
                ? new Check("journal", false, $"{wrong.Sentence}; until it can be written, events are answered 503 and come again")
                : new Check("journal", true, null);
            return new(journal.Ok && policies.Ok, [journal, policies]);
        }
        // Opening the store for the first time may find its folder missing or closed to us.
        catch (Exception fault) when (fault is JournalUnavailableException or IOException or UnauthorizedAccessException)
        {
            return new(false,
            [
                new Check("journal", false, await WhyAsync(services, cancellation)),
                new Check("policies", false, "they are kept in the journal"),
            ]);
        }
    }
}
