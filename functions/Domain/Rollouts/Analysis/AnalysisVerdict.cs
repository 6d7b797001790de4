namespace CdAutomation.Domain.Rollouts.Analysis;

/// <summary>What metrics say of a canary. The family is closed.</summary>
public abstract record AnalysisVerdict
{
    private AnalysisVerdict() { }

    /// <summary>Why, with the numbers used.</summary>
    public abstract Reason Reason { get; init; }

    /// <summary>Enough was seen, and nothing of it speaks against the canary.</summary>
    /// <param name="Reason">Why, with the numbers used.</param>
    public sealed record Healthy(Reason Reason) : AnalysisVerdict;

    /// <summary>It does harm: a healthy canary gets this with no more than the probability agreed, however often it is looked at.</summary>
    /// <param name="Reason">Why, with the numbers used.</param>
    public sealed record Unhealthy(Reason Reason) : AnalysisVerdict;

    /// <summary>Neither can be said. Never a pass.</summary>
    /// <param name="Reason">Why, with the numbers used.</param>
    /// <param name="MoreRequests">
    /// How many more the canary must get, above 0, if they go as those before; null where requests alone do not help.
    /// </param>
    public sealed record Inconclusive(Reason Reason, long? MoreRequests) : AnalysisVerdict;

    /// <summary>Calls the function of the case.</summary>
    public T Match<T>(Func<Healthy, T> healthy, Func<Unhealthy, T> unhealthy, Func<Inconclusive, T> inconclusive) => this switch
    {
        Healthy it => healthy(it),
        Unhealthy it => unhealthy(it),
        Inconclusive it => inconclusive(it),
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
