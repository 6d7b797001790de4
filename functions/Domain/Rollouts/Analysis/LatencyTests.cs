namespace CdAutomation.Domain.Rollouts.Analysis;

/// <summary>
/// What is asked of the latencies. Without latencies nothing is found against the canary here; that they are missing is told elsewhere.
/// </summary>
internal static class LatencyTests
{
    /// <summary>The 95th percentile is within a limit where at most so many requests are above it.</summary>
    private const double Above95 = 0.05;

    /// <summary>
    /// A canary is slower where more than twice as many of its requests, and one more in a hundred, take a whole bucket longer. A fresh revision
    /// has cold starts that the stable one has behind it.
    /// </summary>
    private static readonly Tolerance Tolerated = new(2, 0.01);

    /// <summary>Is the 95th percentile above the policy's limit? Requests of the bucket in which the limit lies count for neither side.</summary>
    public static SequentialTest Limit(Comparison seen, TimeSpan limit)
    {
        var latencies = seen.Canary.Latencies;
        var (least, most) = latencies?.Above(limit) ?? (0, 0);
        var (surely, perhaps) = (new Share(least, latencies?.Requests ?? 0), new Share(most, latencies?.Requests ?? 0));
        return SequentialTest.Limit(
            "analysis.latency.limit",
            $"{surely} requests of the canary took longer than {Milliseconds(limit)}, and at most {Above95:0.#%} may",
            from it in seen.Periods where it.Canary?.Latencies is not null select Above(it.Canary!.Latencies!, limit), Above95) with
        {
            Unanswerable = surely.Rate <= Above95 && perhaps.Rate > Above95
                ? new("analysis.latency.coarse", $"the 95th percentile of the canary is {Percentile(latencies)}, "
                    + $"and its buckets do not tell on which side of {Milliseconds(limit)}")
                : null,
        };
    }

    /// <summary>
    /// Is the canary slower than the stable revision, in the same periods? Asked at every bound of the buckets, and the evidence is the mean of
    /// theirs: a bound that is chosen after looking would not keep the promise of few false alarms.
    /// </summary>
    public static SequentialTest Worse(Comparison seen)
    {
        (LatencyHistogram Canary, LatencyHistogram Stable)[] known =
        [
            .. from it in seen.Periods
               where it.Canary?.Latencies is not null && it.Stable?.Latencies is not null
               select (it.Canary!.Latencies!, it.Stable!.Latencies!),
        ];
        var bounds = known.SelectMany(it => (LatencyHistogram[])[it.Canary, it.Stable])
            .Select(it => it.Bounds)
            .DefaultIfEmpty([])
            .Aggregate((shared, others) => [.. shared.Intersect(others)]);
        (Share Canary, Share Stable)[][] pairs =
        [
            .. from pair in bounds.Zip(bounds.Skip(1))
               select (from it in known select (Above(it.Canary, pair.Second), Above(it.Stable, pair.First))).ToArray(),
        ];
        return SequentialTest.Of("analysis.latency.worse", Finding(seen), more =>
            Evidence.Mean([.. pairs.Select(periods => SequentialTest.Worse(periods, Tolerated, more))]));
    }

    /// <summary>For people: between which latencies the 95th percentile lies.</summary>
    public static string Percentile(LatencyHistogram? latencies) => latencies?.Percentile(1 - Above95) switch
    {
        (var low, { } high) => $"from {low.TotalMilliseconds:0.#} to {Milliseconds(high)}",
        (var low, null) => $"at least {Milliseconds(low)}",
        null => "not known",
    };

    private static string Finding(Comparison seen) =>
        $"the 95th percentile of the canary is {Percentile(seen.Canary.Latencies)} and of the stable revision {Percentile(seen.Stable.Latencies)}, "
        + $"and at every bound of the buckets {Tolerated} may take one bucket longer";

    // What surely is; exact where it is one of the bounds.
    private static Share Above(LatencyHistogram latencies, TimeSpan limit) => new(latencies.Above(limit).Least, latencies.Requests);

    private static string Milliseconds(TimeSpan latency) => $"{latency.TotalMilliseconds:0.#} ms";
}
