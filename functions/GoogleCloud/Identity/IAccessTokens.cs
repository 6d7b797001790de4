namespace CdAutomation.GoogleCloud.Identity;

/// <summary>OAuth 2.0 access tokens of the identity this process runs as, with the scope <c>cloud-platform</c>.</summary>
public interface IAccessTokens
{
    /// <summary>A token that is good for some minutes at least.</summary>
    /// <exception cref="AccessTokenUnavailableException">There is none to be had now.</exception>
    Task<string> GetAsync(CancellationToken cancellation);
}

/// <summary>No access token could be had; the message says why and holds no secret.</summary>
public sealed class AccessTokenUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
