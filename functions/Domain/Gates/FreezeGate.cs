using System.Collections.Immutable;
using CdAutomation.Domain.Images;

namespace CdAutomation.Domain.Gates;

/// <summary>Does a freeze hold everything?</summary>
public static class FreezeGate
{
    /// <summary>Looks at the wall clocks. Freezes that overlap, or follow each other without a gap, are one.</summary>
    /// <param name="gate">What is asked.</param>
    /// <param name="now">The instant.</param>
    public static Verdict Judge(Gate.Frozen gate, DateTimeOffset now)
    {
        if (gate.Freezes.FirstOrDefault(freeze => !WindowSchedule.Exists(freeze.TimeZone)) is { } lost)
        {
            return new(gate.Name, Finding.Unknown, new(
                "freeze.zone", $"no time zone is known as {Excerpt.Of(lost.TimeZone)}, so nobody can say when freeze {lost.Name} is in force"));
        }

        var line = new WindowTimeline(
            [.. gate.Freezes.Select(freeze => new Window(WindowKind.Deny, freeze.Span, freeze.TimeZone, freeze.Reason))], now);
        var active = InForce(gate, line);
        var turn = line.Flip();
        return active.IsEmpty ? None(gate, InForce(gate, line), turn) : Active(gate, active, turn);
    }

    private static Verdict None(Gate.Frozen gate, ImmutableArray<Freeze> next, DateTimeOffset? start)
    {
        var ahead = start is { } at
            ? $"; {Named(next)} begins {Instants.Wall(at, WindowSchedule.Zone(next[0].TimeZone))}"
            : ", and none is to come";
        return new(gate.Name, Finding.Pass, new("freeze.none", $"no freeze is in force{ahead}"), start);
    }

    private static Verdict Active(Gate.Frozen gate, ImmutableArray<Freeze> active, DateTimeOffset? end)
    {
        var until = end is { } at ? $"until {Instants.Wall(at, WindowSchedule.Zone(active[0].TimeZone))}" : "for good";
        return new(gate.Name, Finding.Hold, new("freeze.active", $"{Named(active)} holds everything, {until}"), end);
    }

    private static ImmutableArray<Freeze> InForce(Gate.Frozen gate, WindowTimeline line) =>
        [.. line.Open(WindowKind.Deny).Select(index => gate.Freezes[index])];

    private static string Named(ImmutableArray<Freeze> freezes)
    {
        var first = freezes[0];
        var why = first.Reason is null ? "" : $" ({Excerpt.Of(first.Reason)})";
        var others = freezes.Length > 1 ? $" with {freezes.Length - 1} more" : "";
        return $"freeze {first.Name}{why}{others}";
    }
}
