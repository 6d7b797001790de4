using CdAutomation.Domain.Decisions;
using CdAutomation.Domain.Images;
using CdAutomation.Domain.Policies;
using CdAutomation.Simulation.Facts;

namespace CdAutomation.Simulation.Checks;

/// <summary>Looks at what was begun, and at what serves in the end.</summary>
internal sealed class SetsShipWhole : Checker
{
    private readonly EditedTargets _edited = new();
    private readonly Dictionary<(string Pipeline, string Stage), Digest[]> _begun = [];

    public override string Invariant => "a release of several images is begun whole, of one tag, build or commit, and none waits for an image that is there";

    public override void See(Fact fact)
    {
        _edited.See(fact);
        if (fact is not Fact.Kept kept || World.Scenario.LastPolicies.Pipelines[kept.Pipeline].Images.Count == 1)
            return;
        foreach (var stage in kept.State.Stages)
            Begun(kept, stage.Key, stage.Value.Rollout);
    }

    private void Begun(Fact.Kept kept, string stage, Domain.Rollouts.Rollout? rollout)
    {
        if (rollout is not { IsRollback: false })
            return;
        Digest[] digests = [.. rollout.Release.Images.Values.Select(image => image.Digest)];
        if (_begun.GetValueOrDefault((kept.Pipeline, stage)) is { } before && before.SequenceEqual(digests))
            return;

        _begun[(kept.Pipeline, stage)] = digests;
        var policy = World.PoliciesOf(kept.State.Commit).Pipelines[kept.Pipeline];
        var used = policy.Stages.First(each => each.Name == stage).ImagesUsed;
        if (!used.SetEquals(rollout.Release.Images.Keys))
            Violated($"{kept.Pipeline}/{stage} takes {string.Join(" and ", rollout.Release.Images.Keys)} of a release, and uses {string.Join(" and ", used)}");
        if (!Families.AreOne(World, policy, digests))
            Violated($"{kept.Pipeline}/{stage} takes {string.Join(" and ", digests.Select(digest => digest.Short))}, which are of no one {policy.Match}");
    }

    public override void End()
    {
        foreach (var policy in World.Scenario.LastPolicies.Pipelines.Values.Where(policy => policy.Images.Count > 1))
        {
            if (policy.Mode == PolicyMode.Enforce)
            {
                foreach (var stage in policy.Stages.Where(stage => !_edited.AreIn(stage)))
                    Serves(policy, stage);
            }

            foreach (var last in World.Store.LastRecords.Where(last => last.Pipeline == policy.Name && last.Reason.Code == "release.incomplete"))
                Waits(policy, last);
        }
    }

    private void Serves(PipelinePolicy policy, StagePolicy stage)
    {
        Digest?[] served = [.. stage.Targets.Select(target => World.Run.TargetOf(target.ResourceName).Serving).Distinct()];
        Digest[] ours = [.. served.OfType<Digest>()];
        if (ours.Length > 0 && (ours.Length < served.Length || !Families.AreOne(World, policy, ours)))
            Violated($"{policy.Name}/{stage.Name} serves {string.Join(" and ", served.Select(digest => digest?.Short ?? "something else"))}, which are of no one {policy.Match}");
    }

    /// <summary>Says that it waits for an image, though by the only tag that it has, the image is there.</summary>
    private void Waits(PipelinePolicy policy, DecisionRecord last)
    {
        if (policy.Match != ReleaseMatch.Tag || last.Tag is not { } tag)
            return;
        if (policy.Images.Values.All(repository => World.Registry.Truth(repository, tag) is not null) && World.Registry.Truth(last.Image!, tag) == last.Digest)
            Violated($"{tag} waits at {policy.Name}/{last.Stage} for an image that is there: {last.Reason.Sentence}");
    }
}
