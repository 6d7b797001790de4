namespace CdAutomation.Benchmarks.Analysis;

/// <summary>What one line of the table is about.</summary>
/// <param name="RequestsAMinute">Of both revisions together.</param>
/// <param name="Weight">The canary's share of them, from 0 to 1.</param>
/// <param name="StableErrors">The stable revision's true error rate, from 0 to 1.</param>
/// <param name="CanaryErrors">The canary's.</param>
internal sealed record Cell(int RequestsAMinute, double Weight, double StableErrors, double CanaryErrors)
{
    /// <summary>Whether taking it back is a mistake: it fails no more often than the stable revision, and than the policy allows.</summary>
    public bool IsHarmless => CanaryErrors <= StableErrors && CanaryErrors <= (double)Grid.MaxErrorRate;
}
