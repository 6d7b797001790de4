using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace CdAutomation.Domain.Policies;

/// <summary>
/// A decimal number of any length, compared digit by digit: build numbers and dates with times have more digits than a floating-point
/// number can tell apart. Exponents and hexadecimal digits make it no number; <c>1e3456</c> is a commit, not a thousand.
/// </summary>
internal sealed partial class DecimalNumber : IComparable<DecimalNumber>
{
    private readonly bool _negative;
    private readonly string _whole;
    private readonly string _fraction;

    private DecimalNumber(bool negative, string whole, string fraction) =>
        (_negative, _whole, _fraction) = (negative && (whole.Length > 0 || fraction.Length > 0), whole, fraction);

    /// <summary>Reads a sign, digits and a fraction, e.g. <c>20260101</c>, <c>-1.50</c>, <c>.5</c>.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out DecimalNumber? number)
    {
        number = Shape().Match(text) is { Success: true } match
            ? new(
                match.Groups["sign"].Value is "-",
                match.Groups["whole"].Value.TrimStart('0'),
                match.Groups["fraction"].Value.TrimEnd('0'))
            : null;
        return number is not null;
    }

    /// <summary>By value: <c>1.0</c> and <c>01</c> are equal, and so are <c>-0</c> and <c>0</c>.</summary>
    public int CompareTo(DecimalNumber? other)
    {
        if (other is null)
            return 1;
        if (_negative != other._negative)
            return _negative ? -1 : 1;
        return _negative ? -Magnitude(this, other) : Magnitude(this, other);
    }

    private static int Magnitude(DecimalNumber left, DecimalNumber right) =>
        left._whole.Length != right._whole.Length ? left._whole.Length.CompareTo(right._whole.Length)
        : string.CompareOrdinal(left._whole, right._whole) is var whole and not 0 ? Math.Sign(whole)
        : Math.Sign(string.CompareOrdinal(left._fraction, right._fraction));

    [GeneratedRegex(@"^(?<sign>[+-]?)(?:(?<whole>[0-9]+)(?:\.(?<fraction>[0-9]*))?|\.(?<fraction>[0-9]+))\z",
        RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex Shape();
}
