using CdAutomation.Simulation.Facts;
using CdAutomation.Simulation.Runs;

namespace CdAutomation.Simulation.Checks;

internal sealed class ComesToRest : Checker
{
    public override string Invariant => "nothing fails that no caller expects to fail, and after the last fault all comes to rest in bounded time";

    public override void See(Fact fact)
    {
        if (fact is Fact.Threw threw)
            Violated($"a worker threw {threw.Exception}");
    }

    public override void End()
    {
        if (Rest.Unrest(World) is { } why)
            Violated($"after {Rest.Longest.TotalHours:0} hours without a fault: {why}");
    }
}
