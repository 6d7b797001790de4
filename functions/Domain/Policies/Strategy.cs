using System.Collections.Immutable;

namespace CdAutomation.Domain.Policies;

/// <summary>How a release is applied to a stage. Every part that is null is not done.</summary>
/// <param name="Predeploy">Runs before any traffic moves.</param>
/// <param name="Verify">Asked of the new revision before any traffic moves.</param>
/// <param name="Canary">Traffic by steps.</param>
/// <param name="Analysis">What the metrics must say meanwhile.</param>
/// <param name="AutoRollback">What happens when it goes wrong.</param>
public sealed record Strategy(Predeploy? Predeploy, Verification? Verify, Canary? Canary, Analysis? Analysis, AutoRollback? AutoRollback)
{
    /// <summary>All traffic at once, and nothing beside it.</summary>
    public static Strategy AllAtOnce { get; } = new(null, null, null, null, null);
}

/// <summary>A job that runs once a release and stage before any traffic.</summary>
/// <param name="Job">Id of the Cloud Run job, in the project and region of the stage's first target.</param>
/// <param name="Image">The name, within the pipeline, of the image it runs.</param>
/// <param name="Args">Arguments in place of the job's own; empty leaves those.</param>
/// <param name="Timeout">Longer is a failure.</param>
public sealed record Predeploy(string Job, string Image, ImmutableArray<string> Args, TimeSpan Timeout);

/// <summary>A request that the new revision must answer while it has no traffic.</summary>
/// <param name="Path">Begins with a slash.</param>
/// <param name="Status">The HTTP status that is right.</param>
/// <param name="Attempts">At most so many.</param>
/// <param name="Body">A regular expression that the body must match, or null for any.</param>
public sealed record Verification(string Path, int Status, int Attempts, string? Body);

/// <summary>Traffic by steps; after the last one all of it.</summary>
public sealed record Canary(ImmutableArray<CanaryStep> Steps)
{
    /// <summary>What becomes of it when a newer release comes.</summary>
    public OnNewer Newer { get; init; }
}

/// <summary>What becomes of a rollout when a newer release comes.</summary>
public enum OnNewer
{
    /// <summary>The newer one starts over, and the older one is superseded.</summary>
    Replace,

    /// <summary>It is finished first; then the newest is taken.</summary>
    Finish,

    /// <summary>It is finished first; then the next is taken, none left out.</summary>
    Queue,
}

/// <summary>A step of a canary. The family is closed.</summary>
public abstract record CanaryStep
{
    private CanaryStep() { }

    /// <summary>The new revision gets so many percent, from 0 to 100.</summary>
    public sealed record SetWeight(int Percent) : CanaryStep;

    /// <summary>Nothing moves for so long.</summary>
    public sealed record Pause(TimeSpan Duration) : CanaryStep;

    /// <summary>Calls the function of the case.</summary>
    public T Match<T>(Func<SetWeight, T> setWeight, Func<Pause, T> pause) => this switch
    {
        SetWeight it => setWeight(it),
        Pause it => pause(it),
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}

/// <summary>What metrics must say of a new revision. Every limit that is null is not set.</summary>
/// <param name="MaxErrorRate">From 0 to 1.</param>
/// <param name="MaxLatencyP95">The 95th percentile.</param>
/// <param name="MinRequests">With fewer nothing is said.</param>
/// <param name="Window">The span that is looked at.</param>
public sealed record Analysis(decimal? MaxErrorRate, TimeSpan? MaxLatencyP95, int? MinRequests, TimeSpan? Window)
{
    /// <summary>Whether what it finds is only told, and holds or takes back nothing.</summary>
    public bool ObserveOnly { get; init; }
}

/// <summary>A rollout that goes wrong is taken back.</summary>
/// <param name="Hold">Whether the stage then takes nothing until somebody resumes it.</param>
public sealed record AutoRollback(bool Hold);
