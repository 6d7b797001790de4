using CdAutomation.Domain.Decisions;
using Microsoft.Extensions.DependencyInjection;

namespace CdAutomation.Delivery;

/// <summary>Puts the room together. The host brings the journal, the clock and the adapters of the ports.</summary>
public static class DeliveryRoom
{
    /// <summary>Adds the room.</summary>
    /// <param name="services">Where to.</param>
    /// <param name="patience">How long things may take.</param>
    public static IServiceCollection AddDelivery(this IServiceCollection services, Patience patience) => services
        .AddSingleton(patience)
        .AddSingleton<ActivePolicies>()
        .AddSingleton<Observer>()
        .AddSingleton<Advance>()
        .AddSingleton<Inbox>()
        .AddSingleton<Tick>()
        .AddSingleton<Reports>();
}
