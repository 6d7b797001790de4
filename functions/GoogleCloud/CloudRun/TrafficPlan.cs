using Google.Cloud.Run.V2;
using static Google.Cloud.Run.V2.TrafficTargetAllocationType;

namespace CdAutomation.GoogleCloud.CloudRun;

/// <summary>
/// Where requests are meant to go: all of them to the latest ready revision, while every tag that somebody put on a revision stays where it
/// is. An empty list means just that to Cloud Run (run.proto, Service.traffic).
/// </summary>
internal static class TrafficPlan
{
    /// <summary>Whether the list already sends everything to the latest revision.</summary>
    public static bool IsMeant(IReadOnlyCollection<TrafficTarget> traffic) =>
        traffic.Count == 0
        || (traffic.All(entry => entry.Percent == 0 || IsLatest(entry)) && traffic.Sum(entry => (long)entry.Percent) == 100);

    /// <summary>
    /// The list that does, made from the one that does not: entries without a tag go, entries with one stay with no percentage. Entries are
    /// copied whole, so that fields this build does not know stay too.
    /// </summary>
    public static IReadOnlyList<TrafficTarget> Mean(IReadOnlyCollection<TrafficTarget> traffic) => IsMeant(traffic)
        ? [.. traffic]
        : [new TrafficTarget { Type = Latest, Percent = 100 }, .. traffic.Where(entry => entry.Tag.Length > 0).Select(WithoutPercent)];

    /// <summary>Whether what is served is as the service's own list means it.</summary>
    /// <param name="service">A service whose <see cref="Service.Traffic"/> is as meant.</param>
    /// <param name="ready">Short name of the latest ready revision.</param>
    public static bool IsServed(Service service, string ready)
    {
        var served = service.TrafficStatuses;
        var there = served.Where(entry => IsLatest(entry) || ShortName(entry.Revision) == ready);
        return there.Sum(entry => (long)entry.Percent) == 100
            && served.Sum(entry => (long)entry.Percent) == 100
            && service.Traffic.Where(entry => entry.Tag.Length > 0).All(entry => served.Any(status => IsTagOf(entry, status, ready)));
    }

    /// <summary>The last part of a resource name; of a short name, all of it.</summary>
    public static string ShortName(string resource) => resource[(resource.LastIndexOf('/') + 1)..];

    private const TrafficTargetAllocationType Latest = TrafficTargetAllocationType.Latest;

    private static bool IsLatest(TrafficTarget entry) =>
        entry.Type == Latest || (entry.Type == Unspecified && entry.Revision.Length == 0);

    private static bool IsLatest(TrafficTargetStatus entry) =>
        entry.Type == Latest || (entry.Type == Unspecified && entry.Revision.Length == 0);

    private static bool IsTagOf(TrafficTarget meant, TrafficTargetStatus status, string ready) =>
        meant.Tag == status.Tag
        && (IsLatest(meant)
            ? IsLatest(status) || ShortName(status.Revision) == ready
            : ShortName(meant.Revision) == ShortName(status.Revision));

    private static TrafficTarget WithoutPercent(TrafficTarget entry)
    {
        var copy = entry.Clone();
        copy.Percent = 0;
        return copy;
    }
}
