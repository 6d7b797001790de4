using System.Collections.Frozen;
using System.Globalization;
using CdAutomation.Domain.Images;
using CdAutomation.PolicyFiles.Language.Model;
using CdAutomation.PolicyFiles.Nodes;
using NodaTime;

namespace CdAutomation.PolicyFiles.Language;

/// <summary>Reads instants, wall clock times and time zones, whose shapes the model gives; whether they exist is seen here.</summary>
internal static class Times
{
    // The provider itself would also take UTC+09 and the like, which are no ids of the database.
    private static readonly FrozenSet<string> Zones = DateTimeZoneProviders.Tzdb.Ids.ToFrozenSet(StringComparer.Ordinal);

    extension(ProblemList problems)
    {
        /// <summary>The id of a zone that exists, or null.</summary>
        public string? TimeZone(Fields fields)
        {
            var key = WindowModel.TimeZone;
            if (fields.Text(key) is not { } id)
                return null;
            if (Zones.Contains(id))
                return id;
            var near = problems.IsFull ? null : Nearest.Find(id, Zones.Items);
            problems.Error(fields.ValueAt(key), "policy.timeZone", $"'timeZone' is {Excerpt.Of(id)}, which is no IANA time zone"
                + (near is null ? "; write one such as Asia/Tokyo or Europe/Berlin" : $"; did you mean '{near}'?"));
            return null;
        }

        /// <summary>A minute of the wall clock, or null.</summary>
        public DateTime? Local(Fields fields, Key key)
        {
            if (fields.Text(key) is not { } text)
                return null;
            if (DateTime.TryParseExact(text, ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
                && time.Year > 1)
                return time;
            problems.Error(fields.ValueAt(key), "policy.value", $"'{key.Name}' is {Excerpt.Of(text)}, which is no date or time that exists");
            return null;
        }

        /// <summary>An instant, or null.</summary>
        public DateTimeOffset? Instant(Fields fields, Key key)
        {
            if (fields.Text(key) is not { } text)
                return null;
            if (DateTimeOffset.TryParseExact(text, ["yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK"], CultureInfo.InvariantCulture,
                DateTimeStyles.None, out var instant) && instant.Year is > 1 and < 9999)
                return instant;
            problems.Error(fields.ValueAt(key), "policy.value", $"'{key.Name}' is {Excerpt.Of(text)}, which is no instant that exists");
            return null;
        }
    }
}
