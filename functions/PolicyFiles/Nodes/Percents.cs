using System.Globalization;

namespace CdAutomation.PolicyFiles.Nodes;

/// <summary>Shares as policies write them: <c>1%</c>, <c>0.5%</c>.</summary>
internal static class Percents
{
    /// <summary>For the schema: digits, at most six of them after the point, and the sign.</summary>
    public const string Pattern = @"(?:[0-9]{1,2}(?:\.[0-9]{1,6})?|100(?:\.0{1,6})?)%";

    /// <summary>From 0 to 1; null where the text is no share.</summary>
    public static decimal? TryRead(string text) =>
        text.Length is >= 2 and <= 12 && text[^1] == '%' && text[0] is >= '0' and <= '9' && text[^2] is >= '0' and <= '9'
            && text.IndexOf('.', StringComparison.Ordinal) is var point && (point < 0 ? text.Length <= 4 : point <= 3 && text.Length - point <= 8)
            && decimal.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent)
            && percent <= 100
                ? percent / 100
                : null;

    /// <summary>The shortest text that reads as the share.</summary>
    public static string Write(decimal share) => (share * 100).ToString("0.######", CultureInfo.InvariantCulture) + "%";
}
