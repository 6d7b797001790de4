using CdAutomation.Domain.Images;
using CdAutomation.Simulation.Facts;
using CdAutomation.Simulation.World;

namespace CdAutomation.Simulation.Checks;

internal sealed class PredeployComesFirst : Checker
{
    private readonly HashSet<(string Job, Digest Digest)> _succeeded = [];
    private readonly Dictionary<(string Pipeline, string Stage, Digest Digest), (string Job, Digest Runs)?> _needs = [];
    private readonly Intentions _intentions = new();

    public override string Invariant => "where a stage has a job before a rollout, nothing of the release is there before that has succeeded with it";

    public override void See(Fact fact)
    {
        _intentions.See(fact);
        switch (fact)
        {
            case Fact.ExecutionEnded { Execution: { Well: true, Digest: { } digest } execution }:
                _succeeded.Add((execution.Job.Name, digest));
                break;
            case Fact.Kept kept:
                foreach (var begun in Beginning.Of(kept))
                    Need(begun);
                break;
            case Fact.Written { Write: var write }:
                Check(write);
                break;
            case Fact.JobWritten { Write: var write } when World.Scenario.Targets.Any(target => target.ResourceName == write.Job.Name):
                Check(write);
                break;
        }
    }

    private void Need(Beginning begun)
    {
        var policy = World.PoliciesOf(begun.First.Commit).Pipelines[begun.Pipeline];
        var stage = policy.Stages.First(each => each.Name == begun.Stage);
        // What is said of an image of a release for the second time has no line of its own.
        (string, Digest)? need = stage.Strategy.Predeploy is { } job && begun.Records.FirstOrDefault(record => record.Image == policy.Images[job.Image]) is { } runs
            ? (SimulatedWorld.JobOf(stage), runs.Digest!.Value)
            : null;
        foreach (var digest in begun.Digests)
            _needs[(begun.Pipeline, begun.Stage, digest)] = need;
    }

    private void Check(ITargetWrite write)
    {
        if (write.To is not { } digest || write.From == digest || _intentions.IsWayBack(write))
            return;
        var place = (write.Note("pipeline") ?? "", write.Note("stage") ?? "", digest);
        if (_needs.GetValueOrDefault(place) is { } need && !_succeeded.Contains(need))
            Violated($"{RunService.ShortName(write.Target.Name)} is told to run {digest.Short}, and {RunService.ShortName(need.Job)} has not succeeded with {need.Runs.Short}");
    }
}
