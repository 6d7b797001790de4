using CdAutomation.Domain;
using CdAutomation.Domain.Policies;
using CdAutomation.Domain.Releases;

namespace CdAutomation.Delivery.Policies;

/// <summary>Takes the event that something was published, to its end: judged, in force, every pipeline decided again, told.</summary>
public sealed class PolicyInbox(IJournal journal, PolicyActivator activator, Redecision redecision, Heralding heralding, PolicyOrigin origin)
{
    /// <summary>Delivers an event that is in the journal already. Where somebody must look again it stays unsettled, for the tick.</summary>
    /// <param name="published">What it says.</param>
    /// <param name="key">Its key.</param>
    /// <param name="cancellation">Stops.</param>
    public async Task DeliverAsync(Signal.PolicyPublished published, string key, CancellationToken cancellation)
    {
        if (published.Repository != origin.Repository)
        {
            // Taken in when another repository was the one.
            var allowed = origin.Repository?.ToString() ?? "no registry";
            var elsewhere = new Reason("policy.place", $"it was published to {published.Repository}, where policies are taken from {allowed}");
            await journal.SettleAsync(key, elsewhere, cancellation);
            return;
        }

        var done = await activator.LookAsync(cancellation);
        await redecision.RunAsync(key, cancellation);
        await heralding.RunAsync(cancellation);
        if (done)
            await journal.SettleAsync(key, null, cancellation);
    }
}
