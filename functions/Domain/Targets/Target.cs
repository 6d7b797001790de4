namespace CdAutomation.Domain.Targets;

/// <summary>What takes an image: for now a Cloud Run service (jobs and worker pools stand beside it when they come).</summary>
/// <param name="Project">Google Cloud project id.</param>
/// <param name="Region">Cloud Run location, e.g. <c>asia-northeast1</c>.</param>
/// <param name="Service">Service id, without its path.</param>
/// <param name="Image">The name, within the pipeline, of the image it runs.</param>
/// <param name="Container">Which container of the template; null means the only one, or the one that has the ingress port.</param>
public sealed record Target(string Project, string Region, string Service, string Image, string? Container)
{
    /// <summary>The resource name that Cloud Run's Admin API uses.</summary>
    public string ResourceName => $"projects/{Project}/locations/{Region}/services/{Service}";

    /// <inheritdoc/>
    public override string ToString() => ResourceName;
}
