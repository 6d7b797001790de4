using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace CdAutomation.Domain.Images;

/// <summary>
/// Where images of one name are kept: a registry host and a path, without tag or digest. The grammar is that of the OCI distribution
/// specification v1.1 ("Pulling manifests", name) and of the reference format every container tool uses; a host is required, for a name
/// without one means a different registry to different tools.
/// </summary>
public sealed partial record Repository : IComparable<Repository>
{
    // Tools refuse names beyond 255 characters, host included; a DNS name is never longer than 253, a port adds six.
    private const int LengthMax = 255;

    /// <summary>A repository of these two parts.</summary>
    /// <exception cref="ArgumentException">The parts are not of the grammar; for text from outside, use <see cref="TryParse"/>.</exception>
    public Repository(string host, string path)
    {
        if (!IsValid(host, path))
            throw new ArgumentException($"{Excerpt.Of($"{host}/{path}")} is no repository.");
        (Host, Path) = (host.ToLowerInvariant(), path);
    }

    /// <summary>A DNS name or address in lower case, with its port if it has one: <c>asia-northeast1-docker.pkg.dev</c>.</summary>
    public string Host { get; }

    /// <summary>One or more lower-case segments: <c>acme/app/web</c>.</summary>
    public string Path { get; }

    /// <summary>
    /// The Google Cloud project as the path names it: the first segment, or the first two where the project is scoped by a domain
    /// (<c>example.com/prj</c>; Google's APIs write the same project <c>example.com:prj</c>).
    /// </summary>
    public string Project
    {
        get
        {
            var segments = Path.Split('/', 3);
            return segments[0].Contains('.', StringComparison.Ordinal) && segments.Length > 1
                ? $"{segments[0]}/{segments[1]}"
                : segments[0];
        }
    }

    /// <summary>Reads <c>host/path</c>; a tag or digest makes it no repository.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out Repository? repository)
    {
        repository = null;
        if (text is null || text.Length > LengthMax || text.IndexOf('/', StringComparison.Ordinal) is var slash && slash < 0)
            return false;
        if (!IsValid(text[..slash], text[(slash + 1)..]))
            return false;

        repository = new Repository(text[..slash], text[(slash + 1)..]);
        return true;
    }

    /// <summary>Ordinal, by host and then by path.</summary>
    public int CompareTo(Repository? other) => string.CompareOrdinal(ToString(), other?.ToString());

    /// <inheritdoc/>
    public override string ToString() => $"{Host}/{Path}";

    /// <summary>Ordinal order.</summary>
    public static bool operator <(Repository left, Repository right) => left.CompareTo(right) < 0;

    /// <summary>Ordinal order.</summary>
    public static bool operator >(Repository left, Repository right) => left.CompareTo(right) > 0;

    /// <summary>Ordinal order.</summary>
    public static bool operator <=(Repository left, Repository right) => left.CompareTo(right) <= 0;

    /// <summary>Ordinal order.</summary>
    public static bool operator >=(Repository left, Repository right) => left.CompareTo(right) >= 0;

    private static bool IsValid(string host, string path) =>
        host.Length + 1 + path.Length <= LengthMax && HasHostShape(host) && HostPattern().IsMatch(host) && PathPattern().IsMatch(path);

    // 'acme/web' would be a host 'acme' by the grammar alone; every tool reads it as a path on its default registry.
    private static bool HasHostShape(string host) =>
        host.AsSpan().ContainsAny('.', ':') || host.Equals("localhost", StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex(
        @"^(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*" +
        @"|\[[0-9a-fA-F:]+\])(?::[0-9]{1,5})?\z",
        RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex HostPattern();

    [GeneratedRegex(@"^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*\z",
        RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex PathPattern();
}
