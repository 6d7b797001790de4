using System.Collections.Immutable;

namespace CdAutomation.Domain.Gates;

/// <summary>What people have said of one release at one stage, under one policy commit.</summary>
/// <param name="Since">When they could first be asked.</param>
/// <param name="Votes">In the order in which they came.</param>
public sealed record ApprovalRound(DateTimeOffset Since, ImmutableArray<Vote> Votes);

/// <summary>What people have said at one stage under a policy commit that is not the present one.</summary>
/// <param name="Commit">Which.</param>
/// <param name="Rounds">By the release's key.</param>
public sealed record ApprovalsUnder(string Commit, ImmutableSortedDictionary<string, ApprovalRound> Rounds);

/// <summary>One person's voice.</summary>
/// <param name="Actor">Verified e-mail address of who spoke; never a field of the request.</param>
/// <param name="Principals">
/// What the actor is, as policies name it: <c>user:ann@acme.example</c>, and each <c>group:</c> that was verified at the time.
/// </param>
/// <param name="Approves">Yes, or a no that lasts.</param>
/// <param name="At">When.</param>
/// <param name="Reason">For people, or null.</param>
public sealed record Vote(string Actor, ImmutableArray<string> Principals, bool Approves, DateTimeOffset At, string? Reason);
