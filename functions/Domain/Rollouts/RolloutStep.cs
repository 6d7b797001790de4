using System.Collections.Immutable;
using System.Text.Json.Serialization;
using CdAutomation.Domain.Policies;
using CdAutomation.Domain.Targets;

namespace CdAutomation.Domain.Rollouts;

/// <summary>A step of a rollout. The family is closed.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Predeploy), "predeploy")]
[JsonDerivedType(typeof(Prepare), "prepare")]
[JsonDerivedType(typeof(Verify), "verify")]
[JsonDerivedType(typeof(Shift), "shift")]
[JsonDerivedType(typeof(Pause), "pause")]
[JsonDerivedType(typeof(Return), "return")]
public abstract record RolloutStep
{
    private RolloutStep() { }

    /// <summary>A job runs to its end.</summary>
    public sealed record Predeploy(Policies.Predeploy Job) : RolloutStep;

    /// <summary>Every target gets its new revision, without traffic.</summary>
    public sealed record Prepare : RolloutStep;

    /// <summary>Every new revision of a service is asked for what it must answer.</summary>
    public sealed record Verify(Verification Wanted) : RolloutStep;

    /// <summary>Every target's new revision gets so many percent, in the order of the policy; at 100 jobs are changed after them.</summary>
    public sealed record Shift(int Percent) : RolloutStep;

    /// <summary>Nothing moves for so long, and not before the metrics are good where they are asked.</summary>
    public sealed record Pause(TimeSpan Duration) : RolloutStep;

    /// <summary>Every target goes back to what it ran before.</summary>
    public sealed record Return : RolloutStep;

    /// <summary>What a stage's strategy asks for, in order. The last step gives everything to the new revisions.</summary>
    public static ImmutableArray<RolloutStep> Of(StagePolicy stage)
    {
        var strategy = stage.Strategy;
        var canary = strategy.Canary?.Steps ?? [];
        var steps = ImmutableArray.CreateBuilder<RolloutStep>();
        if (strategy.Predeploy is { } job)
            steps.Add(new Predeploy(job));
        // One service alone needs no preparing: Cloud Run gives it no traffic before it is ready.
        if (stage.Targets.Length > 1 || strategy.Verify is not null || canary.Length > 0)
            steps.Add(new Prepare());
        if (strategy.Verify is { } verification && stage.Targets.Any(target => target.Kind == TargetKind.Service))
            steps.Add(new Verify(verification));
        foreach (var step in canary)
            steps.Add(step.Match<RolloutStep>(weight => new Shift(weight.Percent), pause => new Pause(pause.Duration)));
        if (steps is not [.., Shift { Percent: 100 }])
            steps.Add(new Shift(100));
        return steps.ToImmutable();
    }

    /// <summary>Calls the function of the case.</summary>
    public T Match<T>(
        Func<Predeploy, T> predeploy, Func<Prepare, T> prepare, Func<Verify, T> verify, Func<Shift, T> shift, Func<Pause, T> pause, Func<Return, T> @return) => this switch
        {
            Predeploy it => predeploy(it),
            Prepare it => prepare(it),
            Verify it => verify(it),
            Shift it => shift(it),
            Pause it => pause(it),
            Return it => @return(it),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
}
