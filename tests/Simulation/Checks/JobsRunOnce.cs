using CdAutomation.Domain.Images;
using CdAutomation.Simulation.Facts;
using CdAutomation.Simulation.World;

namespace CdAutomation.Simulation.Checks;

internal sealed class JobsRunOnce : Checker
{
    private readonly Dictionary<string, string> _running = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Job, Digest Digest), int> _executions = [];
    private readonly Dictionary<(string Pipeline, string Stage, Digest Digest), int> _begun = [];

    public override string Invariant => "a job never runs twice at once, and it runs at most once a rollout";

    public override void See(Fact fact)
    {
        switch (fact)
        {
            case Fact.Kept kept:
                foreach (var digest in Beginning.Of(kept).SelectMany(begun => begun.Digests.Select(digest => (begun.Pipeline, begun.Stage, digest))))
                    _begun[digest] = _begun.GetValueOrDefault(digest) + 1;
                break;
            case Fact.ExecutionStarted { Execution: var execution }:
                Started(execution);
                break;
            case Fact.ExecutionEnded { Execution: var execution } when _running.GetValueOrDefault(execution.Job.Name) == execution.Body.Name:
                _running.Remove(execution.Job.Name);
                break;
        }
    }

    private void Started(RunExecution execution)
    {
        var (job, name) = (execution.Job.Name, RunService.ShortName(execution.Body.Name));
        if (_running.TryGetValue(job, out var other))
            Violated($"{name} has begun while {RunService.ShortName(other)} runs");
        _running[job] = execution.Body.Name;

        if (execution.Digest is not { } digest)
        {
            Violated($"{name} runs an image of nobody's");
            return;
        }

        var (pipeline, stage) = World.StageOfJob(job);
        var times = _executions[(job, digest)] = _executions.GetValueOrDefault((job, digest)) + 1;
        if (times > _begun.GetValueOrDefault((pipeline, stage, digest)))
            Violated($"{name} is run {times} of {digest.Short}, which was begun {_begun.GetValueOrDefault((pipeline, stage, digest))} times at {pipeline}/{stage}");
    }
}
