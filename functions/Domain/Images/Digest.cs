using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace CdAutomation.Domain.Images;

/// <summary>
/// What an image is, whatever it is called: <c>sha256:</c> and 64 lower-case hexadecimal digits (OCI image specification, descriptor,
/// "Digests"). Other algorithms are refused: Artifact Registry and Cloud Run know only this one.
/// </summary>
/// <remarks><c>default</c> is no digest: it equals only itself and prints <c>none</c>.</remarks>
public readonly record struct Digest : IComparable<Digest>
{
    private const string Algorithm = "sha256:";
    private const int HexLength = 64;
    private const int ShortLength = 12;
    private const int PrefixMin = 4;

    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    private readonly string? _value;

    private Digest(string value) => _value = value;

    /// <summary>The whole of it, e.g. <c>sha256:9f86d0…</c>.</summary>
    public string Value => _value ?? "none";

    /// <summary>The first twelve hexadecimal digits, for people; never to be compared or deployed.</summary>
    public string Short => _value?.Substring(Algorithm.Length, ShortLength) ?? "none";

    /// <summary>Reads a digest that stands alone, without a repository before it.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out Digest digest)
    {
        digest = default;
        if (text is null || text.Length != Algorithm.Length + HexLength || !text.StartsWith(Algorithm, StringComparison.Ordinal))
            return false;
        if (text.AsSpan(Algorithm.Length).ContainsAnyExcept(HexDigits))
            return false;

        digest = new Digest(text);
        return true;
    }

    /// <summary>Reads a digest that must be one.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static Digest Parse(string text) => TryParse(text, out var digest)
        ? digest
        : throw new FormatException($"{Excerpt.Of(text)} is no digest: sha256: and 64 lower-case hexadecimal digits are.");

    /// <summary>Whether somebody names it by its beginning: four hexadecimal digits or more, with or without <c>sha256:</c> before them.</summary>
    public bool IsNamedBy(string text) => text.Length >= PrefixMin
        && Value.StartsWith(text.StartsWith(Algorithm, StringComparison.Ordinal) ? text : Algorithm + text, StringComparison.Ordinal);

    /// <summary>Ordinal, so that lists are the same everywhere; it says nothing about age.</summary>
    public int CompareTo(Digest other) => string.CompareOrdinal(_value, other._value);

    /// <inheritdoc/>
    public override string ToString() => Value;

    /// <summary>Ordinal order.</summary>
    public static bool operator <(Digest left, Digest right) => left.CompareTo(right) < 0;

    /// <summary>Ordinal order.</summary>
    public static bool operator >(Digest left, Digest right) => left.CompareTo(right) > 0;

    /// <summary>Ordinal order.</summary>
    public static bool operator <=(Digest left, Digest right) => left.CompareTo(right) <= 0;

    /// <summary>Ordinal order.</summary>
    public static bool operator >=(Digest left, Digest right) => left.CompareTo(right) >= 0;
}
