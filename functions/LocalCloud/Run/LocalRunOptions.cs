using CdAutomation.LocalCloud.Containers;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace CdAutomation.LocalCloud.Run;

/// <summary>How a <see cref="LocalRun"/> is set up.</summary>
public sealed class LocalRunOptions
{
    /// <summary>Of the Admin API on 127.0.0.1; 0 takes a free one.</summary>
    public int Port { get; init; }

    /// <summary>Of the services' addresses on 127.0.0.1; 0 takes a free one.</summary>
    public int ProxyPort { get; init; }

    /// <summary>
    /// Where everything is kept so that it survives a kill, and where containers' output goes (<c>logs/REVISION.log</c>); one host at a
    /// time. Null: in memory, gone at the end; what containers a killed host left then has to be removed by hand (their label is
    /// <c>cdautomation.local-run</c>).
    /// </summary>
    public string? DataDirectory { get; init; }

    /// <summary>What image references stand for.</summary>
    public required IImages Images { get; init; }

    /// <summary>
    /// What runs containers; images stay in its storage as <c>localhost/cdautomation-image</c>. Null simulates them: each revision is
    /// ready after a while and the proxy answers for it, but an image whose configuration carries the label
    /// <c>cdautomation.simulate=fails-to-start</c> fails as a container that does not listen, and a task of it exits with 1.
    /// </summary>
    public ContainerEngine? Engine { get; init; }

    /// <summary>The clock of everything but gRPC deadlines.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Where faults of the host itself are told; nowhere by default.</summary>
    public ILoggerFactory Logging { get; init; } = NullLoggerFactory.Instance;

    /// <summary>Failures on demand.</summary>
    public Faults Faults { get; init; } = new();

    /// <summary>How long a simulated revision takes to be ready, and an attempt of a simulated task to end.</summary>
    public TimeSpan SimulatedStart { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How long a container may take to listen, and a registry to answer; Cloud Run gives 4 minutes.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromMinutes(4);

    /// <summary>How long the container of a worker pool must have run to count as started.</summary>
    public TimeSpan WorkerTrial { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a revision that nothing reaches any more keeps its container.</summary>
    public TimeSpan RetirementGrace { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How old a request must be for Cloud Monitoring to show it; Google's list of metrics says up to 2 minutes, here none unless asked.
    /// </summary>
    public TimeSpan MetricsLag { get; init; }

    /// <summary>Draws the revision of each request and the letters of revision names; used by one thread at a time.</summary>
    public Random Random { get; init; } = new();
}
