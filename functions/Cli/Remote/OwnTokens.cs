using CdAutomation.GoogleCloud.Identity;

namespace CdAutomation.Cli.Remote;

/// <summary>Access tokens of whoever calls cdctl.</summary>
internal static class OwnTokens
{
    /// <summary>What gcloud itself reads a token from (its property auth/access_token).</summary>
    public const string Variable = "CLOUDSDK_AUTH_ACCESS_TOKEN";

    /// <summary>The command that lets cdctl ask Google Cloud as the one who is signed in.</summary>
    public const string Mend = $"export {Variable}=$(gcloud auth print-access-token)";

    /// <summary>The token in <see cref="Variable"/>; else where Google's libraries look: a service account's key, or the metadata server.</summary>
    /// <param name="variable">Reads an environment variable.</param>
    /// <param name="clock">Tells when tokens end.</param>
    /// <exception cref="FormatException">GOOGLE_APPLICATION_CREDENTIALS names a file that is no service account's key.</exception>
    /// <exception cref="IOException">It names a file that cannot be read.</exception>
    public static IAccessTokens FromEnvironment(Func<string, string?> variable, TimeProvider clock) =>
        variable(Variable) is { } token && !string.IsNullOrWhiteSpace(token) ? new Given(token.Trim()) : GoogleAccessTokens.FromEnvironment(variable, clock);

    /// <summary>One token, as it is.</summary>
    public sealed class Given(string token) : IAccessTokens
    {
        /// <inheritdoc/>
        public Task<string> GetAsync(CancellationToken cancellation) => Task.FromResult(token);
    }
}
