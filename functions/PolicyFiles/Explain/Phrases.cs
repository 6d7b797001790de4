using System.Globalization;

namespace CdAutomation.PolicyFiles.Explain;

/// <summary>Spans, dates, numbers and lists as people say them.</summary>
internal static class Phrases
{
    private static readonly (TimeSpan Length, string Name)[] Units =
    [
        (TimeSpan.FromDays(1), "day"), (TimeSpan.FromHours(1), "hour"), (TimeSpan.FromMinutes(1), "minute"),
        (TimeSpan.FromSeconds(1), "second"), (TimeSpan.FromMilliseconds(1), "millisecond"),
    ];

    /// <summary><c>1 hour 30 minutes</c></summary>
    public static string Span(TimeSpan span)
    {
        var parts = new List<string>();
        foreach (var (length, name) in Units)
        {
            var count = span.Ticks / length.Ticks;
            if (count > 0)
                parts.Add(Count(count, name));
            span -= length * count;
        }
        return parts is [] ? "no time" : string.Join(' ', parts);
    }

    /// <summary><c>hour</c>, <c>2 hours</c>: after "per" or "every".</summary>
    public static string Per(TimeSpan span) => Span(span) is var text && text.StartsWith("1 ", StringComparison.Ordinal) && text.AsSpan().Count(' ') == 1
        ? text[2..]
        : text;

    /// <summary><c>1 approval</c>, <c>2 approvals</c></summary>
    public static string Count(long count, string name) => $"{count} {name}{(count == 1 ? "" : "s")}";

    /// <summary><c>28 December 2026</c>, with the time where it is not midnight.</summary>
    public static string Date(DateTime time) =>
        time.ToString(time.TimeOfDay == default ? "d MMMM yyyy" : "d MMMM yyyy HH:mm", CultureInfo.InvariantCulture);

    /// <summary><c>a, b and c</c></summary>
    public static string And(IEnumerable<string> items) => Join(items, "and");

    /// <summary><c>a, b or c</c></summary>
    public static string Or(IEnumerable<string> items) => Join(items, "or");

    private static string Join(IEnumerable<string> items, string word)
    {
        var all = items.ToArray();
        return all is [.. var first, var last] && first is not [] ? $"{string.Join(", ", first)} {word} {last}" : string.Concat(all);
    }
}
