namespace CdAutomation.LocalCloud.PubSub;

/// <summary>What Pub/Sub is allowed to do and seldom does, on demand. For tests and rehearsals; not reachable over the network. Safe
/// to change at any time.</summary>
/// <remarks>There is no knob that loses a message: Pub/Sub does not.</remarks>
/// <param name="random">Where chance comes from; give a seeded one to see the same order again.</param>
public sealed class PubSubFaults(Random random)
{
    private readonly Lock _gate = new();
    private TimeSpan _holdUpTo;
    private bool _duplicate;

    /// <summary>Every message published from now on is delivered once more after it was acknowledged, with the same message id.</summary>
    public bool DuplicateEach
    {
        get { lock (_gate) return _duplicate; }
        set { lock (_gate) _duplicate = value; }
    }

    /// <summary>Every message published from now on is held for a random part of this, so that neighbours change places. Zero:
    /// delivered at once.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public TimeSpan HoldUpTo
    {
        get { lock (_gate) return _holdUpTo; }
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero);
            lock (_gate) _holdUpTo = value;
        }
    }

    internal int Copies => DuplicateEach ? 2 : 1;

    internal TimeSpan Hold()
    {
        lock (_gate)
            return _holdUpTo * random.NextDouble();
    }
}
