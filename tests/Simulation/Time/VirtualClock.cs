namespace CdAutomation.Simulation.Time;

/// <summary>
/// A clock and the one queue of all that is to happen. Time moves only from one thing to the next, and what happens at one instant happens
/// in the order in which it was asked for; so the same calls give the same run. There are no threads: whoever awaits something goes on
/// inside the thing that ends it.
/// </summary>
internal sealed class VirtualClock(DateTimeOffset start) : TimeProvider
{
    private readonly PriorityQueue<Moment, (long At, long Turn)> _queue = new();
    private long _now = start.UtcTicks;
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private long _turn;

    /// <summary>How many things have happened.</summary>
    public long Happened { get; private set; }

    public DateTimeOffset Now => new(_now, TimeSpan.Zero);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => Now;

    public override long GetTimestamp() => _now;

    /// <summary>Something is to happen after a while.</summary>
    public void After(TimeSpan delay, Action action) => Enqueue(new Moment(action), delay);

    /// <summary>The next thing happens; false when nothing is left.</summary>
    public bool Step()
    {
        while (_queue.TryDequeue(out var moment, out var when))
        {
            if (moment.Action is not { } action)
                continue;

            moment.Action = null;
            _now = Math.Max(_now, when.At);
            Happened++;
            action();
            return true;
        }

        return false;
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    private void Enqueue(Moment moment, TimeSpan delay)
    {
        // What goes on in a pool of threads cannot be reproduced, and is caught in the act.
        if (Environment.CurrentManagedThreadId != _thread)
            throw new InvalidOperationException("Something of this run goes on outside its thread.");
        _queue.Enqueue(moment, (_now + Math.Max(0, delay.Ticks), _turn++));
    }

    private sealed class Moment(Action action)
    {
        public Action? Action { get; set; } = action;
    }

    private sealed class Timer(VirtualClock clock, Action callback) : ITimer
    {
        private Moment? _next;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            Dispose();
            if (dueTime != Timeout.InfiniteTimeSpan)
                Arm(dueTime, period);
            return true;
        }

        public void Dispose()
        {
            if (_next is { } next)
                (next.Action, _next) = (null, null);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Arm(TimeSpan dueTime, TimeSpan period)
        {
            _next = new Moment(() =>
            {
                _next = null;
                if (period > TimeSpan.Zero)
                    Arm(period, period);
                callback();
            });
            clock.Enqueue(_next, dueTime);
        }
    }
}
