using System.Security.Cryptography;
using CdAutomation.Domain.Images;

namespace CdAutomation.Domain.Gates.Signatures;

/// <summary>The digest that content has, whatever it is told to have.</summary>
public static class ContentDigest
{
    /// <summary>SHA-256 of the bytes.</summary>
    public static Digest Of(ReadOnlySpan<byte> content) => Digest.Parse($"sha256:{Convert.ToHexStringLower(SHA256.HashData(content))}");

    /// <summary>The hexadecimal digits of a digest, without its algorithm.</summary>
    public static string HexOf(Digest digest) => digest.Value["sha256:".Length..];
}
