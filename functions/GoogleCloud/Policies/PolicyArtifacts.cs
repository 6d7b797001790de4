using System.Net;
using System.Text;
using CdAutomation.Delivery;
using CdAutomation.Delivery.Policies;
using CdAutomation.Domain;
using CdAutomation.Domain.Gates.Signatures;
using CdAutomation.Domain.Images;
using CdAutomation.GoogleCloud.Identity;
using CdAutomation.GoogleCloud.Registry;

namespace CdAutomation.GoogleCloud.Policies;

/// <summary>Policies in registries of the OCI distribution specification v1.1, Artifact Registry among them: fetched, and published.</summary>
public sealed class PolicyArtifacts(RegistryOptions options, IAccessTokens google, TimeProvider clock) : IPolicyArtifacts, IDisposable
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly RegistryConnection _reading = new(options, google, clock);
    private readonly RegistryConnection _pushing = new(options, google, clock, "pull,push");

    /// <inheritdoc/>
    public async Task<PolicyFetch> FetchAsync(Repository repository, Digest digest, CancellationToken cancellation)
    {
        try
        {
            var content = new RegistryContent(_reading);
            if (await content.ManifestAsync(repository, digest.Value, cancellation) is not { } bytes)
                return new PolicyFetch.Missing();
            var read = PolicyManifest.Read(bytes);
            return read.TryGetValue(out var manifest)
                ? LayerOf(await content.BlobAsync(repository, manifest.Layer, manifest.Size, cancellation), manifest)
                : new PolicyFetch.Refused(read.Problems);
        }
        catch (RegistryException trouble)
        {
            // More bytes than were told are no accident of the moment.
            return trouble.Reason.Code == "registry.tooLarge" ? new PolicyFetch.Refused([trouble.Reason]) : new PolicyFetch.Unknown(trouble.Reason);
        }
    }

    /// <summary>
    /// Publishes policies under the tag of their commit, and then as <c>current</c>, which every process that runs by this repository takes
    /// up. Published again, they are the same digest.
    /// </summary>
    /// <returns>The digest, or why it could not be done.</returns>
    public async Task<PolicyPublication> PublishAsync(Repository repository, PolicyArtifact artifact, CancellationToken cancellation)
    {
        var (digest, manifest, layer) = Packed(artifact);
        if (layer.Length > PolicyManifest.LayerMax)
            return new(digest, new("policy.tooLarge", $"the policies have {layer.Length} bytes, where {PolicyManifest.LayerMax} are the most"));
        try
        {
            await PushBlobAsync(repository, "{}"u8.ToArray(), cancellation);
            await PushBlobAsync(repository, layer, cancellation);
            foreach (var tag in new[] { PolicyArtifact.TagOf(artifact.Edition.Commit), PolicyArtifact.CurrentTag })
                await PushAsync(repository, HttpMethod.Put, At(repository, $"manifests/{tag}"), new RegistryBody(manifest, PolicyManifest.MediaType), cancellation);
            return new(digest, null);
        }
        catch (RegistryException trouble)
        {
            return new(digest, trouble.Reason);
        }
    }

    /// <summary>The digest that policies have once they are published.</summary>
    public static Digest DigestOf(PolicyArtifact artifact) => Packed(artifact).Digest;

    /// <summary>Closes the connections.</summary>
    public void Dispose()
    {
        _reading.Dispose();
        _pushing.Dispose();
    }

    private static (Digest Digest, byte[] Manifest, byte[] Layer) Packed(PolicyArtifact artifact)
    {
        var layer = Utf8.GetBytes(artifact.Canonical);
        var manifest = new PolicyManifest(artifact.Edition, artifact.Forced, ContentDigest.Of(layer), layer.Length).Write();
        return (ContentDigest.Of(manifest), manifest, layer);
    }

    private static PolicyFetch LayerOf(byte[] layer, PolicyManifest manifest)
    {
        if (layer.Length != manifest.Size || ContentDigest.Of(layer) != manifest.Layer)
            return Refused("policy.layerDigest", $"its layer is told to be {manifest.Layer} and is {ContentDigest.Of(layer)}");
        try
        {
            return new PolicyFetch.Found(new(manifest.Edition, manifest.Forced, Utf8.GetString(layer)));
        }
        catch (DecoderFallbackException)
        {
            return Refused("policy.encoding", "its layer is not UTF-8");
        }
    }

    private async Task PushBlobAsync(Repository repository, byte[] bytes, CancellationToken cancellation)
    {
        var digest = ContentDigest.Of(bytes);
        if ((await _pushing.AskAsync(HttpMethod.Head, At(repository, $"blobs/{digest}"), repository, cancellation)).Status is HttpStatusCode.OK)
            return;

        var begin = At(repository, "blobs/uploads/");
        var begun = await PushAsync(repository, HttpMethod.Post, begin, RegistryBody.Of(default), cancellation);
        // The address that it gives out may be of its own only: it is shown who we are.
        if (begun.Location is not { } location || !Uri.TryCreate(begin, location, out var upload)
            || Uri.Compare(upload, begin, UriComponents.SchemeAndServer, UriFormat.UriEscaped, StringComparison.OrdinalIgnoreCase) != 0)
            throw new RegistryException("registry.odd", $"{repository.Host} takes uploads at {Excerpt.Of(begun.Location?.OriginalString)}, which is no place of its own");

        var query = upload.Query.Length > 1 ? $"{upload.Query[1..]}&" : "";
        var whole = new UriBuilder(upload) { Query = $"{query}digest={Uri.EscapeDataString(digest.Value)}" }.Uri;
        await PushAsync(repository, HttpMethod.Put, whole, RegistryBody.Of(bytes), cancellation);
    }

    private async Task<RegistryAnswer> PushAsync(
        Repository repository, HttpMethod method, Uri address, RegistryBody body, CancellationToken cancellation)
    {
        var answer = await _pushing.PushAsync(method, address, repository, body, cancellation);
        return answer.Status switch
        {
            HttpStatusCode.Created or HttpStatusCode.Accepted or HttpStatusCode.OK => answer,
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => throw new RegistryException("registry.denied",
                $"{repository} may not be pushed to: grant our account roles/artifactregistry.writer on it"),
            _ => throw new RegistryException(RegistryTrouble.Of(answer, repository)),
        };
    }

    private Uri At(Repository repository, string path) => new(_pushing.ServerOf(repository), $"/v2/{repository.Path}/{path}");

    private static PolicyFetch.Refused Refused(string code, string sentence) => new([new Reason(code, sentence)]);
}

/// <summary>What came of publishing.</summary>
/// <param name="Digest">The policies' digest, whether or not they could be published.</param>
/// <param name="Problem">Why not; null where they were.</param>
public sealed record PolicyPublication(Digest Digest, Reason? Problem);
