using CdAutomation.Domain.Decisions;
using CdAutomation.Domain.Images;
using CdAutomation.Simulation.Facts;
using CdAutomation.Simulation.World;

namespace CdAutomation.Simulation.Checks;

internal sealed class JobsRunOnDeploy : Checker
{
    private readonly HashSet<(string Job, Digest Digest)> _started = [];
    private readonly HashSet<string> _edited = new(StringComparer.Ordinal);

    public override string Invariant => "what is called deployed has been started where a job is to run on it, and nothing else has";

    public override void See(Fact fact)
    {
        switch (fact)
        {
            case Fact.ExecutionStarted { Execution: { Digest: { } digest } execution }:
                _started.Add((execution.Job.Name, digest));
                if (World.Scenario.Targets.FirstOrDefault(target => target.ResourceName == execution.Job.Name) is { RunOnDeploy: false })
                    Violated($"{RunService.ShortName(execution.Body.Name)} has begun, and nobody wants the job to run");
                break;
            // What somebody wrote after us may have taken the start with it.
            case Fact.JobEdited { Write: var write }:
                _edited.Add(write.Job.Name);
                break;
            case Fact.Kept kept:
                foreach (var record in kept.Records.Where(record => record.Reason.Code == "rollout.serving" && record.Outcome == Outcome.Deployed))
                    Check(record);
                break;
        }
    }

    private void Check(DecisionRecord record)
    {
        var policy = World.PoliciesOf(record.Commit).Pipelines[record.Pipeline];
        foreach (var job in policy.Stages.First(stage => stage.Name == record.Stage).Targets.Where(target => target.RunOnDeploy && policy.Images[target.Image] == record.Image))
        {
            if (!_edited.Contains(job.ResourceName) && !_started.Contains((job.ResourceName, record.Digest!.Value)))
                Violated($"{record.Digest.Value.Short} is called deployed at {record.Pipeline}/{record.Stage}, and {job.Name} was never started with it");
        }
    }
}
