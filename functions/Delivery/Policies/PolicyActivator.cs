using System.Collections.Immutable;
using CdAutomation.Domain;
using CdAutomation.Domain.Gates;
using CdAutomation.Domain.Images;
using CdAutomation.Domain.Policies;

namespace CdAutomation.Delivery.Policies;

/// <summary>
/// Puts policies into force, or keeps why not. An event is only the hint: what the tag <c>current</c> of the one repository names now is
/// fetched and judged, so that nothing late or repeated brings back what was replaced.
/// </summary>
public sealed class PolicyActivator(
    IJournal journal,
    ActivePolicies policies,
    IReadPolicies reader,
    IRegistry registry,
    IPolicyArtifacts artifacts,
    PolicyOrigin origin,
    TimeProvider clock,
    IAskGates? gates = null)
{
    /// <summary>Workers that race: each loser looks and decides again. This many in a row means something else is wrong.</summary>
    private const int Rounds = 20;

    private const int ReasonsMax = 100;

    /// <summary>Looks at what is published and acts on it.</summary>
    /// <returns>Whether nothing is left to do now; false where somebody must look again.</returns>
    public async Task<bool> LookAsync(CancellationToken cancellation)
    {
        if (origin.Repository is not { } repository)
            return true;

        for (var round = 1; ; round++)
        {
            // Read before the registry is asked: what comes into force in between makes the activation fail, and the registry is asked again.
            var active = await journal.ActivePolicyAsync(cancellation);
            try
            {
                switch (await registry.ResolveAsync(repository, PolicyArtifact.CurrentTag, cancellation))
                {
                    case TagLookup.Found found:
                        return found.Digest == active?.Digest || await TakeAsync(active, repository, found.Digest, cancellation);
                    case TagLookup.Missing:
                        return true;
                    default:
                        return false;
                }
            }
            catch (PolicyMovedException) when (round < Rounds)
            {
                // Somebody else got on: no need to wait before looking at what they left.
            }
        }
    }

    /// <summary>Judges policies that were handed in, and acts on it.</summary>
    /// <param name="offer">The policies.</param>
    /// <param name="canonical">Their canonical text; of no meaning where they cannot be read.</param>
    /// <param name="prepare">Called before they come into force, or null.</param>
    /// <param name="cancellation">Stops.</param>
    public async Task<ActivationVerdict> OfferAsync(
        PolicyOffer offer, string canonical, Func<PolicySet, Task>? prepare, CancellationToken cancellation)
    {
        for (var round = 1; ; round++)
        {
            try
            {
                var active = await journal.ActivePolicyAsync(cancellation);
                return await ActAsync(active, offer, null, canonical, prepare, cancellation);
            }
            catch (PolicyMovedException) when (round < Rounds)
            {
                // As above.
            }
        }
    }

    private async Task<bool> TakeAsync(PolicyBundle? active, Repository repository, Digest digest, CancellationToken cancellation)
    {
        var fetched = await artifacts.FetchAsync(repository, digest, cancellation);
        return await fetched.Match(
            async found => await ActAsync(
                active, await OfferOfAsync(found.Artifact, repository, digest, cancellation), digest, found.Artifact.Canonical, null, cancellation)
                is not ActivationVerdict.Wait,
            async refused =>
            {
                await journal.RefuseAsync(new(null, null, digest, repository, clock.GetUtcNow(), refused.Reasons, Waits: false), cancellation);
                return true;
            },
            missing => Task.FromResult(false),
            unknown => Task.FromResult(false));
    }

    private async Task<PolicyOffer> OfferOfAsync(PolicyArtifact artifact, Repository repository, Digest digest, CancellationToken cancellation)
    {
        var policies = reader.Read(artifact.Canonical, artifact.Edition.Commit);
        return new(artifact.Edition, policies)
        {
            Repository = repository,
            Forced = artifact.Forced,
            FailedTests = policies.TryGetValue(out var set) ? OwnTests.Failed(set) : [],
            Signature = await SignatureAsync(artifact.Edition.Commit, repository, digest, cancellation),
        };
    }

    private async Task<Answer?> SignatureAsync(string commit, Repository repository, Digest digest, CancellationToken cancellation) =>
        origin.Key is not { } key || gates is null
            ? null
            : await gates.AskAsync(
                new(new Gate.Signature("CDAUTOMATION_POLICY_KEY", key), "policy", "policy", new(repository, digest, null, clock.GetUtcNow()), commit),
                cancellation);

    private async Task<ActivationVerdict> ActAsync(
        PolicyBundle? active, PolicyOffer offer, Digest? digest, string canonical, Func<PolicySet, Task>? prepare, CancellationToken cancellation)
    {
        var readable = await policies.CurrentAsync(cancellation);
        var verdict = Activation.Decide(active?.Edition, offer with { Renews = readable.Commit != active?.Commit }, origin);
        await verdict.Match<Task>(
            async activate =>
            {
                if (prepare is not null && offer.Policies.TryGetValue(out var set))
                    await prepare(set);
                var (commit, committedAt, source) = offer.Edition;
                var bundle = new PolicyBundle(commit, committedAt, source, digest, offer.Repository, clock.GetUtcNow(), canonical);
                await journal.ActivateAsync(bundle, active?.Number ?? 0, cancellation);
            },
            refuse => KeepAsync(offer, digest, refuse.Reasons, waits: false, cancellation),
            wait => KeepAsync(offer, digest, [wait.Reason], waits: true, cancellation),
            nothing => Task.CompletedTask);
        return verdict;
    }

    private Task<bool> KeepAsync(PolicyOffer offer, Digest? digest, ImmutableArray<Reason> reasons, bool waits, CancellationToken cancellation) =>
        journal.RefuseAsync(
            new(offer.Edition.Commit, offer.Edition.Source, digest, offer.Repository, clock.GetUtcNow(), Bounded(reasons), waits), cancellation);

    /// <summary>A reader mends the first few and comes again; a thousand of them are no news.</summary>
    private static ImmutableArray<Reason> Bounded(ImmutableArray<Reason> reasons) => reasons.Length <= ReasonsMax
        ? reasons
        : [.. reasons.Take(ReasonsMax), new("policy.more", $"{reasons.Length - ReasonsMax} more problems were found")];
}
