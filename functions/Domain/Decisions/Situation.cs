using System.Collections.Immutable;
using CdAutomation.Domain.Gates;
using CdAutomation.Domain.Policies;
using CdAutomation.Domain.Releases;

namespace CdAutomation.Domain.Decisions;

/// <summary>Everything a decision may look at. If it is not here, the decision does not depend on it.</summary>
/// <param name="Policy">The policy in force.</param>
/// <param name="Commit">The commit it was read from.</param>
/// <param name="State">What is remembered.</param>
/// <param name="Seen">What was seen just now, in this order.</param>
/// <param name="Cause">What led to this decision: the event's key, or the tick.</param>
/// <param name="Now">The instant of the decision.</param>
/// <param name="Patience">How long things may take.</param>
public sealed record Situation(
    PipelinePolicy Policy,
    string Commit,
    PipelineState State,
    ImmutableArray<Observation> Seen,
    string Cause,
    DateTimeOffset Now,
    Patience Patience)
{
    /// <summary>The freezes that hold the pipeline.</summary>
    public ImmutableArray<Freeze> Freezes { get; init; } = [];

    /// <summary>Who is told of deployments beside the subscribers of the topic, by the names that the shell gives them.</summary>
    public ImmutableArray<string> Trackers { get; init; } = [];

    /// <summary>Who wrote the commit of the image in question, where a test of policies says so; otherwise its builds tell.</summary>
    public string? Author { get; init; }

    /// <summary>
    /// Where what led to this decision is traced; what begins here is told as begun there. Kept and handed on as it is: nothing is decided by
    /// it. Null where nobody traces.
    /// </summary>
    public string? Origin { get; init; }
}

/// <summary>How long to wait for what. Every wait ends at an instant that is kept as data.</summary>
/// <param name="Payment">How long the worker that decided has an effect for itself before any other may pay it.</param>
/// <param name="Retry">The first wait after a look or a payment without an end; doubled each time, up to sixteen times it.</param>
/// <param name="Lag">How long a registry may deny a tag that it has announced.</param>
/// <param name="Survey">How often the registry's own list of tags is read.</param>
/// <param name="Build">How long a build's own event may come after the image's.</param>
public sealed record Patience(TimeSpan Payment, TimeSpan Retry, TimeSpan Lag, TimeSpan Survey, TimeSpan Build)
{
    /// <summary>What suits Google Cloud.</summary>
    public static Patience Default { get; } = new(
        Payment: TimeSpan.FromSeconds(60),
        Retry: TimeSpan.FromSeconds(5),
        Lag: TimeSpan.FromMinutes(2),
        Survey: TimeSpan.FromMinutes(5),
        Build: TimeSpan.FromMinutes(15));

    /// <summary>How long a yes of somebody elsewhere is gone by before they are asked again.</summary>
    public TimeSpan Fresh { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long the tags of a release of several images get to settle once all of them are there.</summary>
    public TimeSpan Quiet { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How often metrics are looked at while a new revision has a part of the traffic.</summary>
    public TimeSpan Measure { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>The wait after so many attempts without an end.</summary>
    /// <param name="attempts">Attempts so far, from 1.</param>
    public TimeSpan After(int attempts) => Retry * Math.Min(16, 1 << Math.Clamp(attempts - 1, 0, 4));
}
