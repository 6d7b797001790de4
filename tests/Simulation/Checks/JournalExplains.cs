using CdAutomation.Domain.Decisions;
using CdAutomation.Domain.Images;
using CdAutomation.Simulation.Facts;
using CdAutomation.Simulation.World;

namespace CdAutomation.Simulation.Checks;

internal sealed class JournalExplains : Checker
{
    private readonly Dictionary<(string Pipeline, string Stage, Digest Digest), DateTimeOffset> _started = [];

    public override string Invariant => "the journal explains every change of Cloud Run before it is made, and what it calls deployed did serve";

    private readonly Intentions _intentions = new();
    private readonly Dictionary<(string Pipeline, string Stage), DateTimeOffset> _asked = [];

    public override void See(Fact fact)
    {
        _intentions.See(fact);
        switch (fact)
        {
            case Fact.Kept kept:
                foreach (var record in kept.Records)
                    Take(record);
                break;
            case Fact.Written { Write: { To: { } digest } write } when write.From != digest || write.Revision is not null:
                Explain(write, digest, write.Note("pipeline") ?? "", write.Note("stage") ?? "");
                break;
            // The job before a rollout bears no notes: what it is for, the policies say.
            case Fact.JobWritten { Write: { To: { } digest } write } when write.From != digest:
                var (pipeline, stage) = World.StageOfJob(write.Job.Name);
                Explain(write, digest, pipeline, stage);
                break;
        }
    }

    private void Explain(ITargetWrite write, Digest digest, string pipeline, string stage)
    {
        if (!_started.ContainsKey((pipeline, stage, digest)) && !_intentions.IsWayBack(write))
            Violated($"{RunService.ShortName(write.Target.Name)} was told to run {digest.Short}, and no decision of {pipeline}/{stage} says so");
    }

    private void Take(DecisionRecord record)
    {
        if (record.Reason.Code == "people.rollback")
            _asked[(record.Pipeline, record.Stage!)] = record.At;
        if (record is not { Stage: { } stage, Digest: { } digest })
            return;

        var key = (record.Pipeline, stage, digest);
        if (record.Reason.Code == "rollout.started")
            _started[key] = record.At;
        // Somebody went back to what served before: it serves again from now on.
        if (record.Reason.Code == "rollback.serving")
            _started[key] = _asked[(record.Pipeline, stage)];
        if (record.Outcome != Outcome.Deployed)
            return;

        if (!_started.TryGetValue(key, out var since))
            Violated($"{digest.Short} is called deployed at {record.Pipeline}/{stage}, and was never begun");
        var policy = World.PoliciesOf(record.Commit).Pipelines[record.Pipeline];
        foreach (var target in policy.Stages.First(each => each.Name == stage).Targets.Where(target => policy.Images[target.Image] == record.Image))
        {
            if (!World.Run.TargetOf(target.ResourceName).HasServed(digest, since, World.Clock.Now))
                Violated($"{digest.Short} is called deployed at {record.Pipeline}/{stage}, and has never had all traffic of {target.Name} since {since:HH:mm:ss.fff}");
        }
    }
}
