namespace CdAutomation.EndToEnd.Stage;

/// <summary>How long workers are killed, and how much is pushed meanwhile.</summary>
/// <param name="Pushes">Spread evenly over the killing.</param>
/// <param name="Killing">From the first push to the last kill.</param>
internal sealed record StormSize(int Pushes, TimeSpan Killing)
{
    /// <summary>The variable that asks for the whole size; <c>tests/README.md</c> tells of it.</summary>
    private const string Variable = "CDAUTOMATION_LONG";

    /// <summary>How long the store is away: long enough that a delivery fails again and again.</summary>
    public static TimeSpan Outage => TimeSpan.FromSeconds(Whole ? 60 : 15);

    private static bool Whole => Environment.GetEnvironmentVariable(Variable) == "1";

    /// <summary>A minute's worth, so that every run of the tests can afford it; the whole size where it is asked for.</summary>
    public static StormSize Asked => Whole
        ? new(2_000, TimeSpan.FromMinutes(3))
        : new(500, TimeSpan.FromSeconds(45));
}
