using System.Buffers;
using System.Security.Cryptography;

namespace CdAutomation.LocalCloud.Registry;

/// <summary>A sha256 digest: 64 lower-case hexadecimal digits (OCI image spec v1.1, "Digests").</summary>
internal readonly record struct Digest
{
    private const string Prefix = "sha256:";
    private static readonly SearchValues<char> Hexadecimal = SearchValues.Create("0123456789abcdef");
    private readonly string _hex;

    private Digest(string hex) => _hex = hex;

    public string Hex => _hex;

    public static Digest Of(ReadOnlySpan<byte> content) => new(Convert.ToHexStringLower(SHA256.HashData(content)));

    public static Digest FromHash(ReadOnlySpan<byte> hash) => new(Convert.ToHexStringLower(hash));

    /// <exception cref="RegistryRefusal">DIGEST_INVALID; UNSUPPORTED for the other algorithm that the spec registers.</exception>
    public static Digest Parse(string? text)
    {
        if (text is not null && text.StartsWith(Prefix, StringComparison.Ordinal) && IsHex(text.AsSpan(Prefix.Length), 64))
            return new(text[Prefix.Length..]);
        if (text is not null && text.StartsWith("sha512:", StringComparison.Ordinal) && IsHex(text.AsSpan("sha512:".Length), 128))
            throw RegistryRefusal.Unsupported(400, "sha512 is a valid algorithm, but this registry keeps sha256 digests only");
        throw RegistryRefusal.DigestInvalid("a digest reads sha256: and 64 lower-case hexadecimal digits");
    }

    public override string ToString() => Prefix + _hex;

    private static bool IsHex(ReadOnlySpan<char> text, int length) => text.Length == length && !text.ContainsAnyExcept(Hexadecimal);
}
