using System.Security.Cryptography;
using CdAutomation.Domain.Images;

namespace CdAutomation.Domain.Gates.Signatures;

/// <summary>
/// A public key that verifies cosign's signatures: ECDSA on P-256 with SHA-256 (what <c>cosign generate-key-pair</c> makes), ECDSA on P-384
/// with SHA-384 or SHA-256, and RSA of 2048 to 8192 bits with PKCS#1 v1.5 and SHA-256. Ed25519 is not among them: the base library does
/// not verify it.
/// </summary>
public sealed class VerificationKey
{
    private const int PemMax = 16 * 1024;
    private const string P256 = "1.2.840.10045.3.1.7";
    private const string P384 = "1.3.132.0.34";
    private const string Ways = "ECDSA on P-256 or P-384 and RSA of 2048 to 8192 bits are";
    private readonly byte[] _info;
    private readonly Scheme _scheme;

    private VerificationKey(byte[] info, Scheme scheme) => (_info, _scheme) = (info, scheme);

    private enum Scheme
    {
        EcdsaP256,
        EcdsaP384,
        Rsa,
    }

    /// <summary>Reads <c>-----BEGIN PUBLIC KEY-----</c> (RFC 7468 section 13), the only block of the text.</summary>
    /// <param name="pem">The key file's text.</param>
    public static Parsed<VerificationKey> Read(string? pem)
    {
        if (pem is not { Length: > 0 and <= PemMax })
            return Refused($"it has {pem?.Length ?? 0} characters, and 1 to {PemMax} are read");
        if (!PemEncoding.TryFind(pem, out var block))
            return Refused("it holds no PEM block");

        // The label comes first: a private key that was put there by mistake must not be quoted, used or praised.
        if (pem[block.Label] is not "PUBLIC KEY" and var label)
            return Refused($"it holds {Excerpt.Of(label)}, and 'PUBLIC KEY' is wanted");
        if (PemEncoding.TryFind(pem.AsSpan(block.Location.End.Value), out _))
            return Refused("it holds several PEM blocks, and one is wanted");

        var info = Convert.FromBase64String(pem[block.Base64Data]);
        return SchemeOf(info) is { } scheme ? new VerificationKey(info, scheme) : Refused($"it is of no kind that is verified: {Ways}");
    }

    /// <summary>Whether the key's owner signed these bytes. A malformed signature is one that does not verify.</summary>
    /// <param name="data">What was signed.</param>
    /// <param name="signature">DER of r and s for ECDSA, the plain number for RSA.</param>
    public bool Verifies(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature) =>
        VerifiesHash(SHA256.HashData(data), signature)
        || _scheme is Scheme.EcdsaP384 && VerifiesHash(SHA384.HashData(data), signature);

    /// <summary>Whether the key's owner signed the bytes that have this hash.</summary>
    /// <param name="hash">SHA-256; for P-384, SHA-384 too.</param>
    /// <param name="signature">DER of r and s for ECDSA, the plain number for RSA.</param>
    public bool VerifiesHash(ReadOnlySpan<byte> hash, ReadOnlySpan<byte> signature)
    {
        try
        {
            if (_scheme is Scheme.Rsa)
            {
                using var rsa = RSA.Create();
                rsa.ImportSubjectPublicKeyInfo(_info, out _);
                return rsa.VerifyHash(hash, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
            }

            using var ecdsa = ECDsa.Create();
            ecdsa.ImportSubjectPublicKeyInfo(_info, out _);
            return ecdsa.VerifyHash(hash, signature, DSASignatureFormat.Rfc3279DerSequence);
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    private static Reason Refused(string why) => new("signature.key", $"this is no key to verify with: {why}");

    private static Scheme? SchemeOf(byte[] info) => EcdsaSchemeOf(info) ?? RsaSchemeOf(info);

    private static Scheme? EcdsaSchemeOf(byte[] info)
    {
        try
        {
            using var key = ECDsa.Create();
            key.ImportSubjectPublicKeyInfo(info, out var read);
            var curve = key.ExportParameters(includePrivateParameters: false).Curve;
            return read != info.Length || !curve.IsNamed ? null : curve.Oid.Value switch
            {
                P256 => Scheme.EcdsaP256,
                P384 => Scheme.EcdsaP384,
                _ => null,
            };
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private static Scheme? RsaSchemeOf(byte[] info)
    {
        try
        {
            using var key = RSA.Create();
            key.ImportSubjectPublicKeyInfo(info, out var read);
            return read == info.Length && key.KeySize is >= 2048 and <= 8192 ? Scheme.Rsa : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
