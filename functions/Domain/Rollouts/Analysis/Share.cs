namespace CdAutomation.Domain.Rollouts.Analysis;

/// <summary>So many hits in so many requests; not whole where it is what more traffic would bring.</summary>
/// <param name="Hits">From 0 to <paramref name="Requests"/>.</param>
/// <param name="Requests">Not negative.</param>
internal readonly record struct Share(double Hits, double Requests)
{
    /// <summary>From 0 to 1; 0 without requests.</summary>
    public double Rate => Requests > 0 ? Hits / Requests : 0;

    /// <summary>Both together.</summary>
    public Share Plus(Share other) => new(Hits + other.Hits, Requests + other.Requests);

    /// <summary>What there would be of everything after traffic of the same kind.</summary>
    public Share Times(double factor) => new(Hits * factor, Requests * factor);

    /// <summary>ln of the probability of such a sequence where each request is a hit with this probability; -∞ where it cannot be.</summary>
    public double LogLikelihood(double probability) => Part(Hits, probability) + Part(Requests - Hits, 1 - probability);

    // 0 ln 0 is 0: what never happened says nothing against a probability of 0.
    private static double Part(double count, double probability) => count > 0 ? count * Math.Log(probability) : 0;

    /// <inheritdoc/>
    public override string ToString() => Requests > 0 ? $"{Hits:0} of {Requests:0} ({Rate:0.###%})" : "none of 0";
}
