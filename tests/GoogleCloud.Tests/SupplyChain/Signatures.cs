using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using CdAutomation.Domain.Images;

namespace CdAutomation.GoogleCloud.Tests.SupplyChain;

/// <summary>What cosign writes, written here from its specifications and not by the code under test.</summary>
internal static class Signatures
{
    public const string SimpleSigning = "application/vnd.dev.cosign.simplesigning.v1+json";
    public const string Bundle = "application/vnd.dev.sigstore.bundle.v0.3+json";
    public const string SignPredicate = "https://sigstore.dev/cosign/sign/v1";

    public static Digest DigestOf(byte[] content) => Digest.Parse($"sha256:{Convert.ToHexStringLower(SHA256.HashData(content))}");

    public static string HexOf(Digest digest) => digest.Value["sha256:".Length..];

    /// <summary>cosign, SIGNATURE_SPEC.md, "Simple Signing".</summary>
    public static byte[] Payload(Digest image, string reference = "acme/app/web", string type = "cosign container image signature") => Encoding.UTF8.GetBytes(
        $$$"""{"critical":{"identity":{"docker-reference":"{{{reference}}}"},"image":{"docker-manifest-digest":"{{{image}}}"},"type":"{{{type}}}"},"optional":null}""");

    public static byte[] Statement(Digest image, string predicate = SignPredicate) => Encoding.UTF8.GetBytes(
        $$$"""{"_type":"https://in-toto.io/Statement/v1","subject":[{"digest":{"sha256":"{{{HexOf(image)}}}"}}],"predicateType":"{{{predicate}}}","predicate":{}}""");

    /// <summary>Dead Simple Signing Envelope, "PAE".</summary>
    public static byte[] Encoded(byte[] statement, string type = "application/vnd.in-toto+json") =>
        [.. Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"DSSEv1 {type.Length} {type} {statement.Length} ")), .. statement];

    public static byte[] DsseBundle(SigningKey key, byte[] statement) => DsseBundle(statement, key.Sign(Encoded(statement)));

    public static byte[] DsseBundle(byte[] statement, byte[] signature) => Encoding.UTF8.GetBytes($$$"""
        {"mediaType":"{{{Bundle}}}","verificationMaterial":{"publicKey":{"hint":"k"}},
         "dsseEnvelope":{"payload":"{{{Convert.ToBase64String(statement)}}}","payloadType":"application/vnd.in-toto+json",
          "signatures":[{"sig":"{{{Convert.ToBase64String(signature)}}}"}]}}
        """);

    public static byte[] MessageBundle(SigningKey key, byte[] manifest) => MessageBundle(DigestOf(manifest), key.Sign(manifest));

    public static byte[] MessageBundle(Digest image, byte[] signature) => Encoding.UTF8.GetBytes($$$"""
        {"mediaType":"{{{Bundle}}}","verificationMaterial":{"publicKey":{"hint":"k"}},
         "messageSignature":{"messageDigest":{"algorithm":"SHA2_256","digest":"{{{Convert.ToBase64String(Convert.FromHexString(HexOf(image)))}}}"},
          "signature":"{{{Convert.ToBase64String(signature)}}}"}}
        """);
}
