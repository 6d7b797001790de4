using NodaTime;
using NodaTime.TimeZones;

namespace CdAutomation.Domain.Gates;

/// <summary>
/// Lays what the wall clock says onto the line of instants. An instant is inside a schedule when the zone's wall clock is: so an hour that
/// the clock repeats is inside twice, and an hour that it leaves out never is.
/// </summary>
public static class WindowSchedule
{
    /// <summary>The last wall-clock time that is told apart from those after it: no offset leads from it out of the calendar.</summary>
    internal static readonly DateTimeOffset Last = DateTimeOffset.MaxValue.AddDays(-3);

    private static readonly DateTimeOffset First = DateTimeOffset.MinValue.AddDays(3);

    // No offset is longer than 18 hours (NodaTime.Offset), and none in the database than 16.
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    /// <summary>Whether the IANA database that comes with the product has a zone of that id; letters' case counts.</summary>
    public static bool Exists(string timeZone) => TzdbDateTimeZoneSource.Default.CanonicalIdMap.ContainsKey(timeZone);

    /// <summary>The zone of an id that <see cref="Exists"/>.</summary>
    internal static DateTimeZone Zone(string timeZone) => DateTimeZoneProviders.Tzdb[timeZone];

    /// <summary>Whether all of it lies before the instant, whatever the zone.</summary>
    internal static bool IsOver(Schedule schedule, DateTimeOffset at) =>
        schedule.Match(weekly: _ => false, once: it => AsUtc(it.To) + Day <= at);

    /// <summary>
    /// Every stretch inside the schedule from an instant on, in order; two may touch. What is weekly ends at <paramref name="until"/>.
    /// </summary>
    internal static IEnumerable<Stretch> Stretches(Schedule schedule, DateTimeZone zone, DateTimeOffset from, DateTimeOffset until) =>
        schedule.Match(
            weekly: it => Steady(zone, Inside(from), Inside(until)).SelectMany(clock => Weekly(it, clock)),
            once: it => Once(it, zone, Inside(from)));

    private static IEnumerable<Stretch> Weekly(Schedule.Weekly schedule, Clock clock)
    {
        // Times of day are subtracted round the clock: only a whole day comes out as nothing.
        var length = schedule.To == schedule.From ? Day : schedule.To - schedule.From;
        // What began the day before may still be open.
        for (var day = clock.Wall(clock.From).Date - Day; day + schedule.From.ToTimeSpan() < clock.Wall(clock.To); day += Day)
        {
            var opens = day + schedule.From.ToTimeSpan();
            if (schedule.Days.Contains(day.DayOfWeek) && clock.Shows(opens, opens + length) is { } stretch)
                yield return stretch;
        }
    }

    private static IEnumerable<Stretch> Once(Schedule.Once schedule, DateTimeZone zone, DateTimeOffset from)
    {
        var (opens, closes) = (AsUtc(schedule.From), AsUtc(schedule.To));
        if (IsOver(schedule, from) || opens >= closes)
            return [];

        IEnumerable<Stretch> Near(DateTimeOffset start, DateTimeOffset end) => Steady(zone, Max(from, start), end)
            .Select(clock => clock.Shows(opens.DateTime, closes.DateTime)).OfType<Stretch>();
        IEnumerable<Stretch> Middle() => from < closes - Day ? [new(Max(from, opens + Day), closes - Day)] : [];

        // A long one is looked at closely only around its ends: however far they are apart, it costs the same.
        return closes - opens <= Day * 2
            ? Near(opens - Day, closes + Day)
            : Near(opens - Day, opens + Day).Concat(Middle()).Concat(Near(closes - Day, closes + Day));
    }

    /// <summary>The stretches between two instants in which the zone's offset stays the same.</summary>
    private static IEnumerable<Clock> Steady(DateTimeZone zone, DateTimeOffset from, DateTimeOffset until)
    {
        if (from >= until)
            yield break;

        foreach (var part in zone.GetZoneIntervals(Instant.FromDateTimeOffset(from), Instant.FromDateTimeOffset(until)))
        {
            yield return new(
                part.HasStart ? Max(from, part.Start.ToDateTimeOffset()) : from,
                part.HasEnd ? Min(until, part.End.ToDateTimeOffset()) : until,
                part.WallOffset.ToTimeSpan());
        }
    }

    private static DateTimeOffset AsUtc(DateTime wall) => Inside(new(DateTime.SpecifyKind(wall, DateTimeKind.Utc)));

    private static DateTimeOffset Inside(DateTimeOffset at) => Min(Max(at, First), Last);

    private static DateTimeOffset Max(DateTimeOffset left, DateTimeOffset right) => left > right ? left : right;

    private static DateTimeOffset Min(DateTimeOffset left, DateTimeOffset right) => left < right ? left : right;

    /// <summary>The wall clock of a zone while its offset stays the same.</summary>
    private readonly record struct Clock(DateTimeOffset From, DateTimeOffset To, TimeSpan Offset)
    {
        public DateTime Wall(DateTimeOffset at) => at.UtcDateTime + Offset;

        /// <summary>When this clock shows a time of that span; null if it never does.</summary>
        public Stretch? Shows(DateTime from, DateTime to)
        {
            var stretch = new Stretch(Max(From, Instant(from)), Min(To, Instant(to)));
            return stretch.From < stretch.To ? stretch : null;
        }

        private DateTimeOffset Instant(DateTime wall) => new(DateTime.SpecifyKind(wall - Offset, DateTimeKind.Utc));
    }
}

/// <summary>A stretch of instants.</summary>
/// <param name="From">The first.</param>
/// <param name="To">The first after it.</param>
internal readonly record struct Stretch(DateTimeOffset From, DateTimeOffset To);
