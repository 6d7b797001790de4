using CdAutomation.GoogleCloud.CloudRun;
using CdAutomation.GoogleCloud.Identity;
using CdAutomation.GoogleCloud.Monitoring;
using CdAutomation.GoogleCloud.PubSub;
using CdAutomation.GoogleCloud.Registry;
using CdAutomation.GoogleCloud.SupplyChain;
using CdAutomation.GoogleCloud.Verification;
using CdAutomation.GoogleCloud.Webhooks;

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

    /// <summary>Artifact Analysis, for the gates on vulnerabilities and provenance.</summary>
    public ArtifactAnalysisOptions Analysis { get; init; } = new();

    /// <summary>Web addresses, for the gate that asks one.</summary>
    public WebhookOptions Webhooks { get; init; } = new();

    /// <summary>New revisions, for what they must answer before they have traffic.</summary>
    public VerificationOptions Verification { get; init; } = new();

    /// <summary>Cloud Monitoring, for the metrics of new revisions.</summary>
    public MonitoringOptions Monitoring { get; init; } = new();

    /// <summary>How long one gate may take to be answered, all its calls together. The default fits inside one Pub/Sub delivery.</summary>
    public TimeSpan GatePatience { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Who may call us; null where nothing of ours verifies callers.</summary>
    public GoogleIdentityOptions? Callers { get; init; }
}
