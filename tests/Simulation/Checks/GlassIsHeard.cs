using CdAutomation.Simulation.Facts;
using CdAutomation.Simulation.Scenarios;

namespace CdAutomation.Simulation.Checks;

internal sealed class GlassIsHeard : Checker
{
    private readonly Dictionary<(string Pipeline, string Stage), int> _told = [];
    private readonly HashSet<string> _ids = new(StringComparer.Ordinal);

    public override string Invariant => "whoever breaks the glass is in the journal, and is told of at every stage that it is for";

    public override void See(Fact fact)
    {
        if (fact is Fact.Told { Announcement: { Outcome: "breakGlass" } told } && _ids.Add(told.Id))
            _told[(told.Pipeline, told.Stage)] = _told.GetValueOrDefault((told.Pipeline, told.Stage)) + 1;
    }

    public override void End()
    {
        var journalled = World.Store.Records.Where(record => record.Reason.Code == "breakGlass").ToArray();
        foreach (var record in journalled.Where(record => record.Actor != Glass.Actor))
            Violated($"{record.Actor} is said to have broken the glass, and has not");
        foreach (var glass in World.Scenario.Glasses.GroupBy(glass => glass.Pipeline))
        {
            var stages = World.Scenario.LastPolicies.Pipelines[glass.Key].Stages.Select(stage => stage.Name);
            foreach (var stage in stages)
            {
                var heard = journalled.Count(record => record.Pipeline == glass.Key && (record.Stage ?? stage) == stage);
                if (_told.GetValueOrDefault((glass.Key, stage)) != heard)
                    Violated($"the glass of {glass.Key}/{stage} was broken {heard} times by the journal, and {_told.GetValueOrDefault((glass.Key, stage))} times by what was told");
            }
        }
    }
}
