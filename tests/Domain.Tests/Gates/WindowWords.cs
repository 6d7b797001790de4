using System.Collections.Immutable;
using System.Globalization;
using CdAutomation.Domain.Gates;

namespace CdAutomation.Domain.Tests.Gates;

/// <summary>The words in which stories of windows are told.</summary>
internal static class WindowWords
{
    public const string Daily = "mon-sun";

    public static Verdict Judge(string now, params ImmutableArray<Window> windows) => WindowsGate.Judge(new(windows), At(now));

    /// <summary>Follows each verdict to its next look.</summary>
    public static IEnumerable<DateTimeOffset> Flips(string now, int count, params ImmutableArray<Window> windows)
    {
        var at = At(now);
        for (var index = 0; index < count; index++)
            yield return at = WindowsGate.Judge(new(windows), at).NextLook!.Value;
    }

    public static Window Allow(string days, string from, string to, string zone) => new(WindowKind.Allow, Weekly(days, from, to), zone, null);

    public static Window Deny(string days, string from, string to, string zone, string? reason = null) => new(WindowKind.Deny, Weekly(days, from, to), zone, reason);

    public static Window Once(WindowKind kind, string from, string to, string zone, string? reason = null) =>
        new(kind, new Schedule.Once(DateTime.Parse(from, CultureInfo.InvariantCulture), DateTime.Parse(to, CultureInfo.InvariantCulture)), zone, reason);

    public static Schedule.Weekly Weekly(string days, string from, string to) => new(
        [.. days switch
        {
            Daily => Enum.GetValues<DayOfWeek>(),
            "mon-fri" => Enum.GetValues<DayOfWeek>()[1..6],
            _ => days.Split(',').Select(name => Enum.GetValues<DayOfWeek>().Single(day => day.ToString().StartsWith(name, StringComparison.OrdinalIgnoreCase))),
        }],
        TimeOnly.Parse(from, CultureInfo.InvariantCulture),
        TimeOnly.Parse(to, CultureInfo.InvariantCulture));

    public static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
