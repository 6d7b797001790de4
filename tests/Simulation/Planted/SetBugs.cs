using CdAutomation.Domain.Policies;

namespace CdAutomation.Simulation.Planted;

internal sealed class MatchesByTag : PolicyBug
{
    public override string Mistake => "images of one tag are taken for one release, whatever build they are of";

    protected override PipelinePolicy Misread(PipelinePolicy policy) => policy.Images.Count > 1 ? policy with { Match = ReleaseMatch.Tag } : policy;
}

internal sealed class ShipsHalfASet : PolicyBug
{
    public override string Mistake => "only the first image of a release is shipped";

    protected override PipelinePolicy Misread(PipelinePolicy policy)
    {
        var first = policy.Images.Keys.First();
        return policy with
        {
            Images = policy.Images.RemoveRange(policy.Images.Keys.Skip(1)),
            Stages =
            [
                .. policy.Stages.Select(stage => stage with
                {
                    Targets = stage.Targets.RemoveAll(target => target.Image != first),
                    Strategy = stage.Strategy.Predeploy is { } job && job.Image != first ? stage.Strategy with { Predeploy = null } : stage.Strategy,
                }),
            ],
        };
    }
}
