using System.Collections.Immutable;
using System.Globalization;
using CdAutomation.Domain.Gates;
using CdAutomation.Domain.Images;

namespace CdAutomation.Domain.Policies;

/// <summary>Whether policies that are offered come into force. What is worse than the last good ones never does.</summary>
public static class Activation
{
    /// <summary>Decides.</summary>
    /// <param name="active">The policies in force, or null before the first.</param>
    /// <param name="offer">Those that are offered.</param>
    /// <param name="origin">Where policies may come from.</param>
    public static ActivationVerdict Decide(PolicyEdition? active, PolicyOffer offer, PolicyOrigin origin)
    {
        if (active?.Commit == offer.Edition.Commit && !offer.Renews)
            return new ActivationVerdict.Nothing(new("policy.active", $"commit {Short(active.Commit)} is in force already"));

        ImmutableArray<Reason> reasons = [.. Strange(offer, origin), .. offer.Policies.Problems, .. offer.FailedTests, .. Older(active, offer)];
        var signature = origin.Key is null ? null : offer.Signature ?? NotAsked;
        if (signature is { Finding: Finding.Reject })
            reasons = reasons.Insert(0, signature.Reason);
        if (!reasons.IsEmpty)
            return new ActivationVerdict.Refuse(reasons);
        return signature is null or { Finding: Finding.Pass }
            ? new ActivationVerdict.Activate()
            : new ActivationVerdict.Wait(signature.Reason);
    }

    private static Answer NotAsked { get; } =
        new(Finding.Unknown, new("policy.signatureUnknown", "a signature is asked for, and nobody here can look for one"));

    private static IEnumerable<Reason> Strange(PolicyOffer offer, PolicyOrigin origin)
    {
        if (origin.Repository is { } allowed && offer.Repository != allowed)
            yield return new("policy.place", $"it comes from {offer.Repository?.ToString() ?? "no registry"}, where only {allowed} may hold policies");
        if (origin.Source is { } source && offer.Edition.Source != source)
            yield return new("policy.source", $"it was made from {Excerpt.Of(offer.Edition.Source)}, where only '{source}' is allowed");
    }

    private static IEnumerable<Reason> Older(PolicyEdition? active, PolicyOffer offer)
    {
        if (active is null || offer.Forced || offer.Edition.CommittedAt >= active.CommittedAt)
            yield break;
        yield return new("policy.older", $"commit {Short(offer.Edition.Commit)} of {Time(offer.Edition.CommittedAt)} is older than " +
            $"{Short(active.Commit)} of {Time(active.CommittedAt)}, which is in force; publish it with --force where that is meant");
    }

    private static string Short(string commit) => commit.Length > 12 ? commit[..12] : commit;

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}

/// <summary>What names one state of the policies.</summary>
/// <param name="Commit">The git commit, 40 hexadecimal digits.</param>
/// <param name="CommittedAt">The commit's own time; of two editions the later one is the newer.</param>
/// <param name="Source">The repository of the commit, as whoever published it names it.</param>
public sealed record PolicyEdition(string Commit, DateTimeOffset CommittedAt, string Source);

/// <summary>Where policies may come from. What is null is not asked for.</summary>
/// <param name="Repository">The only registry repository that may hold them.</param>
/// <param name="Source">The only git repository that they may be made from.</param>
/// <param name="Key">PEM of the public key that must verify a signature of cosign's on them.</param>
public sealed record PolicyOrigin(Repository? Repository, string? Source, string? Key)
{
    /// <summary>Whoever can hand them in may: on a laptop that is its owner.</summary>
    public static PolicyOrigin Anywhere { get; } = new(null, null, null);
}

/// <summary>Policies that might come into force.</summary>
/// <param name="Edition">Which they are.</param>
/// <param name="Policies">What they say, or every problem.</param>
public sealed record PolicyOffer(PolicyEdition Edition, Parsed<PolicySet> Policies)
{
    /// <summary>Where they were found; null where they did not come through a registry.</summary>
    public Repository? Repository { get; init; }

    /// <summary>Somebody wants them although they may be older.</summary>
    public bool Forced { get; init; }

    /// <summary>Those in force cannot be read by this version any more, so that the same commit is not the same.</summary>
    public bool Renews { get; init; }

    /// <summary>Those of their own tests that fail, a reason each.</summary>
    public ImmutableArray<Reason> FailedTests { get; init; } = [];

    /// <summary>What was found about their signature; null where nobody has looked.</summary>
    public Answer? Signature { get; init; }
}

/// <summary>What becomes of policies that are offered. The family is closed.</summary>
public abstract record ActivationVerdict
{
    private ActivationVerdict() { }

    /// <summary>They come into force, all of them at once.</summary>
    public sealed record Activate : ActivationVerdict;

    /// <summary>They never do; the last good ones stay.</summary>
    /// <param name="Reasons">All there are, at least one.</param>
    public sealed record Refuse(ImmutableArray<Reason> Reasons) : ActivationVerdict;

    /// <summary>Not yet: what is missing may still come, or could not be looked at.</summary>
    public sealed record Wait(Reason Reason) : ActivationVerdict;

    /// <summary>They are in force already.</summary>
    public sealed record Nothing(Reason Reason) : ActivationVerdict;

    /// <summary>Calls the function of the case.</summary>
    public T Match<T>(Func<Activate, T> activate, Func<Refuse, T> refuse, Func<Wait, T> wait, Func<Nothing, T> nothing) => this switch
    {
        Activate it => activate(it),
        Refuse it => refuse(it),
        Wait it => wait(it),
        Nothing it => nothing(it),
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
