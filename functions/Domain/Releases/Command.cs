using System.Text.Json.Serialization;

namespace CdAutomation.Domain.Releases;

/// <summary>What a person says to a pipeline. The family is closed.</summary>
/// <param name="Reason">Why, for whoever reads it later.</param>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Hold), "hold")]
[JsonDerivedType(typeof(Resume), "resume")]
[JsonDerivedType(typeof(Pin), "pin")]
[JsonDerivedType(typeof(Unpin), "unpin")]
[JsonDerivedType(typeof(Freeze), "freeze")]
[JsonDerivedType(typeof(Unfreeze), "unfreeze")]
[JsonDerivedType(typeof(Quarantine), "quarantine")]
[JsonDerivedType(typeof(Unquarantine), "unquarantine")]
[JsonDerivedType(typeof(Vote), "vote")]
[JsonDerivedType(typeof(Rollback), "rollback")]
public abstract record Command(string? Reason)
{
    private Command() : this((string?)null) { }

    /// <summary>The stage takes nothing new; what is on its way goes on.</summary>
    /// <param name="Stage">Name of the stage.</param>
    /// <param name="Until">When it ends by itself, or null.</param>
    /// <param name="Reason">Why.</param>
    public sealed record Hold(string Stage, DateTimeOffset? Until, string? Reason) : Command(Reason);

    /// <summary>The stage takes releases again: ends a hold, accepts what somebody changed by hand, lets a canary go on that has too little traffic to be judged.</summary>
    public sealed record Resume(string Stage, string? Reason) : Command(Reason);

    /// <summary>The stage stays on one image, and takes it if it does not run yet.</summary>
    /// <param name="Stage">Name of the stage.</param>
    /// <param name="Image">Its tag, or the beginning of its digest.</param>
    /// <param name="Until">When it ends by itself, or null.</param>
    /// <param name="Reason">Why.</param>
    public sealed record Pin(string Stage, string Image, DateTimeOffset? Until, string? Reason) : Command(Reason);

    /// <summary>The stage goes on with what the policy chooses.</summary>
    public sealed record Unpin(string Stage, string? Reason) : Command(Reason);

    /// <summary>Nothing moves anywhere in the pipeline.</summary>
    /// <param name="Until">When it ends by itself, or null.</param>
    /// <param name="Reason">Why.</param>
    public sealed record Freeze(DateTimeOffset? Until, string? Reason) : Command(Reason);

    /// <summary>The pipeline moves again.</summary>
    public sealed record Unfreeze(string? Reason) : Command(Reason);

    /// <summary>An image is never taken again.</summary>
    /// <param name="Image">Its tag, or the beginning of its digest: the digest counts from then on.</param>
    /// <param name="Reason">Why.</param>
    public sealed record Quarantine(string Image, string? Reason) : Command(Reason);

    /// <summary>An image may be taken again, and may be tried again where it failed.</summary>
    public sealed record Unquarantine(string Image, string? Reason) : Command(Reason);

    /// <summary>A voice for, or against, a release at a stage.</summary>
    /// <param name="Stage">Name of the stage.</param>
    /// <param name="Image">Tag, or the beginning of the digest, of one of its images.</param>
    /// <param name="Approves">Yes, or a no that lasts.</param>
    /// <param name="Reason">Why.</param>
    public sealed record Vote(string Stage, string Image, bool Approves, string? Reason) : Command(Reason);

    /// <summary>The stage goes back to what it ran before, and what it runs is not taken again.</summary>
    /// <param name="Stage">Name of the stage.</param>
    /// <param name="To">Tag, digest or id of the release to go back to; null for the last that did well.</param>
    /// <param name="Reason">Why.</param>
    public sealed record Rollback(string Stage, string? To, string? Reason) : Command(Reason);

    /// <summary>Calls the function of the case.</summary>
    public T Match<T>(
        Func<Hold, T> hold,
        Func<Resume, T> resume,
        Func<Pin, T> pin,
        Func<Unpin, T> unpin,
        Func<Freeze, T> freeze,
        Func<Unfreeze, T> unfreeze,
        Func<Quarantine, T> quarantine,
        Func<Unquarantine, T> unquarantine,
        Func<Vote, T> vote,
        Func<Rollback, T> rollback) => this switch
        {
            Hold it => hold(it),
            Resume it => resume(it),
            Pin it => pin(it),
            Unpin it => unpin(it),
            Freeze it => freeze(it),
            Unfreeze it => unfreeze(it),
            Quarantine it => quarantine(it),
            Unquarantine it => unquarantine(it),
            Vote it => vote(it),
            Rollback it => rollback(it),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
}
