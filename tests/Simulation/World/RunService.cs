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
internal sealed class RunService(string name)
{
    public string Name => name;

    public required Service Body { get; set; }

    /// <summary>As it was before the last write; a read may still show it for a moment.</summary>
    public Service? Before { get; set; }

    public DateTimeOffset WrittenAt { get; set; }

    public Dictionary<string, RunRevision> Revisions { get; } = new(StringComparer.Ordinal);

    /// <summary>The operation of the last write.</summary>
    public Operation? Operation { get; set; }

    /// <summary>What has had all traffic since when; null for a mix, or an image by no digest.</summary>
    public List<(DateTimeOffset Since, Digest? Digest)> Served { get; } = [];

    public Digest? Serving => Served is [.., var last] ? last.Digest : null;

    public static string ShortName(string resource) => resource[(resource.LastIndexOf('/') + 1)..];

    public static Digest? DigestOf(RevisionTemplate template) =>
        ImageReference.TryParse(template.Containers[0].Image, out var image) ? image.Digest : null;

    /// <summary>Whether all traffic was a digest's at some time from one instant to another.</summary>
    public bool HasServed(Digest digest, DateTimeOffset from, DateTimeOffset to) => Served
        .Where((each, at) => each.Digest == digest && each.Since <= to && (at + 1 == Served.Count || Served[at + 1].Since >= from)).Any();

    public RunRevision? Find(string revision) => Revisions.GetValueOrDefault(ShortName(revision));
}

/// <summary>One write of a service that was accepted.</summary>
/// <param name="Service">Which.</param>
/// <param name="Before">What it replaced.</param>
/// <param name="Sent">What was sent.</param>
/// <param name="After">What it became.</param>
/// <param name="Revision">The revision that it makes, short; null when it makes none.</param>
internal sealed record RunWrite(RunService Service, Service Before, Service Sent, Service After, string? Revision)
{
    public Digest? From => RunService.DigestOf(Before.Template);

    public Digest? To => RunService.DigestOf(After.Template);

    /// <summary>A note that the writer left beside the image.</summary>
    public string? Note(string name) => After.Annotations.TryGetValue($"cdautomation.dev/{name}", out var text) ? text : null;
}
