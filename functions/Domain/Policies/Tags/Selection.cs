using System.Collections.Immutable;

namespace CdAutomation.Domain.Policies;

/// <summary>What the tag rules of a pipeline make of a list of tags. Every tag of the list is in exactly one of the two parts.</summary>
/// <param name="Accepted">Best first; empty where there is an error.</param>
/// <param name="Refused">By tag, each with its own reason (codes <c>tag.*</c>); ordinal order.</param>
/// <param name="Error">Why the rule could not be applied at all (codes <c>tags.*</c>), or null. No candidate is no error.</param>
public sealed record Selection(
    ImmutableArray<string> Accepted,
    ImmutableSortedDictionary<string, Reason> Refused,
    Reason? Error)
{
    /// <summary>The tag to deploy, or null where none was accepted.</summary>
    public string? Best => Accepted.IsEmpty ? null : Accepted[0];
}
