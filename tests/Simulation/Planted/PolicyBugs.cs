using System.Collections.Immutable;
using CdAutomation.Delivery;
using CdAutomation.Domain;
using CdAutomation.Domain.Gates;
using CdAutomation.Domain.Policies;

namespace CdAutomation.Simulation.Planted;

/// <summary>A rule that errs, as if it were another rule: the workers go by a policy that is not the one in force.</summary>
internal abstract class PolicyBug : Bug
{
    public sealed override IReadPolicies Policies(IReadPolicies policies) => new Misreading(policies, this);

    protected virtual PipelinePolicy Misread(PipelinePolicy policy) => policy with { Stages = [.. policy.Stages.Select(Misread)] };

    protected virtual StagePolicy Misread(StagePolicy stage) => stage;

    protected virtual ImmutableArray<Freeze> Misread(ImmutableArray<Freeze> freezes) => freezes;

    private sealed class Misreading(IReadPolicies inner, PolicyBug bug) : IReadPolicies
    {
        public Parsed<PolicySet> Read(string canonical, string commit)
        {
            var read = inner.Read(canonical, commit);
            return !read.TryGetValue(out var policies) ? read : policies with
            {
                Pipelines = policies.Pipelines.ToImmutableSortedDictionary(each => each.Key, each => bug.Misread(each.Value)),
                Freezes = bug.Misread(policies.Freezes),
            };
        }
    }
}

internal sealed class LooksAtNoWindow : PolicyBug
{
    public override string Mistake => "what a closed window holds is let pass";

    protected override StagePolicy Misread(StagePolicy stage) => stage with { Gates = stage.Gates.RemoveAll(gate => gate is Gate.Windows) };
}

internal sealed class LooksAtNoFreeze : PolicyBug
{
    public override string Mistake => "what a freeze holds is let pass";

    protected override ImmutableArray<Freeze> Misread(ImmutableArray<Freeze> freezes) => [];
}

internal sealed class CountsNoRate : PolicyBug
{
    public override string Mistake => "a stage takes releases faster than its rate";

    protected override StagePolicy Misread(StagePolicy stage) => stage with { Gates = stage.Gates.RemoveAll(gate => gate is Gate.Rate) };
}

internal sealed class SkipsTheSoakTime : PolicyBug
{
    public override string Mistake => "a release that has served the stage before is promoted at once";

    protected override StagePolicy Misread(StagePolicy stage) => stage with { After = stage.After is { } after ? after with { SoakTime = TimeSpan.Zero } : null };
}

internal sealed class TakesImagesTooYoung : PolicyBug
{
    public override string Mistake => "an image is taken half way to its minimum age";

    protected override PipelinePolicy Misread(PipelinePolicy policy) => policy with { MinimumReleaseAge = policy.MinimumReleaseAge / 2 };
}

internal sealed class AsksForNoBuild : PolicyBug
{
    public override string Mistake => "an image of no build, or of one that failed, is taken";

    protected override StagePolicy Misread(StagePolicy stage) => stage with { Gates = stage.Gates.RemoveAll(gate => gate is Gate.Build) };
}

internal sealed class GoesByArrival : PolicyBug
{
    private static readonly TagSpec Newest = TagSpec.Create([@"^v[12]\.\d+\.\d+$"], [], null, new TagRule.Newest()).TryGetValue(out var spec)
        ? spec
        : throw new InvalidOperationException();

    public override string Mistake => "what came last is the newest, whatever its version";

    protected override PipelinePolicy Misread(PipelinePolicy policy) => policy with { Tags = Newest };
}
