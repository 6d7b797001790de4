namespace CdAutomation.GoogleCloud.Verification;

/// <summary>How new revisions are asked for what they must answer.</summary>
public sealed record VerificationOptions
{
    /// <summary>
    /// Whether to say who asks where it is asked over https: an identity token for the service, as Cloud Run wants one unless everybody may
    /// invoke it. Without a token nothing is asked then. Over plain http none is ever sent.
    /// </summary>
    public bool SendIdentity { get; init; } = true;

    /// <summary>How long one answer may take, body and start of an instance included; at least 10 ms.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The pause after the first attempt; it doubles with each, with jitter.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest pause between two attempts.</summary>
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>
    /// The longest that all attempts of one payment may take, whatever the policy says; to be below the deadline of the delivery that runs it.
    /// </summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>The largest answer that is read, in bytes.</summary>
    public int BodyMax { get; init; } = 64 * 1024;
}
