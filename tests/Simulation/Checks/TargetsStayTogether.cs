using CdAutomation.Domain.Policies;
using CdAutomation.Simulation.Facts;

namespace CdAutomation.Simulation.Checks;

internal sealed class TargetsStayTogether : Checker
{
    private readonly EditedTargets _edited = new();

    public override string Invariant => "the targets of a stage serve the same release in the end, unless somebody parted them by hand";

    public override void See(Fact fact) => _edited.See(fact);

    public override void End()
    {
        foreach (var pipeline in World.Scenario.LastPolicies.Pipelines.Values.Where(each => each.Mode == PolicyMode.Enforce))
        {
            foreach (var stage in pipeline.Stages.Where(stage => stage.Targets.Length > 1 && !_edited.AreIn(stage)))
            {
                // Of several images SetsShipWhole looks after what belongs together.
                foreach (var image in stage.Targets.GroupBy(target => target.Image))
                {
                    var served = image.Select(target => (target.Name, World.Run.TargetOf(target.ResourceName).Serving)).ToArray();
                    if (served.DistinctBy(each => each.Serving).Count() > 1)
                        Violated($"{pipeline.Name}/{stage.Name} serves {string.Join(" and ", served.Select(each => $"{each.Serving?.Short} by {each.Name}"))}");
                }
            }
        }
    }
}
