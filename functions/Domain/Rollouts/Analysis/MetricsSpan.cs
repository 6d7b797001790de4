namespace CdAutomation.Domain.Rollouts.Analysis;

/// <summary>A span whose metrics are all there: they come late, and a span that ends now would show fewer errors than there were.</summary>
public sealed record MetricsSpan
{
    /// <summary>
    /// Cloud Run's request metrics are sampled each minute and visible up to two minutes later (Google's list of metrics; older lists say three).
    /// </summary>
    public static readonly TimeSpan Delay = TimeSpan.FromMinutes(3);

    private MetricsSpan(DateTimeOffset from, DateTimeOffset until) => (From, Until) = (from, until);

    /// <summary>When it begins.</summary>
    public DateTimeOffset From { get; }

    /// <summary>When it ends; later than it begins.</summary>
    public DateTimeOffset Until { get; }

    /// <summary>Above 0.</summary>
    public TimeSpan Length => Until - From;

    /// <summary>What can be asked of a period now, or null while nothing of it is surely visible.</summary>
    /// <param name="began">When the canary got its present share of the traffic.</param>
    /// <param name="now">The instant; the share lasts until then at least.</param>
    /// <param name="delay">How late metrics are visible: <see cref="Delay"/> for Cloud Run.</param>
    public static MetricsSpan? Known(DateTimeOffset began, DateTimeOffset now, TimeSpan delay) =>
        now - began > delay ? new(began, now - delay) : null;
}
