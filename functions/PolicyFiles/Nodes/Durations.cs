using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace CdAutomation.PolicyFiles.Nodes;

/// <summary>Spans of time as policies write them: <c>1h30m</c>, or ISO 8601 without what has no fixed length, <c>PT1H30M</c>.</summary>
internal static class Durations
{
    /// <summary>For the schema: units in falling order, or ISO 8601.</summary>
    public const string Pattern =
        "(?:[0-9]{1,9}d)?(?:[0-9]{1,9}h)?(?:[0-9]{1,9}m)?(?:[0-9]{1,9}s)?(?:[0-9]{1,9}ms)?"
        + "|P(?:[0-9]{1,9}W)?(?:[0-9]{1,9}D)?(?:T(?:[0-9]{1,9}H)?(?:[0-9]{1,9}M)?(?:[0-9]{1,9}S)?)?";

    // More digits are no span that a policy means, and fewer cannot overflow.
    private const int DigitsMax = 9;

    private static readonly (string Unit, TimeSpan Length)[] Short =
    [
        ("d", TimeSpan.FromDays(1)), ("h", TimeSpan.FromHours(1)), ("m", TimeSpan.FromMinutes(1)), ("s", TimeSpan.FromSeconds(1)),
        ("ms", TimeSpan.FromMilliseconds(1)),
    ];

    private static readonly (string Unit, TimeSpan Length)[] IsoDates = [("W", TimeSpan.FromDays(7)), ("D", TimeSpan.FromDays(1))];

    private static readonly (string Unit, TimeSpan Length)[] IsoTimes =
        [("H", TimeSpan.FromHours(1)), ("M", TimeSpan.FromMinutes(1)), ("S", TimeSpan.FromSeconds(1))];

    /// <summary>Reads a span, or says what is wrong with it, to follow the text in a sentence.</summary>
    public static bool TryRead(string text, out TimeSpan span, [NotNullWhen(false)] out string? why)
    {
        (span, why) = (default, null);
        if (text[0] is '-' or '+')
            why = text[0] == '-' ? "which is negative" : "where a span has no sign";
        else if (text.All(char.IsAsciiDigit))
            why = $"a bare number without a unit; write e.g. '{(text.Length > DigitsMax ? "30" : text)}m' for minutes";
        else if (!(text[0] == 'P' ? Iso(text.AsSpan(1), out span) : Take(text, Short, out span)))
            why = "where a span is needed: d, h, m, s, ms in this order, each once and whole, e.g. 30m or 1h30m, or ISO 8601 such as PT30M";
        return why is null;
    }

    /// <summary>The one way in which the canonical form writes a span; what is below a millisecond is left out.</summary>
    public static string Write(TimeSpan span)
    {
        if (span < TimeSpan.FromMilliseconds(1))
            return "0s";
        var text = new StringBuilder();
        foreach (var (unit, length) in Short)
        {
            var count = span.Ticks / length.Ticks;
            if (count > 0)
                text.Append(CultureInfo.InvariantCulture, $"{count}{unit}");
            span -= length * count;
        }
        return text.ToString();
    }

    private static bool Iso(ReadOnlySpan<char> text, out TimeSpan span)
    {
        var times = default(TimeSpan);
        var split = text.IndexOf('T');
        var dates = split < 0 ? text : text[..split];
        span = default;
        if (text.IsEmpty || (!dates.IsEmpty && !Take(dates, IsoDates, out span)) || (split >= 0 && !Take(text[(split + 1)..], IsoTimes, out times)))
            return false;
        span += times;
        return true;
    }

    /// <summary>Numbers with units in falling order; at least one, and nothing else.</summary>
    private static bool Take(ReadOnlySpan<char> text, (string Unit, TimeSpan Length)[] units, out TimeSpan span)
    {
        span = default;
        var next = 0;
        while (!text.IsEmpty)
        {
            var digits = text.IndexOfAnyExceptInRange('0', '9');
            if (digits is <= 0 or > DigitsMax)
                return false;
            var amount = int.Parse(text[..digits], NumberStyles.None, CultureInfo.InvariantCulture);
            text = text[digits..];

            var letters = text.IndexOfAnyInRange('0', '9') is var end and >= 0 ? end : text.Length;
            while (next < units.Length && !text[..letters].SequenceEqual(units[next].Unit))
                next++;
            if (next == units.Length)
                return false;
            span += Times(units[next++].Length, amount);
            text = text[letters..];
        }
        return next > 0;
    }

    // What is beyond every bound of the language is cut there, so that no sum overflows.
    private static TimeSpan Times(TimeSpan length, int amount)
    {
        var most = TimeSpan.FromDays(1_000_000);
        return amount > most / length ? most : length * amount;
    }
}
