using CdAutomation.Delivery;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace CdAutomation.Datadog;

/// <summary>Puts the room into a host.</summary>
public static class DatadogRoom
{
    extension(IServiceCollection services)
    {
        /// <summary>Adds Datadog to those who count deployments. A <see cref="TimeProvider"/> that the host has added before is used.</summary>
        public IServiceCollection AddDatadog(DatadogOptions options)
        {
            services.TryAddSingleton(TimeProvider.System);
            return services.AddSingleton<ITrackDeployments>(host => new DoraDeployments(options, host.GetRequiredService<TimeProvider>()));
        }
    }
}
