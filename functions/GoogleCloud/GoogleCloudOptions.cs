using CdAutomation.GoogleCloud.CloudRun;
using CdAutomation.GoogleCloud.Identity;
using CdAutomation.GoogleCloud.PubSub;
using CdAutomation.GoogleCloud.Registry;

namespace CdAutomation.GoogleCloud;

/// <summary>How this process meets Google Cloud, or what stands in for it.</summary>
public sealed record GoogleCloudOptions
{
    /// <summary>Cloud Run.</summary>
    public CloudRunOptions CloudRun { get; init; } = new();

    /// <summary>Registries.</summary>
    public RegistryOptions Registry { get; init; } = new();

    /// <summary>The topic of outcomes.</summary>
    public PubSubOptions PubSub { get; init; } = new();

    /// <summary>Who may call us; null where nothing of ours verifies callers.</summary>
    public GoogleIdentityOptions? Callers { get; init; }
}
