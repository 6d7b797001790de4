using System.Collections.Immutable;

namespace CdAutomation.GoogleCloud.Identity;

/// <summary>Which tokens are accepted from those who call us.</summary>
public sealed record GoogleIdentityOptions
{
    /// <summary>What a token must be made for: the address of the endpoint, or its custom audience. At least one.</summary>
    public required ImmutableArray<string> Audiences { get; init; }

    /// <summary>Who may have made it.</summary>
    public ImmutableArray<string> Issuers { get; init; } = ["https://accounts.google.com", "accounts.google.com"];

    /// <summary>Where the issuer's keys are, as a JWKS (RFC 7517).</summary>
    public Uri Keys { get; init; } = new("https://www.googleapis.com/oauth2/v3/certs");

    /// <summary>How long fetched keys are used before they are fetched again.</summary>
    public TimeSpan KeysLife { get; init; } = TimeSpan.FromHours(6);

    /// <summary>Keys are not fetched more often than this, whatever tokens come; failed attempts count.</summary>
    public TimeSpan KeysPause { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How far clocks may be apart.</summary>
    public TimeSpan Skew { get; init; } = TimeSpan.FromSeconds(60);
}
