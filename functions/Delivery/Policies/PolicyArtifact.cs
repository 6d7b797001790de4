using System.Collections.Immutable;
using CdAutomation.Domain;
using CdAutomation.Domain.Policies;

namespace CdAutomation.Delivery.Policies;

/// <summary>Policies as they are published.</summary>
/// <param name="Edition">Which they are.</param>
/// <param name="Forced">Whoever published them wants them even if they are older than those in force.</param>
/// <param name="Canonical">Their canonical text.</param>
public sealed record PolicyArtifact(PolicyEdition Edition, bool Forced, string Canonical)
{
    /// <summary>The tag that names the policies that shall be in force.</summary>
    public const string CurrentTag = "current";

    /// <summary>The tag of one commit.</summary>
    public static string TagOf(string commit) => $"commit-{commit}";

    /// <summary>Whether the text is a commit: 40 lower-case hexadecimal digits.</summary>
    public static bool IsCommit(string? text) => text is { Length: 40 } && text.All(char.IsAsciiHexDigitLower);
}

/// <summary>What was found under a digest. The family is closed.</summary>
public abstract record PolicyFetch
{
    private PolicyFetch() { }

    /// <summary>Policies.</summary>
    public sealed record Found(PolicyArtifact Artifact) : PolicyFetch;

    /// <summary>Something that is no policies of ours, however often it is fetched.</summary>
    /// <param name="Reasons">At least one.</param>
    public sealed record Refused(ImmutableArray<Reason> Reasons) : PolicyFetch;

    /// <summary>Nothing; it was deleted, or another was pushed meanwhile.</summary>
    public sealed record Missing : PolicyFetch;

    /// <summary>Nobody could look.</summary>
    public sealed record Unknown(Reason Reason) : PolicyFetch;

    /// <summary>Calls the function of the case.</summary>
    public T Match<T>(Func<Found, T> found, Func<Refused, T> refused, Func<Missing, T> missing, Func<Unknown, T> unknown) => this switch
    {
        Found it => found(it),
        Refused it => refused(it),
        Missing it => missing(it),
        Unknown it => unknown(it),
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
