using System.Text.RegularExpressions;

namespace CdAutomation.Domain.Images;

/// <summary>What was pushed, as far as its tag tells. Only an <see cref="Image"/> can be a candidate.</summary>
public enum ArtifactKind
{
    /// <summary>An image with a tag that people gave it.</summary>
    Image,

    /// <summary>A cosign signature, <c>sha256-….sig</c>.</summary>
    Signature,

    /// <summary>A cosign attestation, <c>sha256-….att</c>.</summary>
    Attestation,

    /// <summary>A bill of materials, <c>sha256-….sbom</c>.</summary>
    Sbom,

    /// <summary>The referrers tag schema of the OCI distribution specification v1.1, <c>sha256-…</c>, or another suffix of it.</summary>
    Referrers,

    /// <summary>No tag: a child of a multi-platform index, an attestation manifest, or an image pushed by digest.</summary>
    Untagged,
}

/// <summary>Tells artifacts about images from images.</summary>
public static partial class ArtifactKinds
{
    /// <summary>The kind of what bears this tag.</summary>
    /// <param name="tag">The tag, or null for a push without one.</param>
    public static ArtifactKind Of(string? tag)
    {
        if (tag is null)
            return ArtifactKind.Untagged;
        if (ReferrersTag().Match(tag) is not { Success: true } match)
            return ArtifactKind.Image;

        return match.Groups["suffix"].Value switch
        {
            ".sig" => ArtifactKind.Signature,
            ".att" => ArtifactKind.Attestation,
            ".sbom" => ArtifactKind.Sbom,
            _ => ArtifactKind.Referrers,
        };
    }

    [GeneratedRegex(@"^sha256-[0-9a-f]{64}(?<suffix>\..*)?\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex ReferrersTag();
}
