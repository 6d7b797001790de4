using System.Globalization;
using CdAutomation.Domain.Gates;

namespace CdAutomation.PolicyFiles.Explain;

/// <summary>When releases go.</summary>
internal static class WindowWords
{
    // Monday first.
    private static readonly DayOfWeek[] Week = [.. Enumerable.Range(1, 7).Select(day => (DayOfWeek)(day % 7))];

    /// <summary>What is allowed in one phrase, and one for each thing that is denied.</summary>
    public static IEnumerable<string> Of(Gate.Windows windows)
    {
        var allowed = windows.All.Where(window => window.Kind == WindowKind.Allow).Select(Words).ToArray();
        if (allowed is not [])
            yield return Phrases.Or(allowed);
        foreach (var window in windows.All.Where(window => window.Kind == WindowKind.Deny))
            yield return $"not {Words(window)}";
    }

    private static string Words(Window window)
    {
        var when = window.Schedule.Match(Weekly, once => $"from {Phrases.Date(once.From)} to {Phrases.Date(once.To)}");
        return $"{when} ({window.TimeZone}{(window.Reason is null ? "" : $"; {window.Reason}")})";
    }

    private static string Weekly(Schedule.Weekly weekly)
    {
        if (weekly.From == weekly.To)
            return Days(weekly);
        var to = weekly.To == TimeOnly.MinValue ? "24:00" : Time(weekly.To);
        var next = weekly.To < weekly.From && weekly.To != TimeOnly.MinValue ? " of the next day" : "";
        return $"{Days(weekly)} {Time(weekly.From)} to {to}{next}";
    }

    /// <summary>A run of three or more is said by its ends, also over the end of the week.</summary>
    private static string Days(Schedule.Weekly weekly)
    {
        if (weekly.Days.Count == Week.Length)
            return "every day";
        var starts = Week.Where(day => weekly.Days.Contains(day) && !weekly.Days.Contains(Week[(Array.IndexOf(Week, day) + 6) % 7])).ToArray();
        return starts is [var start] && weekly.Days.Count > 2
            ? $"{start} to {Week[(Array.IndexOf(Week, start) + weekly.Days.Count - 1) % 7]}"
            : Phrases.And(Week.Where(weekly.Days.Contains).Select(day => $"{day}"));
    }

    private static string Time(TimeOnly time) => time.ToString("HH:mm", CultureInfo.InvariantCulture);
}
