using CdAutomation.GoogleCloud.Identity;

namespace CdAutomation.GoogleCloud.Tests;

/// <summary>Always the same token, or none; counts how often it was asked.</summary>
internal sealed class Tokens(string? token = "ya29.secret") : IAccessTokens
{
    public int Asked { get; private set; }

    public Task<string> GetAsync(CancellationToken cancellation)
    {
        Asked++;
        return token is null ? throw new AccessTokenUnavailableException("no access token from the test") : Task.FromResult(token);
    }
}
