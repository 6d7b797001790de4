using CdAutomation.Domain.Images;
using Google.Cloud.Run.V2;
using Google.LongRunning;

namespace CdAutomation.Simulation.World;

/// <summary>A revision, and whether it can take requests; null while nobody knows yet.</summary>
internal sealed record RunRevision(Revision Body, Digest? Digest, bool ByPerson)
{
    public bool? IsReady { get; set; }
}

/// <summary>A service as Cloud Run keeps it, and what it has served over time.</summary>
internal sealed class RunService(string name) : RunTarget(name)
{
    public required Service Body { get; set; }

    /// <summary>As it was before the last write; a read may still show it for a moment.</summary>
    public Service? Before { get; set; }

    public Dictionary<string, RunRevision> Revisions { get; } = new(StringComparer.Ordinal);

    /// <summary>The operation of the last write.</summary>
    public Operation? Operation { get; set; }

    public static string ShortName(string resource) => resource[(resource.LastIndexOf('/') + 1)..];

    public static Digest? DigestOf(RevisionTemplate template) =>
        ImageReference.TryParse(template.Containers[0].Image, out var image) ? image.Digest : null;

    public RunRevision? Find(string revision) => Revisions.GetValueOrDefault(ShortName(revision));
}

/// <summary>One write of a service that was accepted.</summary>
/// <param name="Service">Which.</param>
/// <param name="Before">What it replaced.</param>
/// <param name="Sent">What was sent.</param>
/// <param name="After">What it became.</param>
/// <param name="Revision">The revision that it makes, short; null when it makes none.</param>
internal sealed record RunWrite(RunService Service, Service Before, Service Sent, Service After, string? Revision) : ITargetWrite
{
    public RunTarget Target => Service;

    public string Image => After.Template.Containers[0].Image;

    public Digest? From => RunService.DigestOf(Before.Template);

    public Digest? To => RunService.DigestOf(After.Template);

    public string? Note(string name) => After.Annotations.TryGetValue($"cdautomation.dev/{name}", out var text) ? text : null;
}
