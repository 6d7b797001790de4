using System.Collections.Immutable;
using CdAutomation.Delivery;
using CdAutomation.Domain.Policies;

namespace CdAutomation.Cli.Up;

/// <summary>Puts each new commit of the policy repository into force, and leaves the last good one where a commit cannot be read.</summary>
internal sealed class PolicyWatch(PolicyRepository repository, IJournal journal, IReadPolicies reader, Func<PolicySet, Task> prepare, TimeProvider clock)
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(250);

    private string? _seen;

    /// <summary>Told when a commit comes into force, or cannot.</summary>
    public event Action<string, ImmutableArray<string>>? Looked;

    /// <summary>Looks at the checked-out commit, if it is another than before.</summary>
    public async Task LookAsync(CancellationToken cancellation)
    {
        if (repository.Head is not { } head || head == _seen)
            return;

        _seen = head;
        var bundle = repository.Read(clock.GetUtcNow());
        if (bundle is null)
            return;

        var (policies, problems) = reader.Read(bundle);
        if (policies is not null)
        {
            // Before it is in force: whoever decides under it finds the services there.
            await prepare(policies);
            if (await journal.ActiveCommitAsync(cancellation) != bundle.Commit)
                await journal.ActivateAsync(bundle, cancellation);
        }

        Looked?.Invoke(head, problems);
    }

    /// <summary>Looks for new commits until it is stopped.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(Every, clock);
        while (await timer.WaitForNextTickAsync(cancellation))
            await LookAsync(cancellation);
    }
}
