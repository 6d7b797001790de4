using CdAutomation.Domain;

namespace CdAutomation.Delivery;

/// <summary>Whether the store takes writes now, asked as whoever opens it anew would find it.</summary>
public interface IProbeStore
{
    /// <summary>Why nothing can be kept now, without a path or a secret; null when it can. Takes two seconds at the most.</summary>
    Task<Reason?> ProbeAsync(CancellationToken cancellation);
}
