using System.Collections.Immutable;
using CdAutomation.Domain.Gates;

namespace CdAutomation.Domain.Policies;

/// <summary>Everything that is asked of a release at a stage, wherever in the language it is written.</summary>
public static class GateList
{
    /// <summary>The gates in the order in which their answers are told: what stops everything first, what needs others last.</summary>
    /// <param name="pipeline">The pipeline.</param>
    /// <param name="stage">Its stage.</param>
    /// <param name="freezes">The freezes that hold the pipeline.</param>
    public static ImmutableArray<Gate> Of(PipelinePolicy pipeline, StagePolicy stage, ImmutableArray<Freeze> freezes)
    {
        var gates = ImmutableArray.CreateBuilder<Gate>();
        if (!freezes.IsEmpty)
            gates.Add(new Gate.Frozen(freezes));
        if (stage.After is { } after)
            gates.Add(after);
        if (pipeline.MinimumReleaseAge is { } minimum)
            gates.Add(new Gate.Age(minimum));
        if (pipeline.Platform is { } platform)
            gates.Add(new Gate.Platform(platform));
        gates.AddRange(stage.Gates);
        return gates.ToImmutable();
    }
}
