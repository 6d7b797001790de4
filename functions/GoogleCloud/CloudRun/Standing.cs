using CdAutomation.Domain;
using CdAutomation.Domain.Rollouts;
using Google.Cloud.Run.V2;

namespace CdAutomation.GoogleCloud.CloudRun;

/// <summary>How a service, as it was read, stands to an order. The whole judgement but for what only the revision can tell.</summary>
internal abstract record Standing
{
    private Standing() { }

    /// <summary>The order does not fit the service at all.</summary>
    public sealed record Misfit(Reason Reason) : Standing;

    /// <summary>The service is told something else than what is ordered.</summary>
    public sealed record Different(Container Container) : Standing;

    /// <summary>It is told what is ordered and is getting there.</summary>
    public sealed record Converging(string What) : Standing;

    /// <summary>It is told what is ordered, and Cloud Run gave up.</summary>
    public sealed record Failing(Container Container) : Standing;

    /// <summary>It serves what it is told, by this revision (resource name).</summary>
    public sealed record Settled(string Revision) : Standing;

    /// <summary>
    /// Judges by run.proto's contract: while reconciling, and after a failure, the observed fields tell of what served before; after a
    /// success, generations, revisions and traffic agree pairwise.
    /// </summary>
    public static Standing Of(Service service, Effect.Apply order)
    {
        if (service.Template is not { } template)
            return new Misfit(new("target.template", $"{order.Target} has no template"));
        if (!Containers.TryFind(template.Containers, order.Target, out var container, out var why))
            return new Misfit(why);
        if (!Containers.Runs(container, order.Image.Reference) || !TrafficPlan.IsMeant(service.Traffic))
            return new Different(container);
        if (service.Reconciling)
            return new Converging($"generation {service.Generation} is being reconciled");
        if (service.TerminalCondition?.State is Condition.Types.State.ConditionFailed)
            return new Failing(container);
        return NotYet(service) is { } what ? new Converging(what) : new Settled(service.LatestReadyRevision);
    }

    private static string? NotYet(Service service) => service switch
    {
        { TerminalCondition: null or { State: not Condition.Types.State.ConditionSucceeded } } => "its terminal condition is not known yet",
        _ when service.ObservedGeneration != service.Generation =>
            $"generation {service.ObservedGeneration} of {service.Generation} has been observed",
        { LatestReadyRevision: "" } => "no revision is ready",
        _ when service.LatestReadyRevision != service.LatestCreatedRevision =>
            $"{TrafficPlan.ShortName(service.LatestCreatedRevision)} is not the ready revision yet",
        _ when !TrafficPlan.IsServed(service, TrafficPlan.ShortName(service.LatestReadyRevision)) => "its traffic is not as meant yet",
        _ => null,
    };
}
