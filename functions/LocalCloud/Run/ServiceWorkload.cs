using Google.Cloud.Run.V2;
using Google.Protobuf;
using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;
using Service = Google.Cloud.Run.V2.Service;

namespace CdAutomation.LocalCloud.Run;

/// <summary>A service as a thing with revisions; its shares are its traffic.</summary>
internal sealed class ServiceWorkload(Service service) : Workload
{
    public Service Service => service;

    public override IMessage Message => service;

    public override string Name { get => service.Name; set => service.Name = value; }

    public override string Uid { set => service.Uid = value; }

    public override long Generation { get => service.Generation; set => service.Generation = value; }

    public override Timestamp CreateTime { set => service.CreateTime = value; }

    public override Timestamp UpdateTime { set => service.UpdateTime = value; }

    public override Timestamp? DeleteTime { get => service.DeleteTime; set => service.DeleteTime = value; }

    public override string Creator { set => service.Creator = value; }

    public override string LastModifier { set => service.LastModifier = value; }

    public override Google.Api.LaunchStage LaunchStage => service.LaunchStage;

    public override long ObservedGeneration { set => service.ObservedGeneration = value; }

    public override Condition? TerminalCondition { get => service.TerminalCondition; set => service.TerminalCondition = value; }

    public override RepeatedField<Condition> Conditions => service.Conditions;

    public override string LatestReadyRevision { get => service.LatestReadyRevision; set => service.LatestReadyRevision = value; }

    public override string LatestCreatedRevision { get => service.LatestCreatedRevision; set => service.LatestCreatedRevision = value; }

    public override bool Reconciling { get => service.Reconciling; set => service.Reconciling = value; }

    public override string Etag { get => service.Etag; set => service.Etag = value; }

    public override RevisionTemplate Template => service.Template.Clone();

    public override string SharesCondition => Run.Conditions.RoutesReady;

    public override IEnumerable<WorkloadShare> Wanted => service.Traffic.Select(it =>
        new WorkloadShare(it.Type == TrafficTargetAllocationType.Latest, it.Revision, it.Percent, it.Tag));

    public override IReadOnlyList<WorkloadShare> InForce =>
    [
        .. service.TrafficStatuses.Select(it =>
            new WorkloadShare(it.Type == TrafficTargetAllocationType.Latest, it.Revision, it.Percent, it.Tag)),
    ];

    public override void Enforce()
    {
        service.TrafficStatuses.Clear();
        service.TrafficStatuses.Add(service.Traffic.Select(it => new TrafficTargetStatus
        {
            Type = it.Type,
            Revision = it.Revision,
            Percent = it.Percent,
            Tag = it.Tag,
        }));
    }

    public override void CheckAndFill(string name)
    {
        var path = ServicePath.Parse(name, "service.name");
        ServiceRules.Check(service, path.Id);
        TrafficRules.Check(service.Traffic, path.Id);
        TemplateDefaults.Fill(service, path.Location.Project);
    }

    public override IMessage Shown(Uri proxy) => ServiceAddresses.With(service.Clone(), proxy);

    public override Workload Clone() => new ServiceWorkload(service.Clone());
}
