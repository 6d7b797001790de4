using System.Text.Json.Serialization;
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
public abstract record Effect(string Id, DateTimeOffset DueAt, int Attempts)
{
    /// <summary>Make a target run its image of the release, and see that it does.</summary>
    /// <param name="Stage">The stage it is for.</param>
    /// <param name="Target">What is to run it.</param>
    /// <param name="Image">What it is to run.</param>
    /// <param name="Note">What to leave written on the target.</param>
    public sealed record Apply(string Id, DateTimeOffset DueAt, int Attempts, string Stage, Target Target, ReleaseImage Image, ApplyNote Note)
        : Effect(Id, DueAt, Attempts);

    /// <summary>Tell the <c>deployments</c> topic.</summary>
    public sealed record Announce(string Id, DateTimeOffset DueAt, int Attempts, Announcement Announcement) : Effect(Id, DueAt, Attempts);

    /// <summary>Ask a gate whose answer is elsewhere.</summary>
    /// <param name="Stage">The stage whose gate it is.</param>
    /// <param name="Gate">The gate's name.</param>
    /// <param name="Candidate">The key of the candidate that it is about.</param>
    /// <param name="Cause">What led to the question: what follows from its answer is told as following from that.</param>
    public sealed record Ask(string Id, DateTimeOffset DueAt, int Attempts, string Stage, string Gate, string Candidate, string Cause)
        : Effect(Id, DueAt, Attempts);

    /// <summary>Calls the function of the case.</summary>
    public T Match<T>(Func<Apply, T> apply, Func<Announce, T> announce, Func<Ask, T> ask) => this switch
    {
        Apply it => apply(it),
        Announce it => announce(it),
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
/// <param name="Outcome"><c>deployed</c> or <c>failed</c>.</param>
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
    Reason Reason);
