using System.Collections.Immutable;

namespace CdAutomation.GoogleCloud.Registry;

/// <summary>How registries are talked to.</summary>
public sealed record RegistryOptions
{
    /// <summary>
    /// Where the registry of a host is reached, when that is not <c>https://host</c> (the local cloud answers for every host); null for the
    /// usual place. Google's tokens go to https only, other credentials to https or this machine.
    /// </summary>
    public Func<string, Uri?> Endpoint { get; init; } = static _ => null;

    /// <summary>User and password by registry host, for registries that are not Google's.</summary>
    public ImmutableDictionary<string, RegistryCredential> Credentials { get; init; } = [];

    /// <summary>One attempt, its body included. At least 10 ms.</summary>
    public TimeSpan Attempt { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>One request with all its attempts. At least 10 ms.</summary>
    public TimeSpan Total { get; init; } = TimeSpan.FromSeconds(25);

    /// <summary>How often a request is tried again after its first attempt; at least 1.</summary>
    public int RetriesMax { get; init; } = 3;

    /// <summary>The pause before the first retry; it doubles with each, with jitter.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>The longest wait that a registry may ask for (Retry-After); one that asks for more is not asked again now.</summary>
    public TimeSpan RetryAfterMax { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>How many tags are asked for at a time.</summary>
    public int PageSize { get; init; } = 1000;

    /// <summary>More pages than this are no answer any more.</summary>
    public int PagesMax { get; init; } = 200;

    /// <summary>The largest answer that is read, in bytes. Artifact Registry lists every manifest beside the tags.</summary>
    public int BodyMax { get; init; } = 16 * 1024 * 1024;
}

/// <summary>A user and a password; the password is never printed.</summary>
public sealed record RegistryCredential(string User, string Password)
{
    /// <inheritdoc/>
    public override string ToString() => $"{User}:***";
}
