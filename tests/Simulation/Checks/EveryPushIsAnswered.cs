using CdAutomation.Domain.Decisions;
using CdAutomation.Simulation.Facts;
using CdAutomation.Simulation.Runs;
using CdAutomation.Simulation.Scenarios;

namespace CdAutomation.Simulation.Checks;

/// <summary>Of a push whose event was never published, what has to become is the business of <see cref="NewestAllowedServes"/>.</summary>
internal sealed class EveryPushIsAnswered : Checker
{
    public override string Invariant => "every pushed digest has its verdict in the journal, and none that waits for what has long come";

    public override void See(Fact fact)
    {
    }

    public override void End()
    {
        foreach (var push in World.Scenario.Pushes.Where(push => push.After > TimeSpan.Zero && !World.IsLost(push)))
        {
            foreach (var pipeline in World.Scenario.LastPolicies.Watching(push.Repository))
                Answer(push, pipeline.Name);
        }
    }

    private void Answer(Push push, string pipeline)
    {
        DecisionRecord[] all = [.. World.Store.Records.Where(record =>
            record.Pipeline == pipeline && record.Image == push.Repository && record.Digest == push.Digest)];
        if (all.Length == 0)
            Violated($"{push.Tag} ({push.Digest.Short}) has no answer of {pipeline}");

        foreach (var last in all.Where(record => record.Stage is not null).GroupBy(record => record.Stage).Select(stage => stage.Last()).Where(last => Rest.Waits(World, last)))
            Violated($"{push.Tag} ({push.Digest.Short}) is {last.Outcome} at {pipeline}/{last.Stage} to this day: {last.Reason}");
    }
}
