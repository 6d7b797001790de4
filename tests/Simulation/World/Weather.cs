using CdAutomation.Simulation.Time;

namespace CdAutomation.Simulation.World;

/// <summary>What can go wrong outside.</summary>
internal enum Fault
{
    EventLost,
    EventRepeated,
    EventLate,
    EventRedelivered,
    WorkerKilled,
    StoreDown,
    StoreConflict,
    RegistryDown,
    RegistryThrottled,
    RegistryListCut,
    RegistryLag,
    RunThrottled,
    RunUnavailable,
    RunReplyLost,
    RunAborted,
    RunStaleRead,
    RunSlow,
    RunStuck,
    RunImportFailed,
    ImageDoesNotStart,
    PersonEdited,
    PersonSpoke,
    GateLate,
    GateUnknown,
    VerifyUnanswered,
    MetricsMissing,
    AnnouncementFailed,
    PolicyChanged,

    // What was not there in the beginning comes after, so that the weather of older seeds stays as it was.
    ExecutionSlow,
    ExecutionFailed,
    PersonVoted,
    GlassBroken,
}

/// <summary>How bad it is outside, in one run. Until it is calm; from then on nothing new goes wrong.</summary>
internal sealed class Weather
{
    private readonly Chance _chance;
    private readonly Chance _later;
    private readonly double _severity;
    private readonly long[] _counts = new long[Enum.GetValues<Fault>().Length];
    private readonly double[] _rates;

    /// <summary>The weather of a run.</summary>
    /// <param name="chance">Of the faults that there were from the beginning.</param>
    /// <param name="later">Of those that came to be known later.</param>
    public Weather(Chance chance, Chance later)
    {
        (_chance, _later) = (chance, later);
        // Some runs are nearly calm, and in some one kind of fault is frequent: what hides among many faults shows among few.
        _severity = chance.Of<double>([0.1, 0.5, 1, 1, 2, 4]);
        _rates = [.. Enum.GetValues<Fault>().Select(ChanceOf).Select(each => each.Is(0.3) ? 0 : each.Is(0.15) ? 4 : 1.0)];
    }

    public bool IsCalm { get; private set; }

    public IReadOnlyList<long> Counts => _counts;

    public void Calm() => IsCalm = true;

    /// <summary>Whether it goes wrong here, and counts it.</summary>
    /// <param name="fault">What may go wrong.</param>
    /// <param name="probability">How often, in usual weather.</param>
    public bool Strikes(Fault fault, double probability)
    {
        var strikes = !IsCalm && ChanceOf(fault).Is(Math.Min(0.6, probability * _severity * _rates[(int)fault]));
        if (strikes)
            Count(fault);
        return strikes;
    }

    public void Count(Fault fault) => _counts[(int)fault]++;

    private Chance ChanceOf(Fault fault) => fault >= Fault.ExecutionSlow ? _later : _chance;
}
