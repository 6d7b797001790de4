using Google.Cloud.Run.V2;

namespace CdAutomation.Simulation.World;

/// <summary>
/// A worker pool is to Cloud Run what a service is, but for requests: its revisions share instances in place of traffic. The model keeps one
/// shape of both, and shows a pool in its own.
/// </summary>
internal static class Pools
{
    public static bool IsPool(string name) => name.Contains("/workerPools/", StringComparison.Ordinal);

    public static WorkerPool Shown(Service kept)
    {
        var pool = new WorkerPool
        {
            Name = kept.Name,
            Generation = kept.Generation,
            ObservedGeneration = kept.ObservedGeneration,
            Etag = kept.Etag,
            Reconciling = kept.Reconciling,
            TerminalCondition = kept.TerminalCondition,
            LatestReadyRevision = kept.LatestReadyRevision,
            LatestCreatedRevision = kept.LatestCreatedRevision,
            LastModifier = kept.LastModifier,
            Client = kept.Client,
            ClientVersion = kept.ClientVersion,
            Annotations = { kept.Annotations },
            Template = new WorkerPoolRevisionTemplate
            {
                Containers = { kept.Template.Containers },
                Annotations = { kept.Template.Annotations },
                Revision = kept.Template.Revision,
            },
        };
        pool.InstanceSplits.AddRange(kept.Traffic.Select(entry => new InstanceSplit { Type = SplitOf(entry.Type), Revision = entry.Revision, Percent = entry.Percent }));
        pool.InstanceSplitStatuses.AddRange(kept.TrafficStatuses.Select(entry => new InstanceSplitStatus
        {
            Type = SplitOf(entry.Type),
            Revision = entry.Revision,
            Percent = entry.Percent,
        }));
        return pool;
    }

    public static Service Kept(WorkerPool sent)
    {
        var service = new Service
        {
            Name = sent.Name,
            Etag = sent.Etag,
            Client = sent.Client,
            ClientVersion = sent.ClientVersion,
            Annotations = { sent.Annotations },
            Template = new RevisionTemplate
            {
                Containers = { sent.Template.Containers },
                Annotations = { sent.Template.Annotations },
                Revision = sent.Template.Revision,
            },
        };
        service.Traffic.AddRange(sent.InstanceSplits.Select(split => new TrafficTarget { Type = TrafficOf(split.Type), Revision = split.Revision, Percent = split.Percent }));
        return service;
    }

    private static InstanceSplitAllocationType SplitOf(TrafficTargetAllocationType type) => type switch
    {
        TrafficTargetAllocationType.Latest => InstanceSplitAllocationType.Latest,
        TrafficTargetAllocationType.Revision => InstanceSplitAllocationType.Revision,
        _ => InstanceSplitAllocationType.Unspecified,
    };

    private static TrafficTargetAllocationType TrafficOf(InstanceSplitAllocationType type) => type switch
    {
        InstanceSplitAllocationType.Latest => TrafficTargetAllocationType.Latest,
        InstanceSplitAllocationType.Revision => TrafficTargetAllocationType.Revision,
        _ => TrafficTargetAllocationType.Unspecified,
    };
}
