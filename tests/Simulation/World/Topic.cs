using CdAutomation.Delivery;
using CdAutomation.Simulation.Facts;
using CdAutomation.Simulation.Time;
using CdAutomation.Simulation.Workers;

namespace CdAutomation.Simulation.World;

/// <summary>Pub/Sub by push: at least once, in any order, again until it is acknowledged; and events that were never published.</summary>
internal sealed class Topic(VirtualClock clock, Chance chance, Weather weather, History history, Fleet fleet)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private int _underWay;

    /// <summary>Whether a message may still come.</summary>
    public bool IsEmpty => _underWay == 0;

    /// <summary>Something is announced. Answers whether it was published at all.</summary>
    /// <param name="message">What.</param>
    /// <param name="losable">Whether its publisher may forget it; a person's request is never forgotten.</param>
    public bool Publish(JournalEvent message, bool losable)
    {
        if (losable && weather.Strikes(Fault.EventLost, 0.06))
            return false;

        var copies = weather.Strikes(Fault.EventRepeated, 0.1) ? chance.Between(2, 4) : 1;
        for (var copy = 0; copy < copies; copy++)
        {
            _underWay++;
            var delivery = new Delivery();
            clock.After(Delay(), () => Deliver(message, delivery));
        }

        return true;
    }

    private void Deliver(JournalEvent message, Delivery delivery)
    {
        if (delivery.Attempts++ > 0)
            weather.Count(Fault.EventRedelivered);
        message = message with { ReceivedAt = clock.Now };
        history.Add(new Fact.Delivered(clock.Now, message));

        var attempt = delivery.Attempts;
        fleet.Do(worker => worker.ReceiveAsync(message), well =>
        {
            if (!well)
            {
                Again(message, delivery, attempt);
                return;
            }

            history.Add(new Fact.Acknowledged(clock.Now, message));
            End(delivery);
        });
        // Too late an answer, or none because the worker is gone: it comes again.
        clock.After(Deadline, () => Again(message, delivery, attempt));
    }

    private void Again(JournalEvent message, Delivery delivery, int attempt)
    {
        if (delivery.IsOver || attempt != delivery.Attempts || delivery.IsComingAgain)
            return;

        delivery.IsComingAgain = true;
        clock.After(TimeSpan.FromSeconds(Math.Min(60, 1 << Math.Min(attempt, 6))), () =>
        {
            delivery.IsComingAgain = false;
            if (!delivery.IsOver)
                Deliver(message, delivery);
        });
    }

    private void End(Delivery delivery)
    {
        if (delivery.IsOver)
            return;
        delivery.IsOver = true;
        _underWay--;
    }

    private TimeSpan Delay() => weather.Strikes(Fault.EventLate, 0.1)
        ? chance.Between(TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5))
        : chance.Between(TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(800));

    private sealed class Delivery
    {
        public int Attempts { get; set; }

        public bool IsOver { get; set; }

        public bool IsComingAgain { get; set; }
    }
}
