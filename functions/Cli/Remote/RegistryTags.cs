using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using CdAutomation.Domain.Images;
using CdAutomation.GoogleCloud.Identity;

namespace CdAutomation.Cli.Remote;

/// <summary>A manifest of a registry, what it is called, and when it came.</summary>
/// <param name="Digest">Which.</param>
/// <param name="Tags">What it is called now; empty for parts of others.</param>
/// <param name="At">When it was uploaded; null where the registry does not tell.</param>
internal sealed record TaggedManifest(Digest Digest, ImmutableArray<string> Tags, DateTimeOffset? At);

/// <summary>What a registry says of a repository.</summary>
/// <param name="Status">The answer's status; 404 where the repository has nothing yet.</param>
/// <param name="Manifests">Its manifests, as Google's registries add them to the list of tags; empty where it does not add them.</param>
/// <param name="TellsTimes">Whether it is such a registry.</param>
internal sealed record RepositoryList(HttpStatusCode Status, ImmutableArray<TaggedManifest> Manifests, bool TellsTimes);

/// <summary>Asks a registry for its tags, with the times of uploads, which OCI's own answer does not have.</summary>
/// <param name="http">Sends.</param>
/// <param name="endpoint">One registry that answers for every host; null for each image's own.</param>
/// <param name="tokens">Whose word it is; sent to Google's registries over https, and nowhere else.</param>
internal sealed class RegistryTags(HttpClient http, Uri? endpoint, IAccessTokens tokens)
{
    /// <summary>One registry for every host, in another place; the functions read it too.</summary>
    public const string EndpointVariable = "CDAUTOMATION_REGISTRY_ENDPOINT";

    /// <summary>Whether a push to this host is told to the topic gcr.</summary>
    public static bool IsGoogles(string host) =>
        host == "gcr.io" || host.EndsWith(".gcr.io", StringComparison.Ordinal) || host.EndsWith("-docker.pkg.dev", StringComparison.Ordinal);

    /// <summary>Where a repository is asked for.</summary>
    public Uri ServerOf(Repository repository) => endpoint ?? new Uri($"https://{repository.Host}");

    /// <exception cref="HttpRequestException">Nobody answers.</exception>
    /// <exception cref="JsonException">The answer is no list of tags.</exception>
    public async Task<RepositoryList> ListAsync(Repository repository, CancellationToken cancellation)
    {
        var server = ServerOf(repository);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(server, $"/v2/{repository.Path}/tags/list"));
        if (server.Scheme == Uri.UriSchemeHttps && IsGoogles(server.Host))
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await tokens.GetAsync(cancellation));
        using var answer = await http.SendAsync(request, cancellation);
        if (answer.StatusCode is not HttpStatusCode.OK)
            return new(answer.StatusCode, [], false);
        await using var body = await answer.Content.ReadAsStreamAsync(cancellation);
        using var document = await JsonDocument.ParseAsync(body, cancellationToken: cancellation);
        return Read(document.RootElement);
    }

    private static RepositoryList Read(JsonElement root)
    {
        if (root.ValueKind is not JsonValueKind.Object || !root.TryGetProperty("tags", out _))
            throw new JsonException("the answer has no tags");
        if (!root.TryGetProperty("manifest", out var manifests) || manifests.ValueKind is not JsonValueKind.Object)
            return new(HttpStatusCode.OK, [], false);
        return new(HttpStatusCode.OK, [.. manifests.EnumerateObject().Select(Of).OfType<TaggedManifest>()], true);
    }

    private static TaggedManifest? Of(JsonProperty manifest)
    {
        if (!Digest.TryParse(manifest.Name, out var digest) || manifest.Value.ValueKind is not JsonValueKind.Object)
            return null;
        var tags = manifest.Value.TryGetProperty("tag", out var list) && list.ValueKind is JsonValueKind.Array
            ? list.EnumerateArray().Where(it => it.ValueKind is JsonValueKind.String).Select(it => it.GetString()!).ToImmutableArray()
            : [];
        // Milliseconds since 1970, as text (go-containerregistry, pkg/v1/google).
        DateTimeOffset? at = manifest.Value.TryGetProperty("timeUploadedMs", out var time) && time.ValueKind is JsonValueKind.String
            && long.TryParse(time.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds) && milliseconds < MillisecondsMax
            ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds)
            : null;
        return new(digest, tags, at);
    }

    private const long MillisecondsMax = 253_402_300_799_999;
}
