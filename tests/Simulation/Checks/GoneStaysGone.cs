using CdAutomation.Domain.Decisions;
using CdAutomation.Domain.Images;
using CdAutomation.Domain.Policies;
using CdAutomation.Simulation.Facts;

namespace CdAutomation.Simulation.Checks;

/// <summary>Looks at what serves in the end, and not at what was begun.</summary>
internal sealed class GoneStaysGone : Checker
{
    private readonly HashSet<(string Pipeline, string Stage, Digest Digest)> _gone = [];
    private readonly HashSet<(string Pipeline, string Stage)> _uncertain = [];
    private readonly EditedTargets _edited = new();
    private readonly HashSet<(string Target, Digest Digest)> _before = [];

    public override string Invariant => "what failed, was gone back from or was quarantined before it came serves nowhere in the end, unless somebody asked for it";

    public override void See(Fact fact)
    {
        _edited.See(fact);
        if (fact is not Fact.Kept kept)
            return;
        foreach (var record in kept.Records)
            Take(record);
    }

    private void Take(DecisionRecord record)
    {
        if (record.Reason.Code == "people.quarantine" && record.Digest is { } quarantined)
            Quarantine(record.Pipeline, quarantined);
        if (record is not { Stage: { } stage, Digest: { } digest })
            return;

        var place = (record.Pipeline, stage, digest);
        if (record.Reason.Code == "rollout.started")
            Look(record.Pipeline, stage, digest);
        // One that could not be taken back may be anywhere, until somebody has looked.
        if (record.Reason.Code == "rollback.failed")
            _uncertain.Add((record.Pipeline, stage));
        else if (record.Outcome is Outcome.Failed or Outcome.RolledBack)
            _gone.Add(place);
        else if (record.Outcome is Outcome.Deployed || record is { Reason.Code: "rollout.started", Actor: not null })
            _gone.Remove(place);
    }

    private void Quarantine(string pipeline, Digest digest)
    {
        var policy = World.Scenario.LastPolicies.Pipelines[pipeline];
        var state = World.Store.StateOf(pipeline);
        foreach (var stage in policy.Stages)
        {
            var isThere = stage.Targets.Any(target => World.Run.TargetOf(target.ResourceName) is var it && it.Served.Any(each => each.Digest == digest));
            var isComing = state.StageNamed(stage.Name).Rollout?.Release.Images.Values.Any(image => image.Digest == digest) == true;
            if (!isThere && !isComing)
                _gone.Add((pipeline, stage.Name, digest));
        }
    }

    public override void End()
    {
        foreach (var pipeline in World.Scenario.LastPolicies.Pipelines.Values.Where(each => each.Mode == PolicyMode.Enforce))
        {
            foreach (var stage in pipeline.Stages.Where(stage => !_uncertain.Contains((pipeline.Name, stage.Name))))
                Check(pipeline.Name, stage);
        }
    }

    private void Check(string pipeline, StagePolicy stage)
    {
        if (_edited.AreIn(stage))
            return;
        foreach (var target in stage.Targets)
        {
            if (World.Run.TargetOf(target.ResourceName).Serving is { } digest
                && _gone.Contains((pipeline, stage.Name, digest)) && !_before.Contains((target.ResourceName, digest)))
                Violated($"{target.Name} serves {digest.Short}, which was to be gone from {pipeline}/{stage.Name}");
        }
    }

    /// <summary>What a target served when a rollout of the same began, it serves on when that is gone back from.</summary>
    private void Look(string pipeline, string stage, Digest digest)
    {
        foreach (var target in World.Scenario.LastPolicies.Pipelines[pipeline].Stages.Where(each => each.Name == stage).SelectMany(each => each.Targets))
        {
            if (World.Run.TargetOf(target.ResourceName).Serving == digest)
                _before.Add((target.ResourceName, digest));
            else
                _before.Remove((target.ResourceName, digest));
        }
    }
}
