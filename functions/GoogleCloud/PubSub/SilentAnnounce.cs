using CdAutomation.Delivery;
using CdAutomation.Delivery.Policies;
using CdAutomation.Domain.Rollouts;

namespace CdAutomation.GoogleCloud.PubSub;

/// <summary>Where no topic is configured, nobody is told, and that is all there is to do.</summary>
public sealed class SilentAnnounce : IAnnounce
{
    /// <inheritdoc/>
    public Task<StepResult> TellAsync(Announcement announcement, CancellationToken cancellation) =>
        Task.FromResult<StepResult>(new StepResult.Done(null));

    /// <inheritdoc/>
    public Task<StepResult> TellAsync(PolicyAnnouncement announcement, CancellationToken cancellation) =>
        Task.FromResult<StepResult>(new StepResult.Done(null));
}
