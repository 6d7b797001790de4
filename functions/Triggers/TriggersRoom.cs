using CdAutomation.Datadog;
using CdAutomation.Delivery;
using CdAutomation.GoogleCloud;
using CdAutomation.GoogleCloud.Identity;
using CdAutomation.Storage;
using CdAutomation.Triggers.Events;
using CdAutomation.Triggers.Health;
using CdAutomation.Triggers.Identity;
using CdAutomation.Triggers.Requests;
using Google.Cloud.Functions.Framework;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace CdAutomation.Triggers;

/// <summary>
/// Puts the functions and everything below them into a host: one function a process on Cloud Run, all of them in one elsewhere.
/// </summary>
public static class TriggersRoom
{
    /// <summary>
    /// Adds the functions, and with them the delivery, the journal in SQLite or Firestore, Google Cloud and the policy files. A <see
    /// cref="TimeProvider"/>
    /// added before is used; a port registered afterwards replaces ours.
    /// </summary>
    public static IServiceCollection AddTriggers(this IServiceCollection services, TriggersOptions options)
    {
        services.TryAddSingleton(TimeProvider.System);
        services
            .AddDelivery(options.Patience, options.Origin)
            .AddStorage(options)
            .AddGoogleCloud(options.GoogleCloud)
            .AddSingleton<IReadPolicies, PolicyFilesReader>()
            .AddSingleton(options)
            .AddSingleton(options.Topics)
            .AddSingleton<FailureNotes>()
            .AddSingleton<EventReceiver>()
            .AddSingleton<Questions>()
            .AddSingleton<OrderIntake>()
            .AddSingleton<DeployOrders>()
            .AddSingleton<CommandOrders>()
            .AddSingleton<DeadLetterRequests>()
            .AddSingleton<IIdentify>(host => Door(host, options));

        if (options.Datadog is { } datadog)
            services.AddDatadog(datadog);

        // Registered under their own types too: so that MapFunctions finds them, and that trimming keeps what FUNCTION_TARGET names.
        return services.AddScoped<OnImagePushed>().AddScoped<OnBuildFinished>().AddScoped<OnTick>().AddScoped<OnRequest>();
    }

    /// <summary>Serves each function at <c>/functions/{name}</c> and below it, and what <see cref="HealthChecks"/> answers.</summary>
    public static IEndpointRouteBuilder MapFunctions(this IEndpointRouteBuilder endpoints)
    {
        Map<OnImagePushed>(endpoints);
        Map<OnBuildFinished>(endpoints);
        Map<OnTick>(endpoints);
        Map<OnRequest>(endpoints);
        endpoints.Map(HealthChecks.Alive, _ => Task.CompletedTask);
        endpoints.Map(HealthChecks.Ready, HealthChecks.ReadyAsync);
        endpoints.Map(HealthChecks.ReadyFromOutside, HealthChecks.ReadyAsync);
        return endpoints;
    }

    private static IServiceCollection AddStorage(this IServiceCollection services, TriggersOptions options) => options.Firestore is { } firestore
        ? services.AddFirestoreStorage(firestore, (host, cancellation) => host.GetRequiredService<IAccessTokens>().GetAsync(cancellation))
        : services.AddSqliteStorage(options.Store);

    private static void Map<TFunction>(IEndpointRouteBuilder endpoints)
        where TFunction : class, IHttpFunction
    {
        var root = $"/functions/{typeof(TFunction).Name}";
        endpoints.Map($"{root}/{{**rest}}", context =>
        {
            // The function sees the paths it would see if it had the process for itself.
            if (context.Request.Path.StartsWithSegments(root, out var rest))
                (context.Request.PathBase, context.Request.Path) = (context.Request.PathBase + root, rest);
            return context.RequestServices.GetRequiredService<TFunction>().HandleAsync(context);
        });
    }

    private static IIdentify Door(IServiceProvider host, TriggersOptions options)
    {
        if (options.LocalAccess is { } local)
            return new LocalTokenIdentity(local);
        return options.GoogleCloud.Callers is null
            ? new ClosedDoor()
            : new GoogleTokenIdentity(host.GetRequiredService<GoogleIdentity>(), options.Actors);
    }
}
