namespace CdAutomation.GoogleCloud.Webhooks;

/// <summary>How web addresses are asked. Which address that is, the author of the policy says, and is trusted to: private ones are not kept
/// from being asked, so that a gate may be a service of one's own network.</summary>
public sealed record WebhookOptions
{
    /// <summary>
    /// Whether to say who asks: an identity token whose audience is the address' origin, from the host's
    /// <see cref="Identity.IIdentityTokens"/> or else the metadata server. Without one nothing is asked then. An access token is never sent.
    /// </summary>
    public bool SendIdentity { get; init; }

    /// <summary>The longest that a question may take with all its attempts, whatever the policy says.</summary>
    public TimeSpan TimeoutMax { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How often a question is asked again where nobody answered it; at least 1. An address may so be asked more than once.</summary>
    public int RetriesMax { get; init; } = 2;

    /// <summary>The pause before the first retry; it doubles with each, with jitter.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>The largest answer that is read, in bytes.</summary>
    public int BodyMax { get; init; } = 64 * 1024;
}
