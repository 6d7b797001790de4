using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace CdAutomation.Domain.Images;

/// <summary>
/// An image as people and tools write it: <c>host/path[:tag][@digest]</c>. Only the digest says what it is; the tag says what it was
/// called when somebody looked.
/// </summary>
public sealed partial record ImageReference
{
    /// <summary>The longest text that can be a reference: name, tag of 128 characters and digest with their separators.</summary>
    public const int LengthMax = 255 + 1 + 128 + 1 + 71;

    /// <summary>A reference of these parts.</summary>
    /// <exception cref="ArgumentException">The tag is none; for text from outside, use <see cref="TryParse"/>.</exception>
    public ImageReference(Repository repository, string? tag, Digest? digest)
    {
        if (tag is not null && !IsTag(tag))
            throw new ArgumentException($"{Excerpt.Of(tag)} is no tag.", nameof(tag));
        (Repository, Tag, Digest) = (repository, tag, digest);
    }

    /// <summary>Where it is kept.</summary>
    public Repository Repository { get; }

    /// <summary>
    /// At most 128 characters of <c>[A-Za-z0-9_.-]</c>, the first neither <c>.</c> nor <c>-</c>; null where none is written.
    /// </summary>
    public string? Tag { get; }

    /// <summary>Null where none is written.</summary>
    public Digest? Digest { get; }

    /// <summary>Whether the text is a tag (OCI distribution specification v1.1, "Pulling manifests", reference as a tag).</summary>
    public static bool IsTag([NotNullWhen(true)] string? text) => text is not null && TagPattern().IsMatch(text);

    /// <summary>
    /// Reads a reference; the tag is what follows the last <c>:</c> after the last <c>/</c>, so a port is never taken for one.
    /// </summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out ImageReference? reference)
    {
        reference = null;
        if (text is null || text.Length > LengthMax)
            return false;

        Digest? digest = null;
        if (text.IndexOf('@', StringComparison.Ordinal) is var at and >= 0)
        {
            if (!Images.Digest.TryParse(text[(at + 1)..], out var read))
                return false;
            (digest, text) = (read, text[..at]);
        }

        string? tag = null;
        if (text.LastIndexOf(':') is var colon && colon > text.LastIndexOf('/'))
        {
            tag = text[(colon + 1)..];
            if (!IsTag(tag))
                return false;
            text = text[..colon];
        }

        if (!Repository.TryParse(text, out var repository))
            return false;

        reference = new ImageReference(repository, tag, digest);
        return true;
    }

    /// <summary>Reads a reference that must be one.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static ImageReference Parse(string text) => TryParse(text, out var reference)
        ? reference
        : throw new FormatException($"{Excerpt.Of(text)} is no image reference: host/path[:tag][@sha256:…] is.");

    /// <summary>The text that reads back as this reference.</summary>
    public override string ToString() =>
        $"{Repository}{(Tag is null ? "" : $":{Tag}")}{(Digest is null ? "" : $"@{Digest}")}";

    [GeneratedRegex(@"^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex TagPattern();
}
