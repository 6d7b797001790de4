using System.Collections.Immutable;
using System.Text.Json.Serialization;
using CdAutomation.Domain.Policies;
using CdAutomation.Domain.Releases;
using CdAutomation.Domain.Targets;

namespace CdAutomation.Domain.Rollouts;

/// <summary>Something the shell owes the world. Doing it twice must equal doing it once.</summary>
/// <param name="Id">Stable: the same decision owes the same id.</param>
/// <param name="DueAt">When a worker other than the one that decided it may pay it.</param>
/// <param name="Attempts">How often it was tried without an end.</param>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Apply), "apply")]
[JsonDerivedType(typeof(Announce), "announce")]
[JsonDerivedType(typeof(Ask), "ask")]
[JsonDerivedType(typeof(TakeBack), "takeBack")]
[JsonDerivedType(typeof(RunOnce), "runOnce")]
[JsonDerivedType(typeof(Verify), "verify")]
[JsonDerivedType(typeof(Measure), "measure")]
[JsonDerivedType(typeof(Track), "track")]
public abstract record Effect(string Id, DateTimeOffset DueAt, int Attempts)
{
    /// <summary>Where what led to it is traced; null where nobody traces.</summary>
    public string? Origin { get; init; }

    /// <summary>Make a target run its image of the release, with so much of the traffic, and see that it does.</summary>
    /// <param name="Stage">The stage it is for.</param>
    /// <param name="Target">What is to run it.</param>
    /// <param name="Image">What it is to run.</param>
    /// <param name="Note">What to leave written on the target.</param>
    public sealed record Apply(string Id, DateTimeOffset DueAt, int Attempts, string Stage, Target Target, ReleaseImage Image, ApplyNote Note)
        : Effect(Id, DueAt, Attempts)
    {
        /// <summary>
        /// How much of the traffic, or of a worker pool's instances, the new revision gets once it is ready, from 0 to 100. A job has no
        /// traffic: it is changed at 100 alone.
        /// </summary>
        public int Percent { get; init; } = 100;

        /// <summary>What has the rest, and what is gone back to; null while nobody has looked, so that the first order finds it out.</summary>
        public Footing? Before { get; init; }

        /// <summary>A job is started once, under this suffix of its execution's name, after its image has been changed; null starts nothing.</summary>
        public string? RunAs { get; init; }
    }

    /// <summary>Make a target run what it ran before: traffic first, in one call, then the template.</summary>
    /// <param name="Stage">The stage it is for.</param>
    /// <param name="Target">What is taken back.</param>
    /// <param name="Image">What it was to run and must run no longer.</param>
    /// <param name="Before">What it ran before.</param>
    /// <param name="Note">What to leave written on the target: the release that is gone back to.</param>
    public sealed record TakeBack(
        string Id, DateTimeOffset DueAt, int Attempts, string Stage, Target Target, ReleaseImage Image, Footing Before, ApplyNote Note)
        : Effect(Id, DueAt, Attempts);

    /// <summary>Run a job to its end, once: an execution of this name that exists already is the one.</summary>
    /// <param name="Stage">The stage it is for.</param>
    /// <param name="Job">The job.</param>
    /// <param name="Image">What it runs.</param>
    /// <param name="Args">Arguments in place of the job's own; empty leaves those.</param>
    /// <param name="RunAs">Suffix of the execution's name, the same for the same release and stage: letters, digits and hyphens.</param>
    /// <param name="Deadline">When it has failed if it has not ended.</param>
    public sealed record RunOnce(
        string Id, DateTimeOffset DueAt, int Attempts, string Stage, Target Job, ReleaseImage Image, ImmutableArray<string> Args, string RunAs, DateTimeOffset Deadline)
        : Effect(Id, DueAt, Attempts);

    /// <summary>Ask a new revision, while it has no traffic, for what it must answer.</summary>
    /// <param name="Stage">The stage it is for.</param>
    /// <param name="Target">The service.</param>
    /// <param name="Revision">Short name of the revision.</param>
    /// <param name="Address">The tagged address of the revision.</param>
    /// <param name="Wanted">What it must answer.</param>
    public sealed record Verify(
        string Id, DateTimeOffset DueAt, int Attempts, string Stage, Target Target, string Revision, string Address, Verification Wanted)
        : Effect(Id, DueAt, Attempts);

