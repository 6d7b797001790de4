namespace CdAutomation.GoogleCloud.Calls;

/// <summary>How long a call to a Google API may take and how often it is tried. The defaults fit inside one Pub/Sub delivery.</summary>
public sealed record CallLimits
{
    /// <summary>One attempt of a read; the official clients use ten seconds. At least 10 ms.</summary>
    public TimeSpan Read { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>One attempt of a write; the official clients use fifteen seconds. At least 10 ms.</summary>
    public TimeSpan Write { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>A read with all its attempts. At least 10 ms.</summary>
    public TimeSpan Total { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How often a read is tried again after its first attempt; at least 1.</summary>
    public int RetriesMax { get; init; } = 4;

    /// <summary>The pause before the first retry; it doubles with each, with jitter.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>The longest pause between two attempts.</summary>
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>So many attempts within <see cref="BreakerWindow"/>, nine in ten without an answer, open the breaker; at least 2.</summary>
    public int BreakerAttempts { get; init; } = 10;

    /// <summary>Over which time the breaker counts; at least 500 ms.</summary>
    public TimeSpan BreakerWindow { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long an open breaker answers in place of the API; at least 500 ms.</summary>
    public TimeSpan BreakerPause { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Where the jitter of the pauses comes from, from 0 to below 1; null is the machine's own chance.</summary>
    internal Func<double>? Chance { get; init; }
}
