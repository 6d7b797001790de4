using System.Globalization;

namespace CdAutomation.Domain.Images;

/// <summary>Text from outside, made fit to stand in a sentence: quoted, short, and of one line.</summary>
public static class Excerpt
{
    private const int LengthMax = 120;

    /// <summary>
    /// The text between single quotes; what is not visible becomes <c>?</c>, and what is beyond 120 characters is left out.
    /// </summary>
    /// <param name="text">Anything; null reads as <c>nothing</c>.</param>
    public static string Of(string? text)
    {
        if (text is null)
            return "nothing";

        var cut = text.Length > LengthMax;
        var shown = string.Create(Math.Min(text.Length, LengthMax), text, static (span, source) =>
        {
            for (var i = 0; i < span.Length; i++)
                span[i] = BreaksLine(source[i]) ? '?' : source[i];
        });
        return cut ? $"'{shown}…'" : $"'{shown}'";
    }

    // Whatever a terminal, a log or a reader would not show as one character in its place, direction marks included.
    private static bool BreaksLine(char letter) => char.GetUnicodeCategory(letter) is UnicodeCategory.Control or UnicodeCategory.Format
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate;
}
