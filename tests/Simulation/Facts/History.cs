using CdAutomation.Simulation.Checks;

namespace CdAutomation.Simulation.Facts;

/// <summary>Hands every fact to every checker as it happens, and sums them up so that two runs can be compared.</summary>
internal sealed class History(IReadOnlyList<Checker> checkers, Action<string>? tell)
{
    /// <summary>The same for two runs in which the same things happened at the same instants (FNV-1a over their texts).</summary>
    public ulong TraceHash { get; private set; } = 14695981039346656037UL;

    public void Add(Fact fact)
    {
        var trace = fact.Trace;
        Hash((ulong)fact.At.UtcTicks);
        foreach (var letter in fact.GetType().Name)
            Hash(letter);
        foreach (var letter in trace)
            Hash(letter);
        tell?.Invoke($"{fact.At:HH:mm:ss.fff} {fact.GetType().Name} {trace}");

        foreach (var checker in checkers)
            checker.See(fact);
    }

    private void Hash(ulong value) => TraceHash = (TraceHash ^ value) * 1099511628211UL;
}
