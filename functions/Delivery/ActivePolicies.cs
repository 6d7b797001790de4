using CdAutomation.Domain.Policies;

namespace CdAutomation.Delivery;

/// <summary>The policies in force, read again as soon as the store names another commit, so that a warm worker never decides under an old one.</summary>
public sealed class ActivePolicies(IJournal journal, IReadPolicies reader)
{
    private volatile PolicySet _current = PolicySet.Empty;

    /// <summary>The policies in force; <see cref="PolicySet.Empty"/> before the first.</summary>
    public async Task<PolicySet> CurrentAsync(CancellationToken cancellation)
    {
        var commit = await journal.ActiveCommitAsync(cancellation);
        if (commit is null || commit == _current.Commit)
            return _current;

        var bundle = await journal.ActivePolicyAsync(cancellation);
        // What was put into force was read without a problem before; if it cannot be read now, the last good one stays.
        if (bundle is not null && reader.Read(bundle.Canonical, bundle.Commit).TryGetValue(out var policies))
            _current = policies;
        return _current;
    }
}
