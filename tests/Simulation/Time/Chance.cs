namespace CdAutomation.Simulation.Time;

/// <summary>
/// All chance of a run, out of its seed (the generator SplitMix64, which is the same on every machine and version). Several streams of one
/// seed do not disturb each other.
/// </summary>
internal sealed class Chance(ulong seed, ulong stream)
{
    private ulong _state = Mix(seed + 0x9E3779B97F4A7C15UL * (stream + 1));

    /// <summary>From 0 to below <paramref name="below"/>.</summary>
    public int Below(int below) => (int)(Next() % (ulong)below);

    /// <summary>From one to the other, both included.</summary>
    public int Between(int from, int to) => from + Below(to - from + 1);

    /// <summary>In whole milliseconds, as stores keep them.</summary>
    public TimeSpan Between(TimeSpan from, TimeSpan to) =>
        TimeSpan.FromMilliseconds(Between((int)from.TotalMilliseconds, (int)to.TotalMilliseconds));

    /// <summary>From 0 to below 1.</summary>
    public double Fraction() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>True so often, from 0 never to 1 always.</summary>
    public bool Is(double probability) => probability > 0 && Fraction() < probability;

    public T Of<T>(IReadOnlyList<T> all) => all[Below(all.Count)];

    /// <summary>So many lower-case hexadecimal digits.</summary>
    public string Hex(int digits) => string.Create(digits, this, static (span, chance) =>
    {
        for (var at = 0; at < span.Length; at++)
            span[at] = "0123456789abcdef"[chance.Below(16)];
    });

    private ulong Next() => Mix(_state += 0x9E3779B97F4A7C15UL);

    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9UL;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EBUL;
        return value ^ (value >> 31);
    }
}
