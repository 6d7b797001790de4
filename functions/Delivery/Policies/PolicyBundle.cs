using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using CdAutomation.Domain;
using CdAutomation.Domain.Images;
using CdAutomation.Domain.Policies;

namespace CdAutomation.Delivery.Policies;

/// <summary>Policies as the journal keeps them.</summary>
/// <param name="Commit">40 hexadecimal digits.</param>
/// <param name="CommittedAt">The commit's own time.</param>
/// <param name="Source">The git repository it came from, for people.</param>
/// <param name="Digest">What was fetched; null where they did not come through a registry.</param>
/// <param name="Repository">Where it was fetched from; null with the digest.</param>
/// <param name="ActivatedAt">When they came into force.</param>
/// <param name="Canonical">Their canonical text.</param>
/// <param name="Number">Rises with each activation, from 1; 0 for a bundle that was not put into force.</param>
public sealed record PolicyBundle(
    string Commit,
    DateTimeOffset CommittedAt,
    string Source,
    Digest? Digest,
    Repository? Repository,
    DateTimeOffset ActivatedAt,
    string Canonical,
    long Number = 0)
{
    /// <summary>What names them.</summary>
    public PolicyEdition Edition => new(Commit, CommittedAt, Source);
}

/// <summary>Policies that did not come into force.</summary>
/// <param name="Commit">As they name it; null where they could not be read that far.</param>
/// <param name="Source">As they name it, or null.</param>
/// <param name="Digest">What was fetched; null where they did not come through a registry.</param>
/// <param name="Repository">Where it was fetched from; null with the digest.</param>
/// <param name="At">When it was decided.</param>
/// <param name="Reasons">At least one.</param>
/// <param name="Waits">They may come into force yet: what is missing is looked for again.</param>
public sealed record PolicyRefusal(
    string? Commit, string? Source, Digest? Digest, Repository? Repository, DateTimeOffset At, ImmutableArray<Reason> Reasons, bool Waits)
{
    /// <summary>The same policies refused for the same kinds of reasons have the same id.</summary>
    public string Id
    {
        get
        {
            var codes = Reasons.Select(reason => reason.Code).Distinct().Order(StringComparer.Ordinal);
            var text = $"{Digest?.Value ?? Commit} {Waits} {string.Join(' ', codes)}";
            // Hashed, for it goes into a message's attributes, which are short.
            return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16));
        }
    }
}

/// <summary>What subscribers of the <c>deployments</c> topic are told of policies.</summary>
/// <param name="Id">Stable: a message told twice has the same id.</param>
/// <param name="Outcome"><c>policyActivated</c>, <c>policyRefused</c>, or <c>policyHeld</c> where they may come into force yet.</param>
/// <param name="Commit">Their commit; null where they could not be read that far.</param>
/// <param name="Source">The git repository of the commit, or null.</param>
/// <param name="Image">Where they were fetched from, <c>repository@digest</c>; null where they did not come through a registry.</param>
/// <param name="At">When it was decided.</param>
/// <param name="Reasons">Why they are not in force; empty where they are.</param>
public sealed record PolicyAnnouncement(
    string Id, string Outcome, string? Commit, string? Source, string? Image, DateTimeOffset At, ImmutableArray<Reason> Reasons)
{
    /// <summary>That policies came into force.</summary>
    public static PolicyAnnouncement Of(PolicyBundle bundle) => new(
        $"policy/{bundle.Number}/{bundle.Commit}", "policyActivated", bundle.Commit, bundle.Source, ImageOf(bundle.Repository, bundle.Digest), bundle.ActivatedAt, []);

    /// <summary>That policies did not.</summary>
    public static PolicyAnnouncement Of(PolicyRefusal refusal) => new(
        $"policy/{refusal.Id}",
        refusal.Waits ? "policyHeld" : "policyRefused",
        refusal.Commit,
        refusal.Source,
        ImageOf(refusal.Repository, refusal.Digest),
        refusal.At,
        refusal.Reasons);

    private static string? ImageOf(Repository? repository, Digest? digest) =>
        repository is not null && digest is { } known ? $"{repository}@{known}" : null;
}
