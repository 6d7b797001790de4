using Google.Cloud.Run.V2;
using Google.Protobuf;
using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;

namespace CdAutomation.LocalCloud.Run;

/// <summary>A worker pool as a thing with revisions; its shares are its instance splits.</summary>
internal sealed class WorkerPoolWorkload(WorkerPool pool) : Workload
{
    public WorkerPool Pool => pool;

    public override IMessage Message => pool;

    public override string Name { get => pool.Name; set => pool.Name = value; }

    public override string Uid { set => pool.Uid = value; }

    public override long Generation { get => pool.Generation; set => pool.Generation = value; }

    public override Timestamp CreateTime { set => pool.CreateTime = value; }

    public override Timestamp UpdateTime { set => pool.UpdateTime = value; }

    public override Timestamp? DeleteTime { get => pool.DeleteTime; set => pool.DeleteTime = value; }

    public override string Creator { set => pool.Creator = value; }

    public override string LastModifier { set => pool.LastModifier = value; }

    public override Google.Api.LaunchStage LaunchStage => pool.LaunchStage;

    public override long ObservedGeneration { set => pool.ObservedGeneration = value; }

    public override Condition? TerminalCondition { get => pool.TerminalCondition; set => pool.TerminalCondition = value; }

    public override RepeatedField<Condition> Conditions => pool.Conditions;

    public override string LatestReadyRevision { get => pool.LatestReadyRevision; set => pool.LatestReadyRevision = value; }

    public override string LatestCreatedRevision { get => pool.LatestCreatedRevision; set => pool.LatestCreatedRevision = value; }

    public override bool Reconciling { get => pool.Reconciling; set => pool.Reconciling = value; }

    public override string Etag { get => pool.Etag; set => pool.Etag = value; }

    public override RevisionTemplate Template
    {
        get
        {
            // Every field of a worker pool's template is in a service's too, under the same name.
            var template = new RevisionTemplate();
            MessageFields.CopyShared(pool.Template.Clone(), template);
            return template;
        }
    }

    public override string SharesCondition => Run.Conditions.InstanceSplitsReady;

    public override IEnumerable<WorkloadShare> Wanted => pool.InstanceSplits.Select(it =>
        new WorkloadShare(it.Type == InstanceSplitAllocationType.Latest, it.Revision, it.Percent, ""));

    public override IReadOnlyList<WorkloadShare> InForce =>
    [
        .. pool.InstanceSplitStatuses.Select(it =>
            new WorkloadShare(it.Type == InstanceSplitAllocationType.Latest, it.Revision, it.Percent, "")),
    ];

    public override void Enforce()
    {
        pool.InstanceSplitStatuses.Clear();
        pool.InstanceSplitStatuses.Add(pool.InstanceSplits.Select(it => new InstanceSplitStatus
        {
            Type = it.Type,
            Revision = it.Revision,
            Percent = it.Percent,
        }));
    }

    public override void CheckAndFill(string name)
    {
        var path = WorkerPoolPath.Parse(name, "worker_pool.name");
        WorkerPoolRules.Check(pool, path.Id);
        TemplateDefaults.Fill(pool, path.Location.Project);
    }

    public override IMessage Shown(Uri proxy) => pool.Clone();

    public override Workload Clone() => new WorkerPoolWorkload(pool.Clone());
}
