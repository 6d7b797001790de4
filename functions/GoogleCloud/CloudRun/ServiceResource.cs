using CdAutomation.GoogleCloud.Calls;
using Google.Cloud.Run.V2;
using Google.LongRunning;
using Google.Protobuf;
using Google.Protobuf.Collections;

namespace CdAutomation.GoogleCloud.CloudRun;

/// <summary>A service.</summary>
internal sealed class ServiceResource(Service service) : RevisionedResource
{
    public override IMessage Message => service;

    public override long Generation => service.Generation;

    public override long ObservedGeneration => service.ObservedGeneration;

    public override bool Reconciling => service.Reconciling;

    public override Condition? TerminalCondition => service.TerminalCondition;

    public override IEnumerable<Condition> Conditions => service.Conditions;

    public override string LastModifier => service.LastModifier;

    public override MapField<string, string> Annotations => service.Annotations;

    public override RepeatedField<Container>? Containers => service.Template?.Containers;

    public override MapField<string, string> TemplateAnnotations => service.Template.Annotations;

    public override string LatestReadyRevision => service.LatestReadyRevision;

    public override string LatestCreatedRevision => service.LatestCreatedRevision;

    public override IReadOnlyList<TrafficTarget> Traffic => service.Traffic;

    public override IReadOnlyList<TrafficTargetStatus> TrafficStatuses => service.TrafficStatuses;

    public override bool TakesTags => true;

    /// <summary>Where it answers; empty for nowhere.</summary>
    public string Address => service.Uri;

    public override void Tell(IReadOnlyList<TrafficTarget> traffic)
    {
        TrafficTarget[] told = [.. traffic.Select(entry => entry.Clone())];
        service.Traffic.Clear();
        service.Traffic.AddRange(told);
    }

    public override RevisionedResource Copy()
    {
        var next = service.Clone();
        // A name kept from an earlier write would be compared with the revision that has it, and refused (ALREADY_EXISTS).
        next.Template?.Revision = "";
        (next.Client, next.ClientVersion) = (Product.Name, Product.Version);
        return new ServiceResource(next);
    }

    public override Task<Reply<Operation>> ReplaceAsync(RunRegion region, CancellationToken cancellation) =>
        region.ReplaceServiceAsync(service, cancellation);
}
