using System.Collections;
using CdAutomation.Domain.Gates;
using CdAutomation.PolicyFiles.Nodes;

namespace CdAutomation.PolicyFiles.Language;

/// <summary>
/// Finds allow windows that never let anything through, because deny windows of the same zone cover them wholly. Seen are weekly windows
/// under weekly ones, and single spans under single ones; what is missed is only not told early.
/// </summary>
internal static class Coverage
{
    private const int MinutesOfDay = 24 * 60;
    private const int MinutesOfWeek = 7 * MinutesOfDay;

    /// <summary>Reports them.</summary>
    public static void Check(IReadOnlyList<PlacedWindow> windows, ProblemList problems)
    {
        foreach (var zone in windows.GroupBy(placed => placed.Window.TimeZone, StringComparer.Ordinal))
        {
            var denied = zone.Where(placed => placed.Window.Kind == WindowKind.Deny).Select(placed => placed.Window.Schedule).ToArray();
            if (denied is [])
                continue;
            var weekly = Minutes(denied);
            var once = denied.OfType<Schedule.Once>().OrderBy(span => span.From).ToArray();
            foreach (var allow in zone.Where(placed => placed.Window.Kind == WindowKind.Allow))
            {
                if (allow.Window.Schedule.Match(it => IsCovered(it, weekly), it => IsCovered(it, once)))
                    problems.Error(allow.At, "policy.window", "this window allows nothing: deny windows cover all of it");
            }
        }
    }

    private static bool IsCovered(Schedule.Weekly allow, BitArray denied)
    {
        var open = Minutes([allow]);
        return !open.And(new BitArray(denied).Not()).HasAnySet();
    }

    private static bool IsCovered(Schedule.Once allow, IEnumerable<Schedule.Once> denied)
    {
        var from = allow.From;
        foreach (var span in denied.Where(span => span.To > allow.From))
        {
            if (span.From > from)
                return false;
            from = span.To > from ? span.To : from;
            if (from >= allow.To)
                return true;
        }
        return false;
    }

    private static BitArray Minutes(IEnumerable<Schedule> schedules)
    {
        var minutes = new BitArray(MinutesOfWeek);
        foreach (var weekly in schedules.OfType<Schedule.Weekly>())
        {
            var length = (int)(weekly.To - weekly.From).TotalMinutes;
            if (length == 0)
                length = MinutesOfDay;
            foreach (var start in weekly.Days.Select(day => (int)day * MinutesOfDay + (int)weekly.From.ToTimeSpan().TotalMinutes))
            {
                for (var minute = start; minute < start + length; minute++)
                    minutes[minute % MinutesOfWeek] = true;
            }
        }
        return minutes;
    }
}
