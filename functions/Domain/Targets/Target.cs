namespace CdAutomation.Domain.Targets;

/// <summary>What of Cloud Run takes an image.</summary>
public enum TargetKind
{
    /// <summary>Answers requests.</summary>
    Service,

    /// <summary>Runs to its end when it is started.</summary>
    Job,

    /// <summary>Works without being asked.</summary>
    WorkerPool,
}

/// <summary>What takes an image.</summary>
/// <param name="Project">Google Cloud project id.</param>
/// <param name="Region">Cloud Run location, e.g. <c>asia-northeast1</c>.</param>
/// <param name="Name">Id of the service, job or worker pool, without its path.</param>
/// <param name="Image">The name, within the pipeline, of the image it runs.</param>
/// <param name="Container">Which container of the template; null means the only one, or the one that has the ingress port.</param>
/// <param name="Kind">What it is.</param>
public sealed record Target(string Project, string Region, string Name, string Image, string? Container, TargetKind Kind = TargetKind.Service)
{
    /// <summary>Whether a job is started once after its image has been changed.</summary>
    public bool RunOnDeploy { get; init; }

    /// <summary>The resource name that Cloud Run's Admin API uses.</summary>
    public string ResourceName => $"projects/{Project}/locations/{Region}/{Collection}/{Name}";

    private string Collection => Kind switch
    {
        TargetKind.Service => "services",
        TargetKind.Job => "jobs",
        TargetKind.WorkerPool => "workerPools",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <inheritdoc/>
    public override string ToString() => ResourceName;
}
