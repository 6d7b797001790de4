using System.Collections.Immutable;

namespace CdAutomation.Domain.Rollouts.Analysis;

/// <summary>Two revisions in the same span.</summary>
/// <param name="Span">In which both were measured.</param>
/// <param name="Canary">The new revision, or null where nothing is known of it.</param>
/// <param name="Stable">The one that served before, or null where nothing is known of it.</param>
public sealed record Period(MetricsSpan Span, RevisionTraffic? Canary, RevisionTraffic? Stable);

/// <summary>
/// Everything measured since the canary began, a period for each share of the traffic that it had. Counts of periods with different shares are
/// not added up before they are compared: trouble of both revisions, met while the canary had more of the traffic, would look like its own.
/// Where a period ends must not be chosen by what was seen in it, or the evidence would be, too.
/// </summary>
public sealed class Comparison
{
    /// <summary>All that was measured.</summary>
    /// <param name="periods">In order of time and not overlapping: what is counted twice would be evidence twice.</param>
    public Comparison(ImmutableArray<Period> periods)
    {
        if (periods.Zip(periods.Skip(1)).Any(pair => pair.Second.Span.From < pair.First.Span.Until))
            throw new ArgumentException("A period begins before the one before it has ended.", nameof(periods));
        Periods = periods;
        Canary = Sum(it => it.Canary);
        Stable = Sum(it => it.Stable);
    }

    /// <summary>In order of time.</summary>
    public ImmutableArray<Period> Periods { get; }

    /// <summary>The canary in all periods in which it is known.</summary>
    public RevisionTraffic Canary { get; }

    /// <summary>The stable revision in all periods in which it is known.</summary>
    public RevisionTraffic Stable { get; }

    /// <summary>How long was measured.</summary>
    public TimeSpan Length => Periods.Aggregate(TimeSpan.Zero, (sum, it) => sum + it.Span.Length);

    /// <summary>What is missing, for people; null where nothing is.</summary>
    internal string? Missing => Periods switch
    {
        [] => "nothing was measured yet",
        _ when Periods.Any(it => it.Canary is null) => "the metrics of the canary are missing",
        _ when Periods.Any(it => it.Stable is null) => "the metrics of the stable revision are missing",
        _ when !Canary.IsTimed => "the latencies of the canary are missing",
        _ when !Stable.IsTimed => "the latencies of the stable revision are missing",
        _ => null,
    };

    private RevisionTraffic Sum(Func<Period, RevisionTraffic?> which) =>
        Periods.Aggregate(RevisionTraffic.None, (sum, it) => which(it) is { } more ? sum.Plus(more) : sum);
}
