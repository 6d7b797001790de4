using CdAutomation.Domain.Images;

namespace CdAutomation.Domain.Gates.Signatures;

/// <summary>
/// cosign's signatures up to version 2 (cosign, SIGNATURE_SPEC.md): a manifest under the tag <c>sha256-….sig</c>, of which each layer is a
/// payload that names the image, with its signature as an annotation.
/// </summary>
public static class SimpleSigning
{
    /// <summary>Media type of a layer that is a payload.</summary>
    public const string MediaType = "application/vnd.dev.cosign.simplesigning.v1+json";

    /// <summary>The annotation of the layer that holds the signature, base64.</summary>
    public const string SignatureAnnotation = "dev.cosignproject.cosign/signature";

    private const string Type = "cosign container image signature";

    /// <summary>The tag under which the signatures of an image are kept, in the image's repository.</summary>
    public static string TagOf(Digest image) => $"sha256-{ContentDigest.HexOf(image)}.sig";

    /// <summary>Tries one signature. The repository that the payload names is not looked at: cosign ignores it too.</summary>
    /// <param name="key">Who must have signed.</param>
    /// <param name="image">What must be signed.</param>
    /// <param name="layer">The digest that the manifest gives the payload.</param>
    /// <param name="payload">The payload as the registry gave it out.</param>
    /// <param name="signature">The annotation's text, or null where there is none.</param>
    public static SignatureTrial Try(VerificationKey key, Digest image, Digest layer, ReadOnlyMemory<byte> payload, string? signature)
    {
        if (ContentDigest.Of(payload.Span) is var hashed && hashed != layer)
            return Refused($"its payload was changed: it is {hashed.Short}, and its manifest says {layer.Short}");

        using var document = SignedJson.Read(payload);
        if (document is null)
            return Refused("its payload is no JSON");

        var claim = document.RootElement.TextAt("critical", "image", "docker-manifest-digest");
        if (!Digest.TryParse(claim, out var claimed))
            return Refused($"its payload names {Excerpt.Of(claim)}, which is no digest");
        if (claimed != image)
            return Refused($"it signs another image, {claimed.Short}");
        if (document.RootElement.TextAt("critical", "type") is not Type and var type)
            return Refused($"its payload is of type {Excerpt.Of(type)}");
        if (SignedJson.Base64(signature) is not { } bytes)
            return Refused("it is not there, or not base64");

        return key.Verifies(payload.Span, bytes)
            ? new SignatureTrial.Verified("cosign signature")
            : Refused("another key made it, or it was changed");
    }

    private static SignatureTrial.Refused Refused(string why) => new(why);
}
