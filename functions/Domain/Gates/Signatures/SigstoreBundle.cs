using System.Globalization;
using System.Text;
using System.Text.Json;
using CdAutomation.Domain.Images;

namespace CdAutomation.Domain.Gates.Signatures;

/// <summary>
/// cosign's signatures from version 3 on (cosign, BUNDLE_SPEC.md; sigstore_bundle.proto): a Sigstore bundle that refers to the image. It holds
/// a DSSE envelope around an in-toto statement, or a plain signature of the image's manifest. Certificates and log entries in it are not
/// looked at: the key that the policy keeps is all that is trusted.
/// </summary>
public static class SigstoreBundle
{
    /// <summary>Media type of a bundle, and the type of the artifact that carries it.</summary>
    public const string MediaType = "application/vnd.dev.sigstore.bundle.v0.3+json";

    private const string OlderMediaType = "application/vnd.dev.sigstore.bundle+json;version=0.";
    private const string PayloadType = "application/vnd.in-toto+json";
    private const string SignPredicate = "https://sigstore.dev/cosign/sign/v1";
    private const string Form = "Sigstore bundle";
    private const int EnvelopeSignaturesMax = 5;
    private static readonly string[] StatementTypes = ["https://in-toto.io/Statement/v1", "https://in-toto.io/Statement/v0.1"];

    /// <summary>The tag under which what refers to an image is listed where the registry cannot list it itself (OCI distribution
    /// specification v1.1, "Referrers Tag Schema").</summary>
    public static string TagOf(Digest image) => $"sha256-{ContentDigest.HexOf(image)}";

    /// <summary>Tries one bundle.</summary>
    /// <param name="key">Who must have signed.</param>
    /// <param name="image">What must be signed.</param>
    /// <param name="layer">The digest that the manifest gives the bundle.</param>
    /// <param name="bundle">The bundle as the registry gave it out.</param>
    public static SignatureTrial Try(VerificationKey key, Digest image, Digest layer, ReadOnlyMemory<byte> bundle)
    {
        if (ContentDigest.Of(bundle.Span) is var hashed && hashed != layer)
            return Refused($"its bundle was changed: it is {hashed.Short}, and its manifest says {layer.Short}");

        using var document = SignedJson.Read(bundle);
        if (document is null)
            return Refused("its bundle is no JSON");

        var root = document.RootElement;
        if (root.TextAt("mediaType") is var type && !IsBundle(type))
            return Refused($"its bundle is of type {Excerpt.Of(type)}");

        // One of the two (sigstore_bundle.proto, oneof content): with both, tools would disagree on what was signed.
        return (root.At("dsseEnvelope"), root.At("messageSignature")) switch
        {
            ({ } envelope, null) => TryEnvelope(key, image, envelope),
            (null, { } message) => TryMessage(key, image, message),
            _ => Refused("its bundle holds no single content"),
        };
    }

    /// <summary>The bytes that a DSSE signature is made over (Dead Simple Signing Envelope v1.0.2, "PAE").</summary>
    public static byte[] PreAuthenticationEncoding(string payloadType, ReadOnlySpan<byte> payload)
    {
        var type = Encoding.UTF8.GetByteCount(payloadType);
        var head = string.Create(CultureInfo.InvariantCulture, $"DSSEv1 {type} {payloadType} {payload.Length} ");
        return [.. Encoding.UTF8.GetBytes(head), .. payload];
    }

    private static SignatureTrial TryEnvelope(VerificationKey key, Digest image, JsonElement envelope)
    {
        if (envelope.TextAt("payloadType") is not PayloadType and var type)
            return Refused($"its envelope holds {Excerpt.Of(type)}, and {PayloadType} is wanted");
        if (SignedJson.Base64(envelope.TextAt("payload")) is not { } payload)
            return Refused("its envelope holds no payload, or not in base64");

        using var statement = SignedJson.Read(payload);
        if (statement is null || !StatementTypes.Contains(statement.RootElement.TextAt("_type")))
            return Refused("its envelope holds no in-toto statement");
        if (statement.RootElement.TextAt("predicateType") != SignPredicate)
            return new SignatureTrial.Other();
        if (!Names(statement.RootElement, image))
            return Refused("it signs another image");

        var signed = PreAuthenticationEncoding(PayloadType, payload);
        var verified = envelope.ItemsAt("signatures").Take(EnvelopeSignaturesMax)
            .Any(one => SignedJson.Base64(one.TextAt("sig")) is { } signature && key.Verifies(signed, signature));
        return verified ? new SignatureTrial.Verified(Form) : Refused("another key made it, or it was changed");
    }

    private static SignatureTrial TryMessage(VerificationKey key, Digest image, JsonElement message)
    {
        // The digest that the bundle repeats is a hint for finding it; the image's own is what is verified.
        var hint = SignedJson.Base64(message.TextAt("messageDigest", "digest"));
        var hash = Convert.FromHexString(ContentDigest.HexOf(image));
        if (hint is not null && message.TextAt("messageDigest", "algorithm") is "SHA2_256" && !hint.AsSpan().SequenceEqual(hash))
            return Refused("it signs another image");
        if (SignedJson.Base64(message.TextAt("signature")) is not { } signature)
            return Refused("it is not there, or not base64");

        return key.VerifiesHash(hash, signature)
            ? new SignatureTrial.Verified(Form)
            : Refused("another key made it, or it was changed");
    }

    // Tools that write plain signatures still name the version before, whose content is the same.
    private static bool IsBundle(string? type) => type is MediaType || type?.StartsWith(OlderMediaType, StringComparison.Ordinal) is true;

    private static bool Names(JsonElement statement, Digest image) =>
        statement.ItemsAt("subject").Any(subject => subject.TextAt("digest", "sha256") == ContentDigest.HexOf(image));

    private static SignatureTrial.Refused Refused(string why) => new(why);
}
