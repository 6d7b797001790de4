namespace CdAutomation.LocalCloud.Run;

/// <summary>
/// Failures that Cloud Run is known to show, on demand, for tests and rehearsals. All are off at first; every member may be used from
/// any thread; none can be reached over the network.
/// </summary>
public sealed class Faults
{
    private readonly Lock _gate = new();
    private int _exhausted;
    private int _before;
    private int _after;
    private int _endless;
    private TimeSpan _slowness;

    /// <summary>True: a container that does not start ends its operation with code 13 (INTERNAL), as before 2025, in place of 9.</summary>
    public bool InternalInPlaceOfFailedPrecondition { get; set; }

    /// <summary>True: Cloud Monitoring knows no time series at all, as it does before the first samples of a revision arrive.</summary>
    public bool HidesTimeSeries { get; set; }

    /// <summary>How much longer each operation that begins from now on takes; zero is off.</summary>
    public TimeSpan OperationSlowness
    {
        get { lock (_gate) return _slowness; }
        set { lock (_gate) _slowness = value; }
    }

    /// <summary>The next writes are refused with RESOURCE_EXHAUSTED (8), nothing applied.</summary>
    public void ExhaustNextWrites(int count) { lock (_gate) _exhausted = count; }

    /// <summary>The next writes are refused with UNAVAILABLE (14), nothing applied.</summary>
    public void FailNextWritesBeforeCommit(int count) { lock (_gate) _before = count; }

    /// <summary>The next writes are applied, and the caller is told UNAVAILABLE (14): the reply was lost.</summary>
    public void FailNextWritesAfterCommit(int count) { lock (_gate) _after = count; }

    /// <summary>
    /// The operations of the next writes never end: the service stays reconciling until a newer write supersedes, and even then the
    /// operation itself stays open. A restart of the host ends them.
    /// </summary>
    public void NeverEndNextOperations(int count) { lock (_gate) _endless = count; }

    internal void BeforeWrite()
    {
        lock (_gate)
        {
            if (Take(ref _exhausted))
                throw Refusal.ResourceExhausted(
                    "Quota exceeded for quota metric 'Write requests' and limit 'Write requests per minute per region'");
            if (Take(ref _before)) throw Refusal.Unavailable("The service is currently unavailable.");
        }
    }

    internal void AfterCommit()
    {
        lock (_gate)
            if (Take(ref _after)) throw Refusal.Unavailable("The service is currently unavailable.");
    }

    /// <summary>What holds the next operation back; null for nothing, <see cref="TimeSpan.MaxValue"/> for ever.</summary>
    internal TimeSpan? TakeHold()
    {
        lock (_gate)
        {
            if (Take(ref _endless)) return TimeSpan.MaxValue;
            return _slowness > TimeSpan.Zero ? _slowness : null;
        }
    }

    private static bool Take(ref int count)
    {
        if (count <= 0) return false;
        count--;
        return true;
    }
}
