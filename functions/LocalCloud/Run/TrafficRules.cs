using Google.Cloud.Run.V2;

namespace CdAutomation.LocalCloud.Run;

/// <summary>
/// What Cloud Run refuses in a service's traffic before anything is written. Whether a named revision exists is seen later.
/// </summary>
internal static class TrafficRules
{
    private const int LongestTagAndService = 46;

    /// <summary>An empty list is right: it means 100 % to the latest ready revision.</summary>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT</exception>
    public static void Check(IReadOnlyList<TrafficTarget> traffic, string service)
    {
        foreach (var target in traffic)
        {
            CheckTarget(target);
            CheckTag(target.Tag, service);
        }

        if (traffic.Where(it => it.Tag.Length > 0).GroupBy(it => it.Tag).FirstOrDefault(it => it.Count() > 1) is { } twice)
            throw Refusal.InvalidArgument($"traffic[].tag: traffic tag '{twice.Key}' is used more than once.");
        var total = traffic.Sum(it => (long)it.Percent);
        if (traffic.Count > 0 && total != 100)
            throw Refusal.InvalidArgument($"traffic[].percent: the percents add up to {total}, not to 100.");
    }

    private static void CheckTarget(TrafficTarget target)
    {
        if (target.Percent is < 0 or > 100)
            throw Refusal.InvalidArgument($"traffic[].percent: {target.Percent} is not between 0 and 100.");
        switch (target.Type)
        {
            case TrafficTargetAllocationType.Latest when target.Revision.Length > 0:
                throw Refusal.InvalidArgument("traffic[].revision: must be empty where the type is LATEST.");
            case TrafficTargetAllocationType.Revision when target.Revision.Length == 0:
                throw Refusal.InvalidArgument("traffic[].revision: is required where the type is REVISION.");
            case TrafficTargetAllocationType.Latest or TrafficTargetAllocationType.Revision:
                break;
            default:
                throw Refusal.InvalidArgument("traffic[].type: must be LATEST or REVISION.");
        }
    }

    private static void CheckTag(string tag, string service)
    {
        if (tag.Length == 0) return;
        if (tag.Length + service.Length > LongestTagAndService)
            throw Refusal.InvalidArgument(
                $"traffic[].tag: traffic tag '{Refusal.Shown(tag)}' and service name '{service}' together are too long. "
                + "Combined traffic tag and service name cannot exceed 46 characters.");
        if (!ServiceRules.Name().IsMatch(tag) || tag.Contains("---", StringComparison.Ordinal))
            throw Refusal.InvalidArgument(
                $"traffic[].tag: traffic tag '{Refusal.Shown(tag)}' must begin with a letter, hold only lower-case letters, digits and "
                + "single or double hyphens, and not end with a hyphen.");
    }
}
