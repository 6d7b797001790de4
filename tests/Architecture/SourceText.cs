using System.Text.RegularExpressions;

namespace CdAutomation.Architecture;

/// <summary>Searches in source files.</summary>
internal static class SourceText
{
    /// <summary>Lines that match, as <c>file:line: text</c>.</summary>
    public static IEnumerable<string> Search(IEnumerable<string> files, Regex pattern) =>
        from file in files
        from line in Repository.Lines(file).Select((text, index) => (Text: text, Number: index + 1))
        where pattern.IsMatch(line.Text)
        select $"{file}:{line.Number}: {Shortened(line.Text)}";

    /// <summary>The line, or nothing where it is a comment or a directive: words in them are not uses.</summary>
    public static string OnlyCode(string line) => line.TrimStart() is ['/', '/', ..] or ['#', ..] ? "" : line;

    /// <summary>The text from an opening brace to the one that closes it; to the end where none does.</summary>
    public static string Block(string text, int from)
    {
        var start = text.IndexOf('{', from);
        if (start < 0) return "";
        var depth = 0;
        for (var at = start; at < text.Length; at++)
        {
            depth += text[at] switch { '{' => 1, '}' => -1, _ => 0 };
            if (depth == 0) return text[start..(at + 1)];
        }

        return text[start..];
    }

    public static int LineAt(string text, int position) => text.AsSpan(0, position).Count('\n') + 1;

    private static string Shortened(string line) => line.Trim() is { Length: > 120 } it ? it[..120] + "…" : line.Trim();
}
