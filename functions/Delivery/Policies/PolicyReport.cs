using System.Collections.Immutable;
using CdAutomation.Domain.Images;

namespace CdAutomation.Delivery.Policies;

/// <summary>Which policies are in force, and which are not.</summary>
/// <param name="Active">Those in force; null before the first.</param>
/// <param name="Refused">Those that did not come into force, newest first.</param>
/// <param name="Edits">Files of the watched folder with edits that are not committed, and so have no effect; empty where none is watched.</param>
public sealed record PolicyReport(PolicyStanding? Active, ImmutableArray<PolicyRefusal> Refused, ImmutableArray<string> Edits);

/// <summary>Policies in force.</summary>
/// <param name="Commit">40 hexadecimal digits.</param>
/// <param name="CommittedAt">The commit's own time.</param>
/// <param name="Source">The git repository of the commit.</param>
/// <param name="Image">Where they were fetched from, <c>repository@digest</c>; null where they did not come through a registry.</param>
/// <param name="Since">When they came into force.</param>
/// <param name="Pipelines">The names of their pipelines, ordinal.</param>
public sealed record PolicyStanding(
    string Commit, DateTimeOffset CommittedAt, string Source, string? Image, DateTimeOffset Since, ImmutableArray<string> Pipelines)
{
    /// <summary>The repositories whose images their pipelines release, ordinal.</summary>
    public ImmutableArray<Repository> Repositories { get; init; } = [];
}

/// <summary>Answers questions about the policies out of the journal.</summary>
public sealed class PolicyReports(IJournal journal, ActivePolicies policies)
{
    /// <summary>Refusals that one answer holds at most.</summary>
    public const int RefusalsAtMost = 20;

    /// <summary>Which policies are in force, and which are not.</summary>
    /// <param name="edits">Files with edits that are not committed.</param>
    /// <param name="cancellation">Stops.</param>
    public async Task<PolicyReport> StatusAsync(ImmutableArray<string> edits, CancellationToken cancellation)
    {
        var bundle = await journal.ActivePolicyAsync(cancellation);
        var active = await policies.CurrentAsync(cancellation);
        var refused = await journal.PolicyRefusalsAsync(RefusalsAtMost, cancellation);
        return new(
            bundle is null ? null : new(
                bundle.Commit,
                bundle.CommittedAt,
                bundle.Source,
                PolicyAnnouncement.Of(bundle).Image,
                bundle.ActivatedAt,
                active.Commit == bundle.Commit ? [.. active.Pipelines.Keys] : [])
            {
                Repositories = active.Commit == bundle.Commit ? [.. active.Pipelines.Values.SelectMany(it => it.Images.Values).Distinct().Order()] : [],
            },
            // What waited and came into force has an end already.
            [.. refused.Where(refusal => !(refusal.Waits && refusal.Digest is not null && refusal.Digest == bundle?.Digest))],
            edits);
    }
}
