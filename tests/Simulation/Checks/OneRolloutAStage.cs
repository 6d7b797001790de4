using CdAutomation.Domain.Rollouts;
using CdAutomation.Simulation.Facts;

namespace CdAutomation.Simulation.Checks;

internal sealed class OneRolloutAStage : Checker
{
    public override string Invariant => "a stage has at most one rollout, all that it owes belongs to it, and it owes something unless it waits";

    public override void See(Fact fact)
    {
        if (fact is not Fact.Kept kept)
            return;

        foreach (var (name, stage) in kept.State.Stages)
        {
            Effect[] orders = [.. kept.State.Owed.Where(order => order.IsOf(name))];
            if (stage.Rollout is not { } rollout)
            {
                if (orders.Length > 0)
                    Violated($"{kept.Pipeline}/{name} has no rollout, and owes {orders[0].Id}");
                continue;
            }

            var id = $"{name}/{rollout.Release.Id}/{rollout.StartedAt.ToUnixTimeMilliseconds()}/";
            foreach (var stray in orders.Where(order => !order.Id.StartsWith(id, StringComparison.Ordinal)))
                Violated($"{kept.Pipeline}/{name} is rolling out {rollout.Release.Id}, and owes {stray.Id}");
            if (orders.Length == 0 && rollout is not { Trouble: null, Step: RolloutStep.Pause, Until: not null })
                Violated($"{kept.Pipeline}/{name} is rolling out {rollout.Release.Id}, and nobody owes it");
            if (orders.Select(order => order.Id).Distinct().Count() < orders.Length)
                Violated($"{kept.Pipeline}/{name} owes the same twice");
        }
    }
}
