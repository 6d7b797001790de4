namespace CdAutomation.GoogleCloud.Identity;

/// <summary>OpenID Connect identity tokens of the identity this process runs as: they say who asks, and open nothing by themselves.</summary>
public interface IIdentityTokens
{
    /// <summary>A token that is good for some minutes at least.</summary>
    /// <param name="audience">For whom it is, e.g. <c>https://gate.example.com</c>; nobody else accepts it.</param>
    /// <param name="cancellation">Stops the wait.</param>
    /// <exception cref="AccessTokenUnavailableException">There is none to be had now.</exception>
    Task<string> GetAsync(string audience, CancellationToken cancellation);
}
