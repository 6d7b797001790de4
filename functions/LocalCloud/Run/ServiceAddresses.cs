using System.Diagnostics.CodeAnalysis;
using Google.Cloud.Run.V2;

namespace CdAutomation.LocalCloud.Run;

/// <summary>
/// Where services answer on this machine: <c>http://SERVICE.REGION.PROJECT.localhost:PORT</c>, with <c>TAG---</c> before it for a tag.
/// No part but the last can hold a dot and neither services nor tags may hold "---" here, so every host has one meaning. Names under
/// <c>localhost</c> are loopback (RFC 6761): browsers and curl know it, other programs send the name as the Host header.
/// </summary>
internal static class ServiceAddresses
{
    /// <summary>Writes the addresses into what a caller gets to see.</summary>
    public static Service With(Service service, Uri proxy)
    {
        if (service.DefaultUriDisabled || !ServicePath.TryParse(service.Name, out var path)) return service;
        service.Uri = $"http://{Host(path)}:{proxy.Port}";
        service.Urls.Clear();
        service.Urls.Add(service.Uri);
        foreach (var status in service.TrafficStatuses.Where(it => it.Tag.Length > 0))
            status.Uri = $"http://{status.Tag}---{Host(path)}:{proxy.Port}";
        return service;
    }

    /// <summary>Reads a request's host.</summary>
    public static bool TryRead(string host, [NotNullWhen(true)] out ServicePath? service, out string tag)
    {
        (service, tag) = (null, "");
        if (host.ToLowerInvariant().Split('.') is not [var first, var location, var project, "localhost"]) return false;
        var cut = first.IndexOf("---", StringComparison.Ordinal);
        if (cut >= 0) (tag, first) = (first[..cut], first[(cut + 3)..]);
        return (cut < 0 || tag.Length > 0)
            && ServicePath.TryParse($"projects/{project}/locations/{location}/services/{first}", out service);
    }

    private static string Host(ServicePath path) => $"{path.Id}.{path.Location.Location}.{path.Location.Project}.localhost";
}
