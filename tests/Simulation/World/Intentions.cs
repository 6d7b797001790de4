using CdAutomation.Domain.Images;
using CdAutomation.Domain.Releases;
using CdAutomation.Domain.Rollouts;
using CdAutomation.Simulation.Facts;

namespace CdAutomation.Simulation.World;

/// <summary>What the stored states said last: what each stage is about, for checkers that judge what is written to Cloud Run.</summary>
internal sealed class Intentions
{
    private readonly Dictionary<string, PipelineState> _states = new(StringComparer.Ordinal);

    public void See(Fact fact)
    {
        if (fact is Fact.Kept kept)
            _states[kept.Pipeline] = kept.State;
    }

    /// <summary>The rollout that a write belongs to, by the notes it leaves; null where none is on its way.</summary>
    public Rollout? RolloutOf(ITargetWrite write) => StageOf(write)?.Rollout;

    /// <summary>Whether the write gives a service back what it ran before a rollout that went wrong, or goes back by somebody's word.</summary>
    public bool IsWayBack(ITargetWrite write)
    {
        if (StageOf(write) is not { Rollout: { } rollout } stage)
            return false;
        var digest = write.To;
        var isBack = rollout.Trouble is not null || rollout.Step is RolloutStep.Return || rollout.IsRollback;
        return isBack && (rollout.Of(write.Target.Name) is { Before: { } before } ? before.Image is null || before.Image.Digest == digest : Has(stage.Serving?.Release, digest));
    }

    public StageState? StageOf(ITargetWrite write) =>
        _states.TryGetValue(write.Note("pipeline") ?? "", out var state) && write.Note("stage") is { } stage ? state.StageNamed(stage) : null;

    private static bool Has(Release? release, Digest? digest) => release?.Images.Values.Any(image => image.Digest == digest) == true;
}
