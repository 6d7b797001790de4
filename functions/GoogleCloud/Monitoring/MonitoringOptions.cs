namespace CdAutomation.GoogleCloud.Monitoring;

/// <summary>How Cloud Monitoring is asked.</summary>
public sealed record MonitoringOptions
{
    /// <summary>Where the Monitoring API is; over plain http (the local Cloud Run, HTTP/2 without TLS) no token is sent.</summary>
    public Uri Endpoint { get; init; } = new("https://monitoring.googleapis.com");

    /// <summary>How long after the requests their metrics are surely visible; not negative.</summary>
    public TimeSpan Delay { get; init; } = Domain.Rollouts.Analysis.MetricsSpan.Delay;

    /// <summary>Timeouts, retries and breaker.</summary>
    public Calls.CallLimits Limits { get; init; } = new();
}
