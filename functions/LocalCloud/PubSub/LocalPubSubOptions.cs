using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace CdAutomation.LocalCloud.PubSub;

/// <summary>How the local Pub/Sub runs.</summary>
public sealed record LocalPubSubOptions
{
    /// <summary>The gRPC port on 127.0.0.1; 0 takes a free one.</summary>
    public int Port { get; init; }

    /// <summary>The plain HTTP port of <c>/jwks</c> on 127.0.0.1; 0 takes a free one. A port of its own because gRPC without TLS
    /// speaks HTTP/2 only.</summary>
    public int KeysPort { get; init; }

    /// <summary>The folder of the one SQLite file; created when missing. Null keeps everything in memory.</summary>
    public string? DataDirectory { get; init; }

    /// <summary>Publish times, leases, backoffs and token lifetimes are measured by this clock.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Duplicates and reorderings; none unless asked for.</summary>
    public PubSubFaults Faults { get; init; } = new(Random.Shared);

    /// <summary>Where refused and failed deliveries are told; silent by default. Message bodies and tokens are never logged.</summary>
    public ILoggerFactory Loggers { get; init; } = NullLoggerFactory.Instance;
}
