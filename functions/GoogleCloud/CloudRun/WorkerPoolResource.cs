using CdAutomation.GoogleCloud.Calls;
using Google.Cloud.Run.V2;
using Google.LongRunning;
using Google.Protobuf;
using Google.Protobuf.Collections;

namespace CdAutomation.GoogleCloud.CloudRun;

/// <summary>A worker pool: a service without requests, whose revisions share its instances (worker_pool.proto, instance_splits).</summary>
internal sealed class WorkerPoolResource(WorkerPool pool) : RevisionedResource
{
    private readonly TrafficTarget[] _traffic = [.. pool.InstanceSplits.Select(split => new TrafficTarget
    {
        Type = OfSplit(split.Type),
        Revision = split.Revision,
        Percent = split.Percent,
    })];

    public override IMessage Message => pool;

    public override long Generation => pool.Generation;

    public override long ObservedGeneration => pool.ObservedGeneration;

    public override bool Reconciling => pool.Reconciling;

    public override Condition? TerminalCondition => pool.TerminalCondition;

    public override IEnumerable<Condition> Conditions => pool.Conditions;

    public override string LastModifier => pool.LastModifier;

    public override MapField<string, string> Annotations => pool.Annotations;

    public override RepeatedField<Container>? Containers => pool.Template?.Containers;

    public override MapField<string, string> TemplateAnnotations => pool.Template.Annotations;

    public override string LatestReadyRevision => pool.LatestReadyRevision;

    public override string LatestCreatedRevision => pool.LatestCreatedRevision;

    public override IReadOnlyList<TrafficTarget> Traffic => _traffic;

    public override IReadOnlyList<TrafficTargetStatus> TrafficStatuses =>
    [
        .. pool.InstanceSplitStatuses.Select(split => new TrafficTargetStatus
        {
            Type = OfSplit(split.Type),
            Revision = split.Revision,
            Percent = split.Percent,
        }),
    ];

    public override bool TakesTags => false;

    public override void Tell(IReadOnlyList<TrafficTarget> traffic)
    {
        // As it was read it goes back as it came.
        if (traffic.SequenceEqual(_traffic))
            return;

        pool.InstanceSplits.Clear();
        pool.InstanceSplits.AddRange(traffic.Select(entry => new InstanceSplit
        {
            Type = OfTraffic(entry.Type),
            Revision = entry.Revision,
            Percent = entry.Percent,
        }));
    }

    public override RevisionedResource Copy()
    {
        var next = pool.Clone();
        // As with services: a kept name would be compared with the revision that has it.
        next.Template?.Revision = "";
        (next.Client, next.ClientVersion) = (Product.Name, Product.Version);
        return new WorkerPoolResource(next);
    }

    public override Task<Reply<Operation>> ReplaceAsync(RunRegion region, CancellationToken cancellation) =>
        region.ReplaceWorkerPoolAsync(pool, cancellation);

    private static TrafficTargetAllocationType OfSplit(InstanceSplitAllocationType type) => type switch
    {
        InstanceSplitAllocationType.Latest => TrafficTargetAllocationType.Latest,
        InstanceSplitAllocationType.Revision => TrafficTargetAllocationType.Revision,
        _ => TrafficTargetAllocationType.Unspecified,
    };

    private static InstanceSplitAllocationType OfTraffic(TrafficTargetAllocationType type) => type switch
    {
        TrafficTargetAllocationType.Latest => InstanceSplitAllocationType.Latest,
        TrafficTargetAllocationType.Revision => InstanceSplitAllocationType.Revision,
        _ => InstanceSplitAllocationType.Unspecified,
    };
}
