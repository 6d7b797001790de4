using CdAutomation.Delivery;
using CdAutomation.Domain.Policies;
using CdAutomation.Triggers;
using LibGit2Sharp;

namespace CdAutomation.Cli.Up;

/// <summary>Puts each new commit of the policy repository into force, and leaves the last good one where a commit is refused.</summary>
internal sealed class PolicyWatch(
    PolicyRepository repository, FunctionsHost functions, Func<PolicySet, Task> prepare, Action<string> complain, TimeProvider clock)
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(250);

    private string? _seen;
    private string? _complaint;

    /// <summary>Told when a commit was judged.</summary>
    public event Action<string, ActivationVerdict>? Looked;

    /// <summary>Reads a commit as it would be put into force.</summary>
    public static (PolicyOffer Offer, string Canonical) OfferOf(PolicyCommit commit)
    {
        var compiled = commit.Problem is { } problem ? problem : CompiledPolicies.Compile(commit.Files, commit.Edition.Commit);
        // What is checked out is what its owner wants, though it may be an older commit.
        return (CompiledPolicies.Offer(compiled, commit.Edition) with { Forced = true }, compiled.TryGetValue(out var value) ? value.Canonical : "");
    }

    /// <summary>Looks at the checked-out commit, if it is another than before.</summary>
    public async Task LookAsync(CancellationToken cancellation)
    {
        if (repository.Head is not { } head || head == _seen || repository.Read() is not { } commit)
            return;

        var (offer, canonical) = OfferOf(commit);
        // Before it is in force: whoever decides under it finds the services there.
        var verdict = await functions.Activator.OfferAsync(offer, canonical, prepare, cancellation);
        if (verdict is ActivationVerdict.Nothing && offer.Policies.TryGetValue(out var policies))
            await prepare(policies);

        _seen = commit.Edition.Commit;
        Looked?.Invoke(_seen, verdict);
        await functions.Redecision.RunAsync($"commit/{_seen}", cancellation);
        await functions.Heralding.RunAsync(cancellation);
    }

    /// <summary>Looks for new commits until it is stopped.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(Every, clock);
        while (await timer.WaitForNextTickAsync(cancellation))
        {
            try
            {
                await LookAsync(cancellation);
                _complaint = null;
            }
            // A repository may be in the middle of somebody's command, a store may be busy: the next look is soon.
            catch (Exception fault) when (fault is JournalUnavailableException or StateMovedException or LibGit2SharpException or IOException)
            {
                if (fault.Message != _complaint)
                    complain(_complaint = fault.Message);
            }
        }
    }
}
