using System.Collections.Immutable;

namespace CdAutomation.Domain.Gates;

/// <summary>
/// Follows windows from one instant on to those at which they open and close. It costs what it passes, and never looks farther than its
/// horizon.
/// </summary>
internal sealed class WindowTimeline
{
    // All that is weekly has met every change of every clock by then, and every one-off window that is not absurd has ended.
    private static readonly TimeSpan Farthest = TimeSpan.FromDays(400);

    private readonly ImmutableArray<Window> _windows;
    private readonly bool[] _open;
    private readonly bool _allowed;
    private readonly PriorityQueue<IEnumerator<Edge>, DateTimeOffset> _ahead = new();
    private int _allowing;
    private int _denying;

    /// <summary>Begins at an instant.</summary>
    /// <param name="windows">Their zones exist.</param>
    /// <param name="from">The instant.</param>
    public WindowTimeline(ImmutableArray<Window> windows, DateTimeOffset from)
    {
        (_windows, _open) = (windows, new bool[windows.Length]);
        // Without a window that allows, everything is allowed.
        _allowed = windows.All(window => window.Kind == WindowKind.Deny);
        if (windows.Any(window => window.Schedule is Schedule.Weekly))
            Horizon = Instants.Later(from, Farthest) is var far && far < WindowSchedule.Last ? far : WindowSchedule.Last;

        for (var index = 0; index < windows.Length; index++)
            Follow(Edges(index, from).GetEnumerator());
        while (_ahead.TryPeek(out _, out var at) && at <= from)
            Pass(at);
    }

    /// <summary>Beyond it nothing was looked at; null where all that is to come was, since one-off windows come to an end.</summary>
    public DateTimeOffset? Horizon { get; }

    /// <summary>Whether releases may go.</summary>
    public bool IsOpen => _denying == 0 && (_allowed || _allowing > 0);

    /// <summary>Goes on to the first instant at which <see cref="IsOpen"/> changes; null where it does not before the horizon.</summary>
    public DateTimeOffset? Flip()
    {
        var before = IsOpen;
        while (_ahead.TryPeek(out _, out var at) && !(at >= Horizon))
        {
            Pass(at);
            if (IsOpen != before)
                return at;
        }

        return null;
    }

    /// <summary>Where in the list those windows of a kind stand that are open.</summary>
    public IEnumerable<int> Open(WindowKind kind) =>
        Enumerable.Range(0, _windows.Length).Where(index => _open[index] && _windows[index].Kind == kind);

    /// <summary>All that happens at one instant counts as one: a window that closes as the next opens leaves no gap.</summary>
    private void Pass(DateTimeOffset at)
    {
        while (_ahead.TryPeek(out var edges, out var next) && next == at)
        {
            _ahead.Dequeue();
            Turn(edges.Current);
            Follow(edges);
        }
    }

    private void Turn(Edge edge)
    {
        _open[edge.Window] = edge.Opens;
        var change = edge.Opens ? 1 : -1;
        if (_windows[edge.Window].Kind == WindowKind.Deny)
            _denying += change;
        else
            _allowing += change;
    }

    private void Follow(IEnumerator<Edge> edges)
    {
        if (edges.MoveNext())
            _ahead.Enqueue(edges, edges.Current.At);
    }

    private IEnumerable<Edge> Edges(int index, DateTimeOffset from)
    {
        var (schedule, zone) = (_windows[index].Schedule, WindowSchedule.Zone(_windows[index].TimeZone));
        foreach (var stretch in WindowSchedule.Stretches(schedule, zone, from, Horizon ?? WindowSchedule.Last))
        {
            yield return new(stretch.From, index, Opens: true);
            yield return new(stretch.To, index, Opens: false);
        }
    }

    private readonly record struct Edge(DateTimeOffset At, int Window, bool Opens);
}
