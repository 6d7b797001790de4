using System.Text.RegularExpressions;

namespace CdAutomation.PolicyFiles.Nodes;

/// <summary>What YAML 1.2 reads as a number (core schema, section 10.3.2).</summary>
internal static partial class Numbers
{
    /// <summary>Whether an unquoted value is a number.</summary>
    public static bool Matches(string text) => Pattern().IsMatch(text);

    [GeneratedRegex(
        @"^(?:[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|0o[0-7]+|0x[0-9a-fA-F]+" +
        @"|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))\z",
        RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
