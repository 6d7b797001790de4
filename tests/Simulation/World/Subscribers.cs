using CdAutomation.Delivery;
using CdAutomation.Delivery.Policies;
using CdAutomation.Domain.Rollouts;
using CdAutomation.Simulation.Facts;
using CdAutomation.Simulation.Time;

namespace CdAutomation.Simulation.World;

/// <summary>Whoever is told how rollouts end.</summary>
internal sealed class Subscribers(VirtualClock clock, Weather weather, History history)
{
    public IAnnounce For(Life life, Wire wire) => new Port(this, life, wire);

    private StepResult Tell(Announcement announcement)
    {
        if (weather.Strikes(Fault.AnnouncementFailed, 0.05))
            return new StepResult.Unfinished(new("announce.unreachable", "the topic did not answer"));

        history.Add(new Fact.Told(clock.Now, announcement));
        return new StepResult.Done(null);
    }

    private sealed class Port(Subscribers subscribers, Life life, Wire wire) : IAnnounce
    {
        public Task<StepResult> TellAsync(Announcement announcement, CancellationToken cancellation) =>
            wire.CallAsync(life, () => subscribers.Tell(announcement));

        public Task<StepResult> TellAsync(PolicyAnnouncement announcement, CancellationToken cancellation) =>
            throw new NotSupportedException("No policies are published here.");
    }
}
