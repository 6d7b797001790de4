using CdAutomation.Domain.Decisions;
using CdAutomation.Domain.Images;
using CdAutomation.Simulation.Facts;

namespace CdAutomation.Simulation.Checks;

internal sealed class FailedIsNotTriedAgain : Checker
{
    private readonly HashSet<(string Pipeline, string Stage, Digest Digest)> _failed = [];

    public override string Invariant => "a digest that did not come up at a stage is not tried there again, unless a person asks for it";

    public override void See(Fact fact)
    {
        if (fact is not Fact.Kept kept)
            return;

        foreach (var record in kept.Records.Where(record => record is { Stage: not null, Digest: not null }))
        {
            var key = (record.Pipeline, record.Stage!, record.Digest!.Value);
            if (record.Outcome == Outcome.Failed)
                _failed.Add(key);
            else if (record.Reason.Code == "rollout.started" && record.Actor is null && _failed.Contains(key))
                Violated($"{record.Tag} ({record.Digest.Value.Short}) is begun again at {record.Pipeline}/{record.Stage}, where it failed before");
        }
    }
}
