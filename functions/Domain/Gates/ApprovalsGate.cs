using System.Collections.Immutable;
using CdAutomation.Domain.Images;

namespace CdAutomation.Domain.Gates;

/// <summary>Have enough people said yes, and none no?</summary>
public static class ApprovalsGate
{
    // A sentence names so many and counts the rest.
    private const int Shown = 5;

    /// <summary>
    /// Counts people, not votes: each by the latest yes that came in time. A no from somebody who may vote lasts, whatever comes after it.
    /// </summary>
    /// <param name="gate">What is asked.</param>
    /// <param name="round">What was said so far; null while nobody could be asked.</param>
    /// <param name="authors">E-mail addresses of whoever wrote the image's commits; empty where nobody knows.</param>
    /// <param name="now">The instant.</param>
    public static Verdict Judge(Gate.Approvals gate, ApprovalRound? round, ImmutableArray<string> authors, DateTimeOffset now)
    {
        if (round is null)
        {
            return new(gate.Name, Finding.Hold, new(
                "approvals.awaited", $"0 of {gate.Count} approvals, missing {gate.Count} from {From(gate)}; nobody could be asked yet"));
        }

        // The author's no counts: whoever wrote a change may know best why it must not go.
        if (round.Votes.FirstOrDefault(vote => !vote.Approves && MayVote(gate, vote)) is { } no)
        {
            var why = no.Reason is null ? "" : $": {Excerpt.Of(no.Reason)}";
            return new(gate.Name, Finding.Reject, new("approvals.rejected", $"{no.Actor} rejected it at {Instants.Utc(no.At)}{why}"));
        }

        DateTimeOffset? deadline = gate.Deadline is { } span ? Instants.Later(round.Since, span) : null;
        var given = round.Votes
            .Where(vote => vote.Approves && !(vote.At >= deadline))
            .GroupBy(vote => vote.Actor, StringComparer.OrdinalIgnoreCase).Select(votes => votes.Last())
            .Where(vote => MayVote(gate, vote)).ToImmutableArray();
        var counted = gate.NotAuthor ? given.RemoveAll(vote => authors.Any(author => IsOf(vote, author))) : given;

        if (counted.Length >= gate.Count)
        {
            return gate.NotAuthor && authors.IsEmpty
                ? new(gate.Name, Finding.Unknown, new(
                    "approvals.authorUnknown", $"{Sum(gate, counted)}, but nobody knows who wrote the commit, and its author's does not count"))
                : new(gate.Name, Finding.Pass, new("approvals.given", Sum(gate, counted)));
        }

        var own = counted.Length < given.Length ? $" (that of {Listed(authors, " or ")}, who wrote the commit, does not count)" : "";
        var missing = $"{Sum(gate, counted)}, missing {gate.Count - counted.Length} from {From(gate)}{own}";
        return now >= deadline
            ? new(gate.Name, Finding.Reject, new("approvals.expired", $"{missing}; the time for it ended at {Instants.Utc(deadline.Value)}"))
            : new(gate.Name, Finding.Hold, new(
                "approvals.awaited", deadline is { } end ? $"{missing}; until {Instants.Utc(end)}" : missing), deadline);
    }

    private static bool MayVote(Gate.Approvals gate, Vote vote) =>
        gate.From.IsEmpty || vote.Principals.Any(principal => gate.From.Contains(principal, StringComparer.OrdinalIgnoreCase));

    /// <summary>Whether the voice is that person's, under whichever of the names that were verified.</summary>
    private static bool IsOf(Vote vote, string person) => vote.Principals.Add(vote.Actor).Any(name =>
        name.Equals(person, StringComparison.OrdinalIgnoreCase) || name.Equals($"user:{person}", StringComparison.OrdinalIgnoreCase));

    private static string Sum(Gate.Approvals gate, ImmutableArray<Vote> counted) =>
        $"{counted.Length} of {gate.Count} approvals" + (counted.IsEmpty ? "" : $" ({Listed(counted.Select(vote => vote.Actor), " and ")})");

    private static string From(Gate.Approvals gate) => gate.From.IsEmpty ? "anybody who is let in" : Listed(gate.From, " or ");

    private static string Listed(IEnumerable<string> names, string joint)
    {
        var all = names.ToImmutableArray();
        return string.Join(joint, all.Take(Shown)) + (all.Length > Shown ? $"{joint}{all.Length - Shown} more" : "");
    }
}
