using System.Collections.Immutable;
using CdAutomation.Domain.Gates;
using NodaTime;

namespace CdAutomation.Domain.Tests.Gates;

/// <summary>What windows say, worked out the obvious slow way from the machine's own time zones: minute by minute, each minute asked by itself.</summary>
internal static class WindowOracle
{
    /// <summary>Where no window allows, all do; one that denies wins.</summary>
    public static bool IsOpen(ImmutableArray<Window> windows, DateTimeOffset at)
    {
        var allows = windows.Where(window => window.Kind == WindowKind.Allow).ToArray();
        return (allows.Length == 0 || allows.Any(window => IsInside(window, at)))
            && !windows.Any(window => window.Kind == WindowKind.Deny && IsInside(window, at));
    }

    /// <summary>The first whole minute after an instant at which the answer is another; null if there is none within the span.</summary>
    public static DateTimeOffset? Flip(ImmutableArray<Window> windows, DateTimeOffset from, TimeSpan within)
    {
        var before = IsOpen(windows, from);
        var minute = new DateTimeOffset(from.Ticks - from.Ticks % TimeSpan.TicksPerMinute, TimeSpan.Zero);
        for (var at = minute.AddMinutes(1); at <= from + within; at = at.AddMinutes(1))
        {
            if (IsOpen(windows, at) != before)
                return at;
        }

        return null;
    }

    /// <summary>The instants at which the zone's clock is put forward or back between two instants, by the machine's own rules.</summary>
    public static ImmutableArray<DateTimeOffset> Changes(string timeZone, DateTimeOffset from, DateTimeOffset until)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(timeZone);
        var changes = ImmutableArray.CreateBuilder<DateTimeOffset>();
        for (var at = from; at < until; at = at.AddMinutes(30))
        {
            if (zone.GetUtcOffset(at) != zone.GetUtcOffset(at.AddMinutes(-30)))
                changes.Add(at);
        }

        return changes.ToImmutable();
    }

    /// <summary>Whether the machine's rules are those that the product carries, over a span: governments change them between two editions.</summary>
    public static bool Agrees(string timeZone, DateTimeOffset from, DateTimeOffset until)
    {
        var (machine, ours) = (TimeZoneInfo.FindSystemTimeZoneById(timeZone), DateTimeZoneProviders.Tzdb[timeZone]);
        for (var at = from; at < until; at = at.AddMinutes(30))
        {
            if (machine.GetUtcOffset(at) != ours.GetUtcOffset(Instant.FromDateTimeOffset(at)).ToTimeSpan())
                return false;
        }

        return true;
    }

    private static bool IsInside(Window window, DateTimeOffset at)
    {
        var wall = TimeZoneInfo.ConvertTime(at, TimeZoneInfo.FindSystemTimeZoneById(window.TimeZone)).DateTime;
        return window.Schedule.Match(weekly: it => IsInside(it, wall), once: it => it.From <= wall && wall < it.To);
    }

    private static bool IsInside(Schedule.Weekly weekly, DateTime wall)
    {
        var (time, today, yesterday) = (TimeOnly.FromDateTime(wall), weekly.Days.Contains(wall.DayOfWeek), weekly.Days.Contains(wall.AddDays(-1).DayOfWeek));
        return weekly.From < weekly.To
            ? today && weekly.From <= time && time < weekly.To
            : (today && weekly.From <= time) || (yesterday && time < weekly.To);
    }
}
