using CdAutomation.Domain.Decisions;

namespace CdAutomation.Delivery.Policies;

/// <summary>
/// Finds policies whose event was lost: each process asks the registry now and then, and at every tick while something is missing.
/// </summary>
public sealed class PolicySweep(PolicyActivator activator, Patience patience, TimeProvider clock)
{
    private long _dueAt;

    /// <summary>Looks, if it is time.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        if (now.UtcTicks < Interlocked.Read(ref _dueAt))
            return;
        if (await activator.LookAsync(cancellation))
            Interlocked.Exchange(ref _dueAt, (now + patience.Survey).UtcTicks);
    }
}
