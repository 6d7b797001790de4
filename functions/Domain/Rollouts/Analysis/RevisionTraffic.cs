using System.Collections.Immutable;

namespace CdAutomation.Domain.Rollouts.Analysis;

/// <summary>
/// What was measured of one revision in one span. Where nothing could be measured there is none of these, which is not the same as no traffic.
/// </summary>
public sealed class RevisionTraffic
{
    /// <summary>
    /// The largest count that is read. A thousand million requests a second need a quarter of an hour for it, and beyond it the sums lose digits.
    /// </summary>
    public const long CountMax = 1_000_000_000_000;

    private RevisionTraffic(long requests, long serverErrors, LatencyHistogram? latencies) =>
        (Requests, ServerErrors, Latencies) = (requests, serverErrors, latencies);

    /// <summary>Measured, and there was nothing.</summary>
    public static RevisionTraffic None { get; } = new(0, 0, null);

    /// <summary>All requests that the revision answered or failed to answer.</summary>
    public long Requests { get; }

    /// <summary>Those answered with a status of 500 to 599. Errors of the client (4xx) say nothing of the revision.</summary>
    public long ServerErrors { get; }

    /// <summary>
    /// How long they took, or null where that is not known. Its count may differ a little: a metrics store keeps it as another metric.
    /// </summary>
    public LatencyHistogram? Latencies { get; }

    /// <summary>Whether nothing is missing: without requests there is nothing to time.</summary>
    internal bool IsTimed => Requests == 0 || Latencies is not null;

    internal Share Errors => new(ServerErrors, Requests);

    /// <summary>Reads what was measured; every problem is named.</summary>
    /// <param name="requests">From 0 to <see cref="CountMax"/>.</param>
    /// <param name="serverErrors">From 0 to <paramref name="requests"/>.</param>
    /// <param name="latencies">Null where it is not known.</param>
    public static Parsed<RevisionTraffic> Of(long requests, long serverErrors, LatencyHistogram? latencies)
    {
        var problems = ImmutableArray.CreateBuilder<Reason>();
        if (requests is < 0 or > CountMax)
            problems.Add(new("traffic.requests", $"there are {requests} requests, and a count is from 0 to {CountMax}"));
        if (serverErrors < 0 || serverErrors > Math.Max(requests, 0))
            problems.Add(new("traffic.errors", $"there are {serverErrors} errors in {requests} requests"));
        return problems.Count > 0 ? Parsed<RevisionTraffic>.Refused(problems.ToImmutable()) : new RevisionTraffic(requests, serverErrors, latencies);
    }

    /// <summary>Both spans, or both parts of one, together. Latencies that one of them lacks are missing in the sum.</summary>
    public RevisionTraffic Plus(RevisionTraffic other) => new(
        Math.Min(Requests + other.Requests, CountMax),
        Math.Min(ServerErrors + other.ServerErrors, CountMax),
        (Latencies, other.Latencies) switch
        {
            ({ } one, { } two) => one.Plus(two),
            var (one, two) => IsTimed && other.IsTimed ? one ?? two : null,
        });
}
