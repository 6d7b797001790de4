namespace CdAutomation.Domain.Decisions;

/// <summary>The reason codes of a candidate's standing that more than one rule speaks of.</summary>
internal static class Codes
{
    /// <summary>It runs already.</summary>
    public const string Serving = "candidate.serving";

    /// <summary>It is being rolled out already.</summary>
    public const string UnderWay = "candidate.underWay";

    /// <summary>It did not come up before.</summary>
    public const string Failed = "candidate.failed";

    /// <summary>What runs, or is on its way, is newer.</summary>
    public const string Older = "candidate.older";

    /// <summary>A newer one is being asked about first.</summary>
    public const string Behind = "candidate.behind";

    /// <summary>The pipeline's mode is off.</summary>
    public const string Off = "pipeline.off";

    /// <summary>An older one comes first, because none is to be left out.</summary>
    public const string Queued = "candidate.queued";

    /// <summary>Its release goes on at a stage that uses other images of it.</summary>
    public const string Unused = "candidate.unused";

    /// <summary>Stands in a stage for what was told last of an image that waited for somebody's wish, which is over: whatever comes is news.</summary>
    public const string NoLongerAsked = "request.over";

    /// <summary>A newer one goes ahead of it.</summary>
    public const string Overtaken = "candidate.overtaken";
}
