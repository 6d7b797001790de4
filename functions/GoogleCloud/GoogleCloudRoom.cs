using CdAutomation.Delivery;
using CdAutomation.GoogleCloud.CloudRun;
using CdAutomation.GoogleCloud.Identity;
using CdAutomation.GoogleCloud.Monitoring;
using CdAutomation.GoogleCloud.Policies;
using CdAutomation.GoogleCloud.PubSub;
using CdAutomation.GoogleCloud.Registry;
using CdAutomation.GoogleCloud.Verification;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace CdAutomation.GoogleCloud;

/// <summary>Puts the room into a host.</summary>
public static class GoogleCloudRoom
{
    extension(IServiceCollection services)
    {
        /// <summary>
        /// Adds <see cref="ITargets"/>, <see cref="IVerify"/>, <see cref="IRegistry"/>, <see cref="IPolicyArtifacts"/>,
        /// <see cref="IAnnounce"/>, <see cref="IAskGates"/>, and <see cref="GoogleIdentity"/> where callers are configured. A <see cref="TimeProvider"/>,
        /// <see cref="IAccessTokens"/> or <see cref="IIdentityTokens"/> that the host has added before is used in place of ours.
        /// </summary>
        /// <exception cref="ArgumentException">When first resolved: an option makes no sense.</exception>
        public IServiceCollection AddGoogleCloud(GoogleCloudOptions options)
        {
            services.TryAddSingleton(TimeProvider.System);
            services.TryAddSingleton(host => GoogleAccessTokens.FromEnvironment(Environment.GetEnvironmentVariable, Clock(host)));
            services.AddSingleton<ITargets>(host => new CloudRunTargets(options.CloudRun, Tokens(host), Clock(host)));
            services.TryAddSingleton(host =>
                new MetadataIdentityTokens(Environment.GetEnvironmentVariable("GCE_METADATA_HOST"), Clock(host)));
            services.AddSingleton<IVerify>(host => new HttpVerifier(options.Verification, Identities(host), Clock(host)));
            services.AddSingleton<IMeasure>(host => new CloudMonitoring(options.Monitoring, Tokens(host), Clock(host)));
            services.AddSingleton<IRegistry>(host => new OciRegistry(options.Registry, Tokens(host), Clock(host)));
            services.AddSingleton<IPolicyArtifacts>(host => new PolicyArtifacts(options.Registry, Tokens(host), Clock(host)));
            services.AddSingleton<IAnnounce>(host => options.PubSub.Topic is null
                ? new SilentAnnounce()
                : new DeploymentsTopic(options.PubSub, Tokens(host), Clock(host)));
            if (options.Webhooks.SendIdentity)
                services.TryAddSingleton<IIdentityTokens>(host => host.GetRequiredService<MetadataIdentityTokens>());
            services.AddSingleton<IAskGates>(host => new AskGates(options, Tokens(host), host.GetService<IIdentityTokens>(), Clock(host)));
            if (options.Callers is { } callers)
                services.AddSingleton(host => new GoogleIdentity(callers, Clock(host)));
            return services;
        }
    }

    private static TimeProvider Clock(IServiceProvider host) => host.GetRequiredService<TimeProvider>();

    private static IIdentityTokens Identities(IServiceProvider host) =>
        host.GetService<IIdentityTokens>() ?? host.GetRequiredService<MetadataIdentityTokens>();

    private static IAccessTokens Tokens(IServiceProvider host) => host.GetRequiredService<IAccessTokens>();
}
