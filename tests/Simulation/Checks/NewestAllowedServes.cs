using CdAutomation.Domain.Decisions;
using CdAutomation.Domain.Gates;
using CdAutomation.Domain.Images;
using CdAutomation.Domain.Policies;
using CdAutomation.Simulation.Facts;

namespace CdAutomation.Simulation.Checks;

internal sealed class NewestAllowedServes : Checker
{
    private readonly HashSet<string> _pinned = new(StringComparer.Ordinal);

    public override string Invariant => "in the end every stage serves the newest image that its policy allows, whether or not its event ever came";

    public override void See(Fact fact)
    {
        switch (fact)
        {
            // Whoever pins traffic by hand wants it so until the next release.
            case Fact.Edited { Write: var write } when write.After.Traffic.Any(entry => entry.Percent == 100 && entry.Revision.Length > 0):
                _pinned.Add(write.Service.Name);
                break;
            // Whoever puts another image there is not fought over, once it is seen.
            case Fact.Edited { Write: var write } when write.From != write.To:
                _pinned.Add(write.Service.Name);
                break;
            case Fact.Written { Write: var write }:
                _pinned.Remove(write.Service.Name);
                break;
            case Fact.JobEdited { Write: var write } when write.From != write.To:
                _pinned.Add(write.Job.Name);
                break;
            case Fact.JobWritten { Write: var write }:
                _pinned.Remove(write.Job.Name);
                break;
        }
    }

    public override void End()
    {
        foreach (var pipeline in World.Scenario.LastPolicies.Pipelines.Values.Where(each => each.Mode == PolicyMode.Enforce))
        {
            foreach (var stage in pipeline.Stages)
                Compare(pipeline, stage);
        }
    }

    private void Compare(PipelinePolicy pipeline, StagePolicy stage)
    {
        var service = World.Run.Of(stage.Targets[0].ResourceName);
        var repository = pipeline.Images.Values.First();
        // What is the newest of several images together, SetsShipWhole knows.
        if (pipeline.Images.Count > 1)
            return;
        if (stage.Targets.Any(target => _pinned.Contains(target.ResourceName)) || WasAskedForAnother(pipeline, stage) || WasSpokenOf(pipeline, stage) || IsDrifted(pipeline, stage))
            return;

        var best = World.Registry.All(repository)
            .Where(push => World.Registry.Truth(repository, push.Tag) == push.Digest && Scenarios.Version.Accepted(push.Tag) is not null)
            .Where(push => MayServe(pipeline, stage, push.Digest))
            .Select(push => (Version: Scenarios.Version.Accepted(push.Tag)!.Value, push.After, push.Digest))
            .OrderBy(each => each.Version).ThenBy(each => each.After).LastOrDefault();
        if (best.Version == default || service.Serving == best.Digest)
            return;

        var running = World.Registry.All(repository)
            .Where(push => push.Digest == service.Serving && Scenarios.Version.Accepted(push.Tag) is not null)
            .Select(push => (Version: Scenarios.Version.Accepted(push.Tag)!.Value, push.After))
            .OrderBy(each => (each.Version, each.After)).LastOrDefault();
        if ((running.Version, running.After).CompareTo((best.Version, best.After)) < 0)
            Violated($"{pipeline.Name}/{stage.Name} serves {running.Version} ({service.Serving?.Short}), and {best.Version} ({best.Digest.Short}) is allowed");
    }

    private bool MayServe(PipelinePolicy pipeline, StagePolicy stage, Digest digest) =>
        !World.Scenario.Broken.Contains(digest) && !World.Scenario.Sick.Contains(digest) && !World.Scenario.Leaky.Contains(digest)
        && !World.Store.Records.Any(record => record.Pipeline == pipeline.Name && record.Digest == digest && record.Outcome is Outcome.Failed or Outcome.RolledBack)
        && (stage.After is not { } after || WasDeployed(pipeline, after.Stage, digest))
        && (pipeline.Platform is null || World.Gates.OpinionOf("platform", digest) == Finding.Pass)
        && stage.Gates.All(gate => gate switch
        {
            Gate.Build => World.BuiltWell(digest) is not null,
            Gate.Windows or Gate.Rate => true,
            // What people owe an image to go on, nobody can demand of them.
            Gate.Approvals => false,
            _ => World.Gates.OpinionOf(gate.Name, digest) == Finding.Pass,
        });

    /// <summary>What people say changes what is the newest that may serve; <see cref="WordsStand"/> looks after that.</summary>
    private bool WasSpokenOf(PipelinePolicy pipeline, StagePolicy stage) =>
        World.Scenario.Words.Any(word => word.Pipeline == pipeline.Name && word.Command is not Domain.Releases.Command.Resume)
        || World.Store.StateOf(pipeline.Name).StageNamed(stage.Name).Hold is not null;

    /// <summary>Somebody runs another image there, and nobody fights over it.</summary>
    private bool IsDrifted(PipelinePolicy pipeline, StagePolicy stage) => !World.Store.StateOf(pipeline.Name).StageNamed(stage.Name).Drifts.IsEmpty;

    private bool WasDeployed(PipelinePolicy pipeline, string stage, Digest digest) => World.Store.Records.Any(record =>
        record.Pipeline == pipeline.Name && record.Stage == stage && record.Digest == digest && record.Outcome == Outcome.Deployed);

    /// <summary>What a person asked for may have no place among the versions; nothing can be called newer then.</summary>
    private bool WasAskedForAnother(PipelinePolicy pipeline, StagePolicy stage) => World.Store.Records.Any(record =>
        record.Pipeline == pipeline.Name && record.Stage == stage.Name && record.Actor is not null && record.Outcome == Outcome.Deploying
        && (record.Tag is null || Scenarios.Version.Accepted(record.Tag) is null));
}
