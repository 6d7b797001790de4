using CdAutomation.Delivery.Policies;
using CdAutomation.Domain.Decisions;
using CdAutomation.Domain.Policies;
using Microsoft.Extensions.DependencyInjection;

namespace CdAutomation.Delivery;

/// <summary>Puts the room together. The host brings the journal, the clock and the adapters of the ports.</summary>
public static class DeliveryRoom
{
    /// <summary>Adds the room.</summary>
    /// <param name="services">Where to.</param>
    /// <param name="patience">How long things may take.</param>
    /// <param name="origin">Where policies may come from.</param>
    public static IServiceCollection AddDelivery(this IServiceCollection services, Patience patience, PolicyOrigin origin) => services
        .AddSingleton(patience)
        .AddSingleton(origin)
        .AddSingleton<ActivePolicies>()
        .AddSingleton<Observer>()
        .AddSingleton<Payments>()
        .AddSingleton<Advance>()
        .AddSingleton<PolicyActivator>()
        .AddSingleton<Redecision>()
        .AddSingleton<Heralding>()
        .AddSingleton<PolicySweep>()
        .AddSingleton<PolicyInbox>()
        .AddSingleton<PolicyReports>()
        .AddSingleton<Inbox>()
        .AddSingleton<Tick>()
        .AddSingleton<Reports>();
}