    /// <summary>Measure a new revision beside the one that has the rest of the traffic.</summary>
    /// <param name="Stage">The stage it is for.</param>
    /// <param name="Target">The service.</param>
    /// <param name="Revision">Short name of the new revision.</param>
    /// <param name="Stable">Short name of the other; null where there is none.</param>
    /// <param name="From">Since when the new one has had its present share of the traffic.</param>
    public sealed record Measure(
        string Id, DateTimeOffset DueAt, int Attempts, string Stage, Target Target, string Revision, string? Stable, DateTimeOffset From)
        : Effect(Id, DueAt, Attempts);

    /// <summary>Tell the <c>deployments</c> topic.</summary>
    public sealed record Announce(string Id, DateTimeOffset DueAt, int Attempts, Announcement Announcement) : Effect(Id, DueAt, Attempts);

    /// <summary>Tell somebody who counts deployments of one. Each of them is owed it by itself, so that one who is down keeps it from nobody.</summary>
    /// <param name="Tracker">Who is told, by the name that the shell gives them.</param>
    /// <param name="Deployment">What happened.</param>
    public sealed record Track(string Id, DateTimeOffset DueAt, int Attempts, string Tracker, Deployment Deployment) : Effect(Id, DueAt, Attempts);

    /// <summary>Ask a gate whose answer is elsewhere.</summary>
    /// <param name="Stage">The stage whose gate it is.</param>
    /// <param name="Gate">The gate's name.</param>
    /// <param name="Candidate">The key of the candidate that it is about.</param>
    /// <param name="Cause">What led to the question: what follows from its answer is told as following from that.</param>
    public sealed record Ask(string Id, DateTimeOffset DueAt, int Attempts, string Stage, string Gate, string Candidate, string Cause)
        : Effect(Id, DueAt, Attempts);

    /// <summary>Whether it is a step of a rollout into the stage.</summary>
    public bool IsOf(string stage) => this switch
    {
        Apply it => it.Stage == stage,
        TakeBack it => it.Stage == stage,
        RunOnce it => it.Stage == stage,
        Verify it => it.Stage == stage,
        Measure it => it.Stage == stage,
        _ => false,
    };

    /// <summary>Calls the function of the case.</summary>
    public T Match<T>(
        Func<Apply, T> apply,
        Func<TakeBack, T> takeBack,
        Func<RunOnce, T> runOnce,
        Func<Verify, T> verify,
        Func<Measure, T> measure,
        Func<Announce, T> announce,
        Func<Track, T> track,
        Func<Ask, T> ask) => this switch
        {
            Apply it => apply(it),
            TakeBack it => takeBack(it),
            RunOnce it => runOnce(it),
            Verify it => verify(it),
            Measure it => measure(it),
            Announce it => announce(it),
            Track it => track(it),
            Ask it => ask(it),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
}

/// <summary>What a target is told of the decision that changed it, for whoever looks at it there.</summary>
/// <param name="Pipeline">Name of the pipeline.</param>
/// <param name="Stage">Name of the stage.</param>
/// <param name="Release">Id of the release.</param>
/// <param name="Tag">The tag by which the image was found, or null.</param>
/// <param name="Commit">The policy commit.</param>
public sealed record ApplyNote(string Pipeline, string Stage, string Release, string? Tag, string Commit);

/// <summary>What subscribers of the <c>deployments</c> topic are told.</summary>
/// <param name="Id">Stable: a message told twice has the same id.</param>
/// <param name="Outcome"><c>deployed</c>, <c>failed</c>, <c>rolledBack</c> or <c>breakGlass</c>.</param>
/// <param name="Pipeline">Name of the pipeline.</param>
/// <param name="Stage">Name of the stage.</param>
/// <param name="Target">The target's resource name.</param>
/// <param name="Image">What was, or was to be, deployed: <c>repository@digest</c>.</param>
/// <param name="Tag">How it was found, or null.</param>
/// <param name="Revision">The revision that serves it; null when it failed.</param>
/// <param name="Commit">The policy commit.</param>
/// <param name="At">When the outcome was known.</param>
/// <param name="Reason">Why.</param>
public sealed record Announcement(
    string Id,
    string Outcome,
    string Pipeline,
    string Stage,
    string Target,
    string Image,
    string? Tag,
    string? Revision,
    string Commit,
    DateTimeOffset At,
    Reason Reason)
{
    /// <summary>
    /// What the target runs from now on; null where the outcome changed nothing there, or where another announcement of the same end tells
    /// the change.
    /// </summary>
    public Deployment? Deployment { get; init; }
}
