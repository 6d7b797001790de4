using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace CdAutomation.LocalCloud.Registry;

/// <summary>How the local registry runs.</summary>
public sealed record LocalRegistryOptions
{
    /// <summary>The plain HTTP port on 127.0.0.1; 0 takes a free one.</summary>
    public int Port { get; init; }

    /// <summary>Where everything is kept; created when missing. Null: a temporary folder that is removed at the end.</summary>
    public string? DataDirectory { get; init; }

    /// <summary>Who is told of pushes and deletions; null for nobody. It stays the caller's to dispose.</summary>
    public IAnnouncements? Announcements { get; init; }

    /// <summary>The host names under which a repository path such as <c>acme/app/web</c> is known to the world; one announcement is
    /// made for each.
    /// An empty list: the Host header of the request.</summary>
    public Func<string, IReadOnlyList<string>> PublicHosts { get; init; } = _ => [];

    /// <summary>Idle uploads and pauses between attempts are measured by this clock.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>The largest blob, in bytes; 2 GiB unless told otherwise.</summary>
    public long LargestBlob { get; init; } = 2L * 1024 * 1024 * 1024;

    /// <summary>Where failed announcements are told; silent by default.</summary>
    public ILoggerFactory Loggers { get; init; } = NullLoggerFactory.Instance;
}
