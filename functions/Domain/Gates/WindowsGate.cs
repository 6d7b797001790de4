using System.Collections.Immutable;
using System.Globalization;
using CdAutomation.Domain.Images;

namespace CdAutomation.Domain.Gates;

/// <summary>Is this an hour at which releases go? Windows that allow are a union; one that denies always wins.</summary>
public static class WindowsGate
{
    /// <summary>Looks at the wall clocks, and ahead to the exact instant at which the answer changes.</summary>
    /// <param name="gate">What is asked.</param>
    /// <param name="now">The instant.</param>
    public static Verdict Judge(Gate.Windows gate, DateTimeOffset now)
    {
        if (gate.All.FirstOrDefault(window => !WindowSchedule.Exists(window.TimeZone)) is { } lost)
        {
            return new(gate.Name, Finding.Unknown, new(
                "windows.zone", $"no time zone is known as {Excerpt.Of(lost.TimeZone)}, so nobody can say when that window is open"));
        }

        var line = new WindowTimeline(gate.All, now);
        return line.IsOpen ? Open(gate, line) : Closed(gate, line, now);
    }

    /// <summary>For people: a window as policies write it.</summary>
    internal static string Describe(Window window)
    {
        var when = window.Schedule.Match(
            weekly: it => string.Create(CultureInfo.InvariantCulture, $"{Days(it.Days)} {it.From:HH:mm}-{it.To:HH:mm}"),
            once: it => string.Create(CultureInfo.InvariantCulture, $"{it.From:yyyy-MM-dd HH:mm} to {it.To:yyyy-MM-dd HH:mm}"));
        var why = window.Reason is null ? "" : $" ({Excerpt.Of(window.Reason)})";
        return $"{when} {window.TimeZone}{why}";
    }

    private static Verdict Open(Gate.Windows gate, WindowTimeline line)
    {
        var allow = First(gate, line, WindowKind.Allow);
        var what = allow is null ? "no window denies it" : $"window {Describe(allow)} allows it";
        var until = line.Flip();
        var shown = until is { } at && (First(gate, line, WindowKind.Deny) ?? allow) is { } named
            ? $"until {Instants.Wall(at, WindowSchedule.Zone(named.TimeZone))}{Closing(gate, line)}"
            : line.Horizon is { } horizon ? $"until {Instants.Utc(horizon)} at least" : "and none closes it any more";
        return new(gate.Name, Finding.Pass, new("windows.open", $"{what}, {shown}"), until ?? line.Horizon);
    }

    private static Verdict Closed(Gate.Windows gate, WindowTimeline line, DateTimeOffset now)
    {
        var deny = First(gate, line, WindowKind.Deny);
        var (code, what) = deny is null
            ? ("windows.closed", "no window that allows is open")
            : ("windows.denied", $"window {Describe(deny)} denies it");

        if (line.Flip() is { } opens)
        {
            var allow = First(gate, line, WindowKind.Allow);
            var next = $"opens {Instants.Wall(opens, WindowSchedule.Zone((allow ?? deny)!.TimeZone))}";
            var by = allow is null ? $"it {next}" : $"window {Describe(allow)} {next}";
            return new(gate.Name, Finding.Hold, new(code, $"{what}; {by}"), opens);
        }

        var allows = gate.All.Where(window => window.Kind == WindowKind.Allow).ToImmutableArray();
        if (line.Horizon is not { } horizon || (allows.Length > 0 && allows.All(window => WindowSchedule.IsOver(window.Schedule, horizon))))
        {
            var last = allows.MaxBy(window => ((Schedule.Once)window.Schedule).To);
            return new(gate.Name, Finding.Hold, new(
                "windows.over", $"no window lets a release go after {Instants.Utc(now)} any more; the last that allows is {Describe(last!)}"));
        }

        return new(gate.Name, Finding.Hold, new(
            code, $"{what}, and as far as was looked, until {Instants.Utc(horizon)}, no release goes"), horizon);
    }

    private static string Closing(Gate.Windows gate, WindowTimeline line) =>
        First(gate, line, WindowKind.Deny) is { } deny ? $", when window {Describe(deny)} begins to deny it" : "";

    private static Window? First(Gate.Windows gate, WindowTimeline line, WindowKind kind) =>
        line.Open(kind).Select(index => gate.All[index]).FirstOrDefault();

    /// <summary>From Monday, as weeks are written in policies: three or more in a row as a range.</summary>
    private static string Days(IEnumerable<DayOfWeek> days)
    {
        var numbers = days.Select(day => ((int)day + 6) % 7).Order().ToImmutableArray();
        static string Name(int day) => ((DayOfWeek)((day + 1) % 7)).ToString()[..3].ToLowerInvariant();
        return numbers is [var first, _, .., var last] && numbers.Length > 2 && last - first == numbers.Length - 1
            ? $"{Name(first)}-{Name(last)}"
            : string.Join(',', numbers.Select(Name));
    }
}
