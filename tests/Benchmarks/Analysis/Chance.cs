namespace CdAutomation.Benchmarks.Analysis;

/// <summary>
/// Chance out of a seed (the generator SplitMix64, which is the same on every machine and version). Streams of one seed are independent.
/// </summary>
internal sealed class Chance(ulong seed, ulong stream)
{
    private const ulong Step = 0x9E3779B97F4A7C15UL;

    private ulong _state = Mix(Mix(seed) + Step * (stream + 1));

    /// <summary>From 0 to below 1.</summary>
    public double Fraction() => (Mix(_state += Step) >> 11) * (1.0 / (1UL << 53));

    /// <summary>How many of so many independent tries succeed. Exact, by leaps from one success to the next; quick where these are few.</summary>
    /// <param name="tries">Not negative.</param>
    /// <param name="probability">From 0 to 1.</param>
    public int Successes(int tries, double probability)
    {
        if (probability <= 0)
            return 0;
        if (probability >= 1)
            return tries;

        var scale = 1 / Math.Log(1 - probability);
        var successes = 0;
        for (var left = tries - Failures(scale); left > 0; left -= 1 + Failures(scale))
            successes++;
        return successes;
    }

    // Beyond two thousand million nothing is left of any tries.
    private long Failures(double scale) => (long)Math.Min(Math.Log(1 - Fraction()) * scale, int.MaxValue);

    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9UL;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EBUL;
        return value ^ (value >> 31);
    }
}
