using CdAutomation.Simulation.Facts;
using CdAutomation.Simulation.World;

namespace CdAutomation.Simulation.Checks;

/// <summary>Looks at what Cloud Run is told, by the simulated truth of what was found, and not at what was decided of it.</summary>
internal sealed class TroubleGetsNoMore : Checker
{
    private readonly HashSet<string> _bad = new(StringComparer.Ordinal);
    private readonly Intentions _intentions = new();

    public override string Invariant => "a revision that answered wrongly, or that metrics found bad, is given no more traffic than it had";

    public override void See(Fact fact)
    {
        _intentions.See(fact);
        switch (fact)
        {
            case Fact.Verified { Well: false, Order: var order }:
                _bad.Add(order.Revision);
                break;
            case Fact.Measured { Well: false, Order: var order } when !IsObserved(order.Target.ResourceName, order.Stage):
                _bad.Add(order.Revision);
                break;
            // What was on its way to be known when somebody said go on.
            case Fact.Kept kept when kept.Records.Any(record => record.Reason.Code == "people.resume"):
                _bad.Clear();
                break;
            case Fact.Written { Write: var write }:
                Check(write);
                break;
        }
    }

    private void Check(RunWrite write)
    {
        foreach (var entry in write.Sent.Traffic.Where(entry => entry.Percent > 0 && _bad.Contains(entry.Revision)))
        {
            var before = write.Before.Traffic.Where(each => each.Revision == entry.Revision).Sum(each => each.Percent);
            // Somebody who asks for it again knows better.
            if (entry.Percent > before && _intentions.RolloutOf(write)?.Actor is null)
                Violated($"{RunService.ShortName(write.Service.Name)} gives {entry.Percent} % to {entry.Revision}, which is bad");
        }
    }

    private bool IsObserved(string target, string stage) => World.Scenario.Policies
        .SelectMany(each => each.Policies.Pipelines.Values).SelectMany(each => each.Stages)
        .Any(each => each.Name == stage && each.Targets.Any(one => one.ResourceName == target) && each.Strategy.Analysis is null or { ObserveOnly: true });
}
