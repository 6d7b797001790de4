using System.Collections.Concurrent;
using CdAutomation.Delivery;
using CdAutomation.Delivery.Policies;
using CdAutomation.Domain.Images;
using CdAutomation.GoogleCloud.Policies;

namespace CdAutomation.Triggers.Tests.Stage;

/// <summary>Published policies in a dictionary.</summary>
internal sealed class MemoryArtifacts(MemoryRegistry registry) : IPolicyArtifacts
{
    public static readonly Repository Home = new("asia-northeast1-docker.pkg.dev", "acme/policies/bundle");

    private readonly ConcurrentDictionary<Digest, PolicyArtifact> _artifacts = new();

    /// <summary>Publishes policies.</summary>
    /// <returns>Their digest.</returns>
    public Digest Publish(PolicyArtifact artifact)
    {
        var digest = PolicyArtifacts.DigestOf(artifact);
        _artifacts[digest] = artifact;
        registry.Put($"{Home}:{PolicyArtifact.CurrentTag}", digest.Value);
        return digest;
    }

    public Task<PolicyFetch> FetchAsync(Repository repository, Digest digest, CancellationToken cancellation) =>
        Task.FromResult<PolicyFetch>(_artifacts.TryGetValue(digest, out var artifact) ? new PolicyFetch.Found(artifact) : new PolicyFetch.Missing());
}
