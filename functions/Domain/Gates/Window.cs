using System.Collections.Immutable;

namespace CdAutomation.Domain.Gates;

/// <summary>Whether a window lets releases through or keeps them back.</summary>
public enum WindowKind
{
    /// <summary>Releases go while it is open. Several are a union.</summary>
    Allow,

    /// <summary>No release goes while it is open, whatever another window says.</summary>
    Deny,
}

/// <summary>A span of the wall clock of a zone.</summary>
/// <param name="Kind">What it does.</param>
/// <param name="Schedule">When it is open.</param>
/// <param name="TimeZone">IANA id of the zone whose wall clock counts, e.g. <c>Asia/Tokyo</c>; one that exists.</param>
/// <param name="Reason">For people, or null.</param>
public sealed record Window(WindowKind Kind, Schedule Schedule, string TimeZone, string? Reason);

/// <summary>When something is open, by the wall clock. The family is closed.</summary>
public abstract record Schedule
{
    private Schedule() { }

    /// <summary>Every week.</summary>
    /// <param name="Days">The days on which it begins; never empty.</param>
    /// <param name="From">The first minute of it.</param>
    /// <param name="To">
    /// The first minute after it. Not later than <paramref name="From"/> means the next day; midnight to midnight is the whole day.
    /// </param>
    public sealed record Weekly(ImmutableSortedSet<DayOfWeek> Days, TimeOnly From, TimeOnly To) : Schedule;

    /// <summary>Once.</summary>
    /// <param name="From">By the wall clock; its kind is unspecified.</param>
    /// <param name="To">The first minute after it; later than <paramref name="From"/>.</param>
    public sealed record Once(DateTime From, DateTime To) : Schedule;

    /// <summary>Calls the function of the case.</summary>
    public T Match<T>(Func<Weekly, T> weekly, Func<Once, T> once) => this switch
    {
        Weekly it => weekly(it),
        Once it => once(it),
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}

/// <summary>A span in which nothing moves anywhere.</summary>
/// <param name="Name">Unique among the freezes.</param>
/// <param name="Span">When, by the wall clock of the zone.</param>
/// <param name="TimeZone">IANA id of the zone.</param>
/// <param name="Reason">For people, or null.</param>
/// <param name="Except">Names of the pipelines that it does not hold.</param>
public sealed record Freeze(string Name, Schedule.Once Span, string TimeZone, string? Reason, ImmutableArray<string> Except);
