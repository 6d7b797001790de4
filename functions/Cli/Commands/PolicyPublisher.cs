using CdAutomation.Cli.Remote;
using CdAutomation.Cli.Up;
using CdAutomation.Delivery.Policies;
using CdAutomation.Domain.Images;
using CdAutomation.GoogleCloud.Policies;
using CdAutomation.GoogleCloud.Registry;

namespace CdAutomation.Cli.Commands;

/// <summary>Pushes to Artifact Registry with Google's token of whoever calls, and to a registry on this machine without any.</summary>
internal sealed class PolicyPublisher : IDisposable
{
    private readonly PolicyArtifacts _artifacts;

    /// <exception cref="UpException">The endpoint is no address.</exception>
    public PolicyPublisher(string? endpoint)
    {
        Uri? place = null;
        if (!string.IsNullOrWhiteSpace(endpoint) && !(Uri.TryCreate(endpoint, UriKind.Absolute, out place) && place.Scheme is "http" or "https"))
            throw new UpException($"the registry's endpoint is {Excerpt.Of(endpoint)}, where an address such as http://127.0.0.1:5000 is wanted");

        var google = OwnTokens.FromEnvironment(Environment.GetEnvironmentVariable, TimeProvider.System);
        _artifacts = new(new RegistryOptions { Endpoint = host => place ?? OnThisMachine(host) }, google, TimeProvider.System);
    }

    /// <summary>Publishes; with <paramref name="dryRun"/>, only finds out the digest.</summary>
    public async Task<PolicyPublication> PublishAsync(Repository repository, PolicyArtifact artifact, bool dryRun, CancellationToken cancellation) => dryRun
        ? new(PolicyArtifacts.DigestOf(artifact), null)
        : await _artifacts.PublishAsync(repository, artifact, cancellation);

    public void Dispose() => _artifacts.Dispose();

    /// <summary>A registry on this machine speaks plain HTTP, as every container tool takes for granted.</summary>
    private static Uri? OnThisMachine(string host)
    {
        var plain = Uri.TryCreate($"http://{host}", UriKind.Absolute, out var uri) ? uri : null;
        return plain is { IsLoopback: true } ? plain : null;
    }
}
