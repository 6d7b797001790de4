namespace CdAutomation.GoogleCloud.Calls;

/// <summary>Text of an API, made fit to stand in one of our sentences.</summary>
internal static class Sentences
{
    private const int LengthMax = 300;

    /// <summary>The text on one line, without its full stop, at most 300 characters long.</summary>
    public static string OneLine(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
            return "no message";

        var words = string.Create(Math.Min(text.Length, LengthMax), text, static (span, source) =>
        {
            for (var i = 0; i < span.Length; i++)
                span[i] = char.IsControl(source[i]) ? ' ' : char.IsSurrogate(source[i]) ? '?' : source[i];
        });
        return text.Length > LengthMax ? words.Trim() + "…" : words.Trim().TrimEnd('.');
    }
}
