using System.Net;
using CdAutomation.Domain.Gates.Signatures;
using CdAutomation.Domain.Images;

namespace CdAutomation.GoogleCloud.Registry;

/// <summary>Manifests, blobs, and what refers to an image, each read whole and bounded (OCI distribution specification v1.1).</summary>
internal sealed class RegistryContent(RegistryConnection connection)
{
    // The specification has registries take manifests of 4 MiB at least; hardly one takes more.
    private const int ManifestMax = 4 * 1024 * 1024;
    private const int ReferrerPagesMax = 5;

    /// <summary>A manifest, or null where the registry itself says that it has none.</summary>
    /// <param name="repository">Where to look.</param>
    /// <param name="reference">A tag or a digest; what is fetched by digest has it.</param>
    /// <param name="cancellation">Stops the look.</param>
    /// <exception cref="RegistryException">No answer was to be had.</exception>
    public async Task<byte[]?> ManifestAsync(Repository repository, string reference, CancellationToken cancellation)
    {
        var answer = await connection.AskAsync(
            HttpMethod.Get, Address(repository, $"manifests/{reference}"), repository, ManifestMax, cancellation);
        if (answer.Status is HttpStatusCode.NotFound && answer.Says("MANIFEST_UNKNOWN", "NAME_UNKNOWN"))
            return null;
        if (answer.Status is not HttpStatusCode.OK)
            throw new RegistryException(RegistryTrouble.Of(answer, repository));

        if (Digest.TryParse(reference, out var wanted) && ContentDigest.Of(answer.Body) is var hashed && hashed != wanted)
            throw new RegistryException("registry.digest", $"{repository} was asked for {wanted} and answered with {hashed}");
        return answer.Body;
    }

    /// <summary>A blob as the registry gives it out. Whether it has its digest is the caller's to see.</summary>
    /// <exception cref="RegistryException">No answer was to be had, or the registry does not have it.</exception>
    public async Task<byte[]> BlobAsync(Repository repository, Digest digest, int bodyMax, CancellationToken cancellation)
    {
        var answer = await connection.FetchAsync(Address(repository, $"blobs/{digest}"), repository, bodyMax, cancellation);
        if (answer.Status is HttpStatusCode.NotFound && answer.Says("BLOB_UNKNOWN"))
            throw new RegistryException("registry.blob", $"{repository} does not have the blob {digest.Short} that a manifest of it names");
        return answer.Status is HttpStatusCode.OK
            ? answer.Body
            : throw new RegistryException(RegistryTrouble.Of(answer, repository));
    }

    /// <summary>The lists of what refers to an image and is of a type, at most five pages; null where the registry keeps no such list.</summary>
    /// <exception cref="RegistryException">No answer was to be had.</exception>
    public async Task<IReadOnlyList<byte[]>?> ReferrersAsync(
        Repository repository, Digest image, string artifactType, CancellationToken cancellation)
    {
        List<byte[]> pages = [];
        var first = Address(repository, $"referrers/{image}?artifactType={Uri.EscapeDataString(artifactType)}");
        for (var next = first; next is not null && pages.Count < ReferrerPagesMax;)
        {
            var answer = await connection.AskAsync(HttpMethod.Get, next, repository, ManifestMax, cancellation);
            if (pages.Count == 0 && IsNotOffered(answer.Status))
                return null;
            if (answer.Status is not HttpStatusCode.OK)
                throw new RegistryException(RegistryTrouble.Of(answer, repository));

            pages.Add(answer.Body);
            next = NextPage.After(answer.Link, next);
        }

        return pages;
    }

    // The specification says 404; registries older than it find other words for a path they do not know.
    private static bool IsNotOffered(HttpStatusCode status) => status is
        HttpStatusCode.NotFound or HttpStatusCode.BadRequest or HttpStatusCode.MethodNotAllowed or HttpStatusCode.NotAcceptable;

    private Uri Address(Repository repository, string path) => new(connection.ServerOf(repository), $"/v2/{repository.Path}/{path}");
}
