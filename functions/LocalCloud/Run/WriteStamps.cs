using Google.Protobuf.WellKnownTypes;

namespace CdAutomation.LocalCloud.Run;

/// <summary>
/// Times of writes in whole microseconds, strictly increasing over the life of a store even when the clock stands still or goes
/// back: an etag is a time, and creation times order the lists, so no two may be equal.
/// </summary>
internal sealed class WriteStamps(TimeProvider clock, long last)
{
    private readonly Lock _gate = new();
    private long _last = last;

    public long Next()
    {
        lock (_gate)
            return _last = Math.Max(_last + 1, Microseconds(clock.GetUtcNow()));
    }

    /// <summary>When a state was seen to change; may repeat.</summary>
    public Timestamp Now() => ToTimestamp(Math.Max(Interlocked.Read(ref _last), Microseconds(clock.GetUtcNow())));

    public static Timestamp ToTimestamp(long microseconds) =>
        new() { Seconds = microseconds / 1_000_000, Nanos = (int)(microseconds % 1_000_000) * 1000 };

    public static long ToMicroseconds(Timestamp time) => time.Seconds * 1_000_000 + time.Nanos / 1000;

    private static long Microseconds(DateTimeOffset time) => (time - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
}
