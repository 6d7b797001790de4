using System.Text.RegularExpressions;

namespace CdAutomation.LocalCloud.Registry;

/// <summary>What a path under <c>/v2/</c> means. Names may contain slashes and the words of the API, so it is read from its
/// end.</summary>
internal abstract partial record RegistryRoute
{
    private RegistryRoute()
    {
    }

    public sealed record Ping : RegistryRoute;

    public sealed record Uploads(string Repository) : RegistryRoute;

    public sealed record OneUpload(string Repository, Guid Id) : RegistryRoute;

    public sealed record Blob(string Repository, Digest Digest) : RegistryRoute;

    public sealed record Manifest(string Repository, ManifestReference Reference) : RegistryRoute;

    public sealed record Tags(string Repository) : RegistryRoute;

    public sealed record Referrers(string Repository, Digest Subject) : RegistryRoute;

    /// <exception cref="RegistryRefusal">NAME_INVALID, DIGEST_INVALID, MANIFEST_INVALID (tag) or UNSUPPORTED (no such path).</exception>
    public static RegistryRoute Parse(string path)
    {
        if (path is "/v2" or "/v2/")
            return new Ping();
        if (!path.StartsWith("/v2/", StringComparison.Ordinal))
            throw RegistryRefusal.Unsupported(404, "this is an OCI registry: everything is under /v2/");

        var parts = path["/v2/".Length..].Split('/');
        return parts switch
        {
            [.. var name, "blobs", "uploads", ""] => new Uploads(Name(name)),
            [.. var name, "blobs", "uploads"] => new Uploads(Name(name)),
            [.. var name, "blobs", "uploads", var id] => new OneUpload(Name(name), UploadId(id)),
            [.. var name, "blobs", var digest] => new Blob(Name(name), Digest.Parse(digest)),
            [.. var name, "manifests", var reference] => new Manifest(Name(name), ManifestReference.Parse(reference)),
            [.. var name, "tags", "list"] => new Tags(Name(name)),
            [.. var name, "referrers", var digest] => new Referrers(Name(name), Digest.Parse(digest)),
            _ => throw RegistryRefusal.Unsupported(404, "there is no such endpoint in the OCI distribution spec v1.1"),
        };
    }

    /// <exception cref="RegistryRefusal">NAME_INVALID.</exception>
    public static string Name(string name) =>
        name.Length is > 0 and <= 255 && NamePattern().IsMatch(name) ? name : throw RegistryRefusal.NameInvalid(name);

    private static string Name(string[] parts) => Name(string.Join('/', parts));

    private static Guid UploadId(string text) => Guid.TryParseExact(text, "N", out var id) ? id : throw RegistryRefusal.UploadUnknown();

    // The <name> of the distribution spec v1.1, "Pulling manifests".
    [GeneratedRegex(@"\A[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*\z", RegexOptions.CultureInvariant)]
    private static partial Regex NamePattern();
}

/// <summary>A tag or a digest.</summary>
internal abstract partial record ManifestReference
{
    private ManifestReference()
    {
    }

    public sealed record ByTag(string Tag) : ManifestReference
    {
        public override string ToString() => Tag;
    }

    public sealed record ByDigest(Digest Digest) : ManifestReference
    {
        public override string ToString() => Digest.ToString();
    }

    public static ManifestReference Parse(string text) => text.Contains(':', StringComparison.Ordinal)
        ? new ByDigest(Digest.Parse(text))
        : TagPattern().IsMatch(text)
            ? new ByTag(text)
            : throw RegistryRefusal.ManifestInvalid("a tag has 1 to 128 of [a-zA-Z0-9._-] and starts with none of . and -");

    [GeneratedRegex(@"\A[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}\z", RegexOptions.CultureInvariant)]
    private static partial Regex TagPattern();
}
