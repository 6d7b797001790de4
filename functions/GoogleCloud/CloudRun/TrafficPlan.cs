using Google.Cloud.Run.V2;
using static Google.Cloud.Run.V2.TrafficTargetAllocationType;

namespace CdAutomation.GoogleCloud.CloudRun;

/// <summary>
/// Where requests, or a worker pool's instances, are meant to go, while every tag that somebody put on a revision stays where it is. An empty
/// list sends all to the latest ready revision (run.proto, Service.traffic).
/// </summary>
internal static class TrafficPlan
{
    /// <summary>Whether the list already sends everything to the latest revision.</summary>
    public static bool IsMeant(IReadOnlyCollection<TrafficTarget> traffic) =>
        traffic.Count == 0
        || (traffic.All(entry => entry.Percent == 0 || IsLatest(entry)) && traffic.Sum(entry => (long)entry.Percent) == 100);

    /// <summary>
    /// The list that does, made from the one that does not: entries without a tag go, entries with one stay with no percentage, but for our
    /// own. Entries are copied whole, so that fields this build does not know stay too.
    /// </summary>
    public static IReadOnlyList<TrafficTarget> Mean(IReadOnlyCollection<TrafficTarget> traffic) =>
        IsMeant(traffic) && !traffic.Any(OurTag.IsOn) ? [.. traffic] : Of([ToLatest()], traffic);

    /// <summary>The list that sends everything to one revision, by its short name.</summary>
    public static IReadOnlyList<TrafficTarget> Pin(IReadOnlyCollection<TrafficTarget> traffic, string revision) =>
        Keep(traffic, Of([Share(revision, 100)], traffic));

    /// <summary>The list that gives a new revision so many percent and an older one the rest.</summary>
    /// <param name="traffic">As it was read.</param>
    /// <param name="old">Short name; null where nothing else serves, so that the new one has it all already.</param>
    /// <param name="next">Short name.</param>
    /// <param name="percent">From 0 to 100.</param>
    /// <param name="tag">The tag that makes an address for the new one, or null for none.</param>
    public static IReadOnlyList<TrafficTarget> Split(
        IReadOnlyCollection<TrafficTarget> traffic, string? old, string next, int percent, string? tag)
    {
        TrafficTarget[] shares = old is not null && old != next
            ? [.. new[] { Share(old, 100 - percent), Share(next, percent) }.Where(entry => entry.Percent > 0)]
            : [IsMeant(traffic) ? ToLatest() : Share(next, 100)];
        return Keep(traffic, Of(tag is null ? shares : [.. shares, new TrafficTarget { Type = Revision, Revision = next, Tag = tag }], traffic));
    }

    /// <summary>The revisions that are told to have a part, by short names; the one that is ready where it is the latest.</summary>
    /// <param name="traffic">As it was read.</param>
    /// <param name="ready">Short name of the latest ready revision; empty for none, which then has no part.</param>
    public static IReadOnlyList<string> Live(IReadOnlyCollection<TrafficTarget> traffic, string ready) =>
        [.. SharesOf(Told(traffic), ready).Keys.Where(name => name.Length > 0).Order(StringComparer.Ordinal)];

    /// <summary>Short names of the revisions that have traffic now, the largest share first, whatever it is told.</summary>
    public static IReadOnlyList<string> Serving(RevisionedResource read) =>
    [
        .. read.TrafficStatuses.Where(entry => entry.Percent > 0).OrderByDescending(entry => entry.Percent)
            .Select(entry => entry.Revision.Length == 0 ? read.Ready : ShortName(entry.Revision)).Where(name => name.Length > 0).Distinct(),
    ];

    /// <summary>Whether what is served is as it is told.</summary>
    /// <param name="read">As it was read.</param>
    /// <param name="ready">Short name of the latest ready revision.</param>
    public static bool IsServed(RevisionedResource read, string ready)
    {
        var served = read.TrafficStatuses;
        return Same(SharesOf(Told(read.Traffic), ready), SharesOf(served.Select(AsTold), ready))
            && read.Traffic.Where(entry => entry.Tag.Length > 0).All(entry => served.Any(status => IsTagOf(entry, status, ready)));
    }

    /// <summary>The last part of a resource name; of a short name, all of it.</summary>
    public static string ShortName(string resource) => resource[(resource.LastIndexOf('/') + 1)..];

    private const TrafficTargetAllocationType Latest = TrafficTargetAllocationType.Latest;
    private const TrafficTargetAllocationType Revision = TrafficTargetAllocationType.Revision;

    private static TrafficTarget ToLatest() => new() { Type = Latest, Percent = 100 };

    private static TrafficTarget Share(string revision, int percent) => new() { Type = Revision, Revision = revision, Percent = percent };

    private static IReadOnlyList<TrafficTarget> Of(TrafficTarget[] ours, IReadOnlyCollection<TrafficTarget> traffic) =>
        [.. ours, .. traffic.Where(entry => entry.Tag.Length > 0 && !OurTag.IsOn(entry)).Select(WithoutPercent)];

    /// <summary>The list as it was read where it says the same already: whoever wrote it may have written it otherwise.</summary>
    private static IReadOnlyList<TrafficTarget> Keep(IReadOnlyCollection<TrafficTarget> traffic, IReadOnlyList<TrafficTarget> wanted) =>
        Same(SharesOf(Told(traffic), ""), SharesOf(wanted, "")) && TagsOf(traffic).SetEquals(TagsOf(wanted)) ? [.. traffic] : wanted;

    private static IEnumerable<TrafficTarget> Told(IEnumerable<TrafficTarget> traffic) => traffic.DefaultIfEmpty(ToLatest());

    private static Dictionary<string, long> SharesOf(IEnumerable<TrafficTarget> traffic, string ready)
    {
        var shares = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var entry in traffic.Where(entry => entry.Percent != 0))
        {
            var name = IsLatest(entry) ? ready : ShortName(entry.Revision);
            shares[name] = shares.GetValueOrDefault(name) + entry.Percent;
        }

        return shares;
    }

    private static bool Same(Dictionary<string, long> some, Dictionary<string, long> others) =>
        some.Count == others.Count && some.All(share => others.TryGetValue(share.Key, out var percent) && percent == share.Value);

    private static HashSet<(string Tag, string Revision)> TagsOf(IEnumerable<TrafficTarget> traffic) =>
        [.. traffic.Where(entry => entry.Tag.Length > 0).Select(entry => (entry.Tag, IsLatest(entry) ? "" : ShortName(entry.Revision)))];

    private static bool IsLatest(TrafficTarget entry) =>
        entry.Type == Latest || (entry.Type == Unspecified && entry.Revision.Length == 0);

    private static TrafficTarget AsTold(TrafficTargetStatus entry) =>
        new() { Type = entry.Type, Revision = entry.Revision, Percent = entry.Percent, Tag = entry.Tag };

    private static bool IsTagOf(TrafficTarget meant, TrafficTargetStatus status, string ready)
    {
        var told = AsTold(status);
        return meant.Tag == status.Tag
            && (IsLatest(meant)
                ? IsLatest(told) || ShortName(told.Revision) == ready
                : ShortName(meant.Revision) == ShortName(told.Revision));
    }

    private static TrafficTarget WithoutPercent(TrafficTarget entry)
    {
        var copy = entry.Clone();
        copy.Percent = 0;
        return copy;
    }
}
