namespace CdAutomation.Simulation.Workers;

/// <summary>The piece of work, one message or one tick, that is going on; it follows every await of the production code.</summary>
internal static class Work
{
    private static readonly AsyncLocal<DateTimeOffset> Begun = new();

    /// <summary>When the piece of work that we are inside of began.</summary>
    public static DateTimeOffset Since => Begun.Value;

    /// <summary>From here on, and in everything awaited, a piece of work that begins now.</summary>
    public static void Begin(DateTimeOffset now) => Begun.Value = now;
}
