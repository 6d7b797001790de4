namespace CdAutomation.GoogleCloud.SupplyChain;

/// <summary>How Artifact Analysis is asked.</summary>
public sealed record ArtifactAnalysisOptions
{
    /// <summary>Where its API is; https, or http on this machine, for Google's token is sent there.</summary>
    public Uri Endpoint { get; init; } = new("https://containeranalysis.googleapis.com");

    /// <summary>One attempt, its body included. At least 10 ms.</summary>
    public TimeSpan Attempt { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>One page with all its attempts. At least 10 ms.</summary>
    public TimeSpan Total { get; init; } = TimeSpan.FromSeconds(25);

    /// <summary>How often a page is asked for again after its first attempt; at least 1.</summary>
    public int RetriesMax { get; init; } = 3;

    /// <summary>The pause before the first retry; it doubles with each, with jitter.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>The longest wait that the API may ask for (Retry-After) before it is asked again at once.</summary>
    public TimeSpan RetryAfterMax { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>How many occurrences are asked for at a time; the API gives 1000 at most.</summary>
    public int PageSize { get; init; } = 1000;

    /// <summary>More pages than this are no answer any more.</summary>
    public int PagesMax { get; init; } = 20;

    /// <summary>The largest page that is read, in bytes.</summary>
    public int BodyMax { get; init; } = 16 * 1024 * 1024;
}
