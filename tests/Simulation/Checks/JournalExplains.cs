using CdAutomation.Domain.Decisions;
using CdAutomation.Domain.Images;
using CdAutomation.Simulation.Facts;
using CdAutomation.Simulation.World;

namespace CdAutomation.Simulation.Checks;

internal sealed class JournalExplains : Checker
{
    private readonly Dictionary<(string Pipeline, string Stage, Digest Digest), DateTimeOffset> _started = [];

    public override string Invariant => "the journal explains every change of Cloud Run before it is made, and what it calls deployed did serve";

    public override void See(Fact fact)
    {
        switch (fact)
        {
            case Fact.Kept kept:
                foreach (var record in kept.Records)
                    Take(record);
                break;
            case Fact.Written { Write: { To: { } digest } write } when write.From != digest || write.Revision is not null:
                var (pipeline, stage) = (write.Note("pipeline") ?? "", write.Note("stage") ?? "");
                if (!_started.ContainsKey((pipeline, stage, digest)))
                    Violated($"{RunService.ShortName(write.Service.Name)} was told to run {digest.Short}, and no decision of {pipeline}/{stage} says so");
                break;
        }
    }

    private void Take(DecisionRecord record)
    {
        if (record is not { Stage: { } stage, Digest: { } digest })
            return;

        var key = (record.Pipeline, stage, digest);
        if (record.Reason.Code == "rollout.started")
            _started[key] = record.At;
        if (record.Outcome != Outcome.Deployed)
            return;

        var target = World.PoliciesOf(record.Commit).Pipelines[record.Pipeline].Stages.First(each => each.Name == stage).Targets[0];
        if (!_started.TryGetValue(key, out var since))
            Violated($"{digest.Short} is called deployed at {record.Pipeline}/{stage}, and was never begun");
        else if (!World.Run.Of(target.ResourceName).HasServed(digest, since, World.Clock.Now))
            Violated($"{digest.Short} is called deployed at {record.Pipeline}/{stage}, and has never had all traffic since {since:HH:mm:ss.fff}");
    }
}
