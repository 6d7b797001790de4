using CdAutomation.Domain.Rollouts;
using CdAutomation.Simulation.Facts;

namespace CdAutomation.Simulation.Checks;

internal sealed class OneRolloutAStage : Checker
{
    public override string Invariant => "a stage has at most one rollout, and a rollout is always owed by exactly one order";

    public override void See(Fact fact)
    {
        if (fact is not Fact.Kept kept)
            return;

        foreach (var (name, stage) in kept.State.Stages)
        {
            Effect.Apply[] orders = [.. kept.State.Owed.OfType<Effect.Apply>().Where(order => order.Stage == name)];
            if (orders.Length > 1)
                Violated($"{kept.Pipeline}/{name} owes {orders.Length} rollouts at once");
            if (stage.Rollout is { } rollout && orders.Length == 0)
                Violated($"{kept.Pipeline}/{name} is rolling out {rollout.Release.Id}, and nobody owes it");
            else if (stage.Rollout?.Release.Id is { } release && orders[0].Note.Release != release)
                Violated($"{kept.Pipeline}/{name} is rolling out {release}, and owes {orders[0].Note.Release}");
        }
    }
}
