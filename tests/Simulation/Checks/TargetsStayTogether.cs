using CdAutomation.Domain.Policies;
using CdAutomation.Simulation.Facts;

namespace CdAutomation.Simulation.Checks;

internal sealed class TargetsStayTogether : Checker
{
    private readonly HashSet<string> _edited = new(StringComparer.Ordinal);

    public override string Invariant => "the targets of a stage serve the same release in the end, unless somebody parted them by hand";

    public override void See(Fact fact)
    {
        if (fact is Fact.Edited { Write: var write })
            _edited.Add(write.Service.Name);
    }

    public override void End()
    {
        foreach (var pipeline in World.Scenario.LastPolicies.Pipelines.Values.Where(each => each.Mode == PolicyMode.Enforce))
        {
            foreach (var stage in pipeline.Stages.Where(stage => stage.Targets.Length > 1 && !stage.Targets.Any(target => _edited.Contains(target.ResourceName))))
            {
                var served = stage.Targets.Select(target => World.Run.Of(target.ResourceName).Serving).Distinct().ToArray();
                if (served.Length > 1)
                {
                    var who = stage.Targets.Select(target => $"{World.Run.Of(target.ResourceName).Serving?.Short} by {target.Name}");
                    Violated($"{pipeline.Name}/{stage.Name} serves {string.Join(" and ", who)}");
                }
            }
        }
    }
}
