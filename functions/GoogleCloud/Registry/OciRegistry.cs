using System.Net;
using System.Security.Cryptography;
using CdAutomation.Delivery;
using CdAutomation.Domain.Images;
using CdAutomation.GoogleCloud.Identity;

namespace CdAutomation.GoogleCloud.Registry;

/// <summary>
/// Registries of the OCI distribution specification v1.1, Artifact Registry among them. Only what a registry says itself, and says whole,
/// is an answer; everything else is Unknown.
/// </summary>
public sealed class OciRegistry(RegistryOptions options, IAccessTokens google, TimeProvider clock) : IRegistry, IDisposable
{
    private readonly RegistryConnection _connection = new(options, google, clock);

    /// <inheritdoc/>
    public async Task<TagLookup> ResolveAsync(Repository repository, string reference, CancellationToken cancellation)
    {
        if (!ImageReference.IsTag(reference) && !Digest.TryParse(reference, out _))
            return new TagLookup.Unknown(new("registry.reference", $"{Excerpt.Of(reference)} is neither a tag nor a digest"));

        try
        {
            var address = new Uri(_connection.ServerOf(repository), $"/v2/{repository.Path}/manifests/{reference}");
            var head = await _connection.AskAsync(HttpMethod.Head, address, repository, cancellation);
            if (head.Status is HttpStatusCode.OK && Digest.TryParse(head.ContentDigest, out var digest))
                return Found(digest, reference, repository);

            // A HEAD has no body: neither the manifest to hash where its digest is not told, nor the word of the registry behind a 404.
            return head.Status is HttpStatusCode.OK or HttpStatusCode.NotFound
                ? await ResolveByBodyAsync(address, repository, reference, cancellation)
                : new TagLookup.Unknown(RegistryTrouble.Of(head, repository));
        }
        catch (RegistryException trouble)
        {
            return new TagLookup.Unknown(trouble.Reason);
        }
    }

    /// <inheritdoc/>
    public async Task<TagListing> ListAsync(Repository repository, CancellationToken cancellation)
    {
        try
        {
            return await ListPagesAsync(repository, cancellation);
        }
        catch (RegistryException trouble)
        {
            return new TagListing.Unknown(trouble.Reason);
        }
    }

    /// <summary>Closes the connections.</summary>
    public void Dispose() => _connection.Dispose();

    private async Task<TagLookup> ResolveByBodyAsync(Uri address, Repository repository, string reference, CancellationToken cancellation)
    {
        var answer = await _connection.AskAsync(HttpMethod.Get, address, repository, cancellation);
        if (answer.Status is HttpStatusCode.NotFound && answer.Says("MANIFEST_UNKNOWN", "NAME_UNKNOWN"))
            return new TagLookup.Missing();
        if (answer.Status is not HttpStatusCode.OK)
            return new TagLookup.Unknown(RegistryTrouble.Of(answer, repository));

        var hashed = Digest.Parse($"sha256:{Convert.ToHexStringLower(SHA256.HashData(answer.Body))}");
        return Digest.TryParse(answer.ContentDigest, out var told) && told != hashed
            ? new TagLookup.Unknown(new("registry.digest",
                $"{repository}: the manifest of {reference} is {hashed}, and is told to be {told}"))
            : Found(hashed, reference, repository);
    }

    private async Task<TagListing> ListPagesAsync(Repository repository, CancellationToken cancellation)
    {
        var tags = new SortedSet<string>(StringComparer.Ordinal);
        var read = new HashSet<string>(StringComparer.Ordinal);
        var page = new Uri(_connection.ServerOf(repository), $"/v2/{repository.Path}/tags/list?n={options.PageSize}");
        for (var next = page; next is not null;)
        {
            if (!read.Add(next.AbsoluteUri))
                return Endless(repository, $"its page {read.Count} is followed by one that was read before");
            if (read.Count > options.PagesMax)
                return Endless(repository, $"it has more than {options.PagesMax} pages");

            var answer = await _connection.AskAsync(HttpMethod.Get, next, repository, cancellation);
            if (answer.Status is HttpStatusCode.NotFound && read.Count == 1 && answer.Says("NAME_UNKNOWN"))
                return new TagListing.Complete([]);
            if (answer.Status is not HttpStatusCode.OK)
                return new TagListing.Unknown(RegistryTrouble.Of(answer, repository));

            TagPage.Read(answer.Body, repository, tags);
            next = NextPage.After(answer.Link, next);
        }

        return new TagListing.Complete([.. tags]);
    }

    private static TagListing.Unknown Endless(Repository repository, string how) =>
        new(new("registry.paging", $"the tag list of {repository} does not end: {how}"));

    private static TagLookup Found(Digest digest, string reference, Repository repository) =>
        Digest.TryParse(reference, out var asked) && asked != digest
            ? new TagLookup.Unknown(new("registry.digest", $"{repository} was asked for {asked} and answered with {digest}"))
            : new TagLookup.Found(digest);
}
