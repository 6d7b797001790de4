using System.Globalization;
using NodaTime;

namespace CdAutomation.Domain.Gates;

/// <summary>Instants and lengths of time as the gates add and tell them.</summary>
internal static class Instants
{
    /// <summary>The instant so much later; the end of the calendar where the sum lies beyond it: no length in a policy is too long.</summary>
    /// <param name="at">The instant.</param>
    /// <param name="by">Not negative.</param>
    public static DateTimeOffset Later(DateTimeOffset at, TimeSpan by) =>
        by > DateTimeOffset.MaxValue - at ? DateTimeOffset.MaxValue : at.ToUniversalTime() + by;

    /// <summary>For people: the instant in UTC.</summary>
    public static string Utc(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>For people: what a zone's wall clock shows, and the instant in UTC, since a wall clock may show one time twice.</summary>
    public static string Wall(DateTimeOffset at, DateTimeZone zone) => string.Create(
        CultureInfo.InvariantCulture,
        $"{at.UtcDateTime + zone.GetUtcOffset(Instant.FromDateTimeOffset(at)).ToTimeSpan():yyyy-MM-dd HH:mm} {zone.Id} ({Utc(at)})");

    /// <summary>For people: a length as policies write it, e.g. <c>1h30m</c>; what is less than a second is left out.</summary>
    /// <param name="span">Not negative.</param>
    public static string Length(TimeSpan span)
    {
        var hours = (long)span.TotalHours;
        var text = (hours > 0 ? $"{hours}h" : "")
            + (span.Minutes > 0 ? $"{span.Minutes}m" : "") + (span.Seconds > 0 ? $"{span.Seconds}s" : "");
        return text.Length > 0 ? text : "0s";
    }
}
