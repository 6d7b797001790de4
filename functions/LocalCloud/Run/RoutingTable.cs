using System.Collections.Concurrent;
using System.Collections.Immutable;
using Google.Cloud.Run.V2;

namespace CdAutomation.LocalCloud.Run;

/// <summary>One way in: a share of the service's requests, or those to a tag, or both.</summary>
/// <param name="Revision">Full name; LATEST is already resolved.</param>
internal sealed record RouteEntry(string Revision, int Percent, string Tag);

/// <summary>Where the requests to a service go: its traffic statuses, that is, what serves and not what is wished.</summary>
internal sealed record Route(string Service, bool IsAddressDisabled, ImmutableArray<RouteEntry> Entries)
{
    /// <summary>The revision of a tag, or, without a tag, of a draw.</summary>
    /// <param name="tag">"" for none.</param>
    /// <param name="draw">0 to 99.</param>
    /// <returns>Null when nothing serves there.</returns>
    public string? Choose(string tag, int draw)
    {
        if (tag.Length > 0) return Entries.FirstOrDefault(it => it.Tag == tag)?.Revision;
        foreach (var entry in Entries)
        {
            if (draw < entry.Percent) return entry.Revision;
            draw -= entry.Percent;
        }

        return null;
    }
}

/// <summary>Routes as the store has them, remembered until a service's traffic changes.</summary>
internal sealed class RoutingTable(RunStore store)
{
    private readonly ConcurrentDictionary<string, Route> _routes = new();

    /// <returns>Null when there is no such service.</returns>
    public Route? Find(ServicePath service)
    {
        var name = service.ToString();
        if (_routes.TryGetValue(name, out var known)) return known;
        // Remembered inside the store's lock, as Forget is called inside it: an old route cannot be put back after a change.
        return store.Read(tables => tables.FindWorkload(name) is { } stored ? _routes[name] = Of(stored.Service) : null);
    }

    /// <summary>To be called inside the write that changes a service's traffic.</summary>
    public void Forget(string service) => _routes.TryRemove(service, out _);

    private static Route Of(Service service) => new(service.Name, service.DefaultUriDisabled,
    [
        .. service.TrafficStatuses.Select(it => new RouteEntry(
            it.Type == TrafficTargetAllocationType.Latest ? service.LatestReadyRevision : $"{service.Name}/revisions/{it.Revision}",
            it.Percent,
            it.Tag)),
    ]);
}
