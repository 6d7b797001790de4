using System.Globalization;
using CdAutomation.Domain.Images;
using CdAutomation.Domain.Rollouts;

namespace CdAutomation.GoogleCloud.PubSub;

/// <summary>
/// A deployment in the vocabulary of CDEvents 0.5.1 (cdevents.dev, "Continuous Deployment Events"): <c>service.deployed</c>,
/// <c>service.upgraded</c> or <c>service.rolledback</c>.
/// </summary>
/// <param name="Context">What happened, when, and by whose account.</param>
/// <param name="Subject">To which target.</param>
/// <param name="CustomData">The announcement, as subscribers get it of outcomes that are no deployment.</param>
/// <param name="CustomDataContentType">The media type of that.</param>
internal sealed record CdEvent(CdEventContext Context, CdEventSubject Subject, Announcement CustomData, string CustomDataContentType)
{
    /// <summary>The media type of one (CDEvents, "CloudEvents Binding").</summary>
    public const string MediaType = "application/cdevents+json";

    private const string SpecVersion = "0.5.1";

    /// <summary>The event that an announcement tells; null where it tells no deployment, or one of an image that has no digest.</summary>
    /// <param name="announcement">What is announced.</param>
    /// <param name="project">The project that it is announced in.</param>
    public static CdEvent? Of(Announcement announcement, string project)
    {
        if (announcement.Deployment is not { } deployment || PackageUrlOf(deployment) is not { } artifact)
            return null;
        var source = $"/projects/{project}/cdautomation/pipelines/{Uri.EscapeDataString(announcement.Pipeline)}";
        return new(
            new(SpecVersion, announcement.Id, source, TypeOf(deployment.Change), announcement.At.UtcDateTime.ToString("O", CultureInfo.InvariantCulture)),
            new(deployment.Target, new(new(deployment.Stage), artifact)),
            announcement,
            "application/json");
    }

    /// <summary>Its envelope, as CloudEvents have it in the attributes of a Pub/Sub message ("Google Cloud Pub/Sub Protocol Binding", binary mode).</summary>
    public IEnumerable<KeyValuePair<string, string>> Envelope() =>
    [
        new("ce-specversion", "1.0"),
        new("ce-id", Context.Id),
        new("ce-source", Context.Source),
        new("ce-type", Context.Type),
        new("ce-subject", Subject.Id),
        new("ce-time", Context.Timestamp),
        new("content-type", MediaType),
    ];

    private static string TypeOf(Change change) => change switch
    {
        Change.Deployed => "dev.cdevents.service.deployed.0.3.0",
        Change.Upgraded => "dev.cdevents.service.upgraded.0.3.0",
        Change.RolledBack => "dev.cdevents.service.rolledback.0.3.0",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>
    /// The artifact's package URL (purl specification, type <c>oci</c>): the last part of the repository's path as name, the digest as
    /// version.
    /// </summary>
    private static string? PackageUrlOf(Deployment deployment)
    {
        if (!ImageReference.TryParse(deployment.Image, out var image) || image.Digest is not { } digest)
            return null;
        var repository = image.Repository.ToString();
        var url = $"pkg:oci/{repository[(repository.LastIndexOf('/') + 1)..]}@{Uri.EscapeDataString(digest.Value)}?repository_url={repository}";
        return deployment.Tag is null ? url : $"{url}&tag={Uri.EscapeDataString(deployment.Tag)}";
    }
}

/// <summary>The context of a CDEvent.</summary>
/// <param name="Specversion">Of CDEvents.</param>
/// <param name="Id">Unique within the source; an event told twice has the same.</param>
/// <param name="Source">Whose account it is: the pipeline.</param>
/// <param name="Type">Subject, predicate and the version of that event.</param>
/// <param name="Timestamp">When it happened, RFC 3339.</param>
internal sealed record CdEventContext(string Specversion, string Id, string Source, string Type, string Timestamp);

/// <summary>The subject of a CDEvent.</summary>
/// <param name="Id">The target's resource name.</param>
/// <param name="Content">Where it runs, and what.</param>
internal sealed record CdEventSubject(string Id, CdEventContent Content);

/// <summary>What is said of a service.</summary>
/// <param name="Environment">Where it runs: the stage.</param>
/// <param name="ArtifactId">What it runs now, as a package URL.</param>
internal sealed record CdEventContent(CdEventEnvironment Environment, string ArtifactId);

/// <summary>An environment of services.</summary>
/// <param name="Id">The stage's name.</param>
internal sealed record CdEventEnvironment(string Id);
