using CdAutomation.Simulation.Facts;
using CdAutomation.Simulation.World;

namespace CdAutomation.Simulation.Checks;

internal sealed class SharesAsTold : Checker
{
    public override string Invariant => "at most two revisions share a service, and the new one has a share that some policy of the stage names";

    public override void See(Fact fact)
    {
        if (fact is not Fact.Written { Write: var write })
            return;

        var shares = write.Sent.Traffic.Where(entry => entry.Percent is > 0 and < 100).ToArray();
        if (shares.Length == 0)
            return;
        if (shares.Length > 2)
            Violated($"{RunService.ShortName(write.Service.Name)} is shared by {shares.Length} revisions");
        var named = World.Scenario.Policies.SelectMany(each => each.Policies.Pipelines.Values).SelectMany(each => each.Stages)
            .Where(stage => stage.Targets.Any(target => target.ResourceName == write.Service.Name) && stage.Strategy.Canary is not null)
            .SelectMany(stage => stage.Strategy.Canary!.Steps.OfType<Domain.Policies.CanaryStep.SetWeight>()).Select(step => step.Percent).ToHashSet();
        if (!shares.Any(entry => named.Contains(entry.Percent)))
            Violated($"{RunService.ShortName(write.Service.Name)} is told to serve "
                + $"{string.Join(" and ", shares.Select(entry => $"{entry.Percent} %"))}, and no policy names such a step");
    }
}
