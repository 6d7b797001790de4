using CdAutomation.Delivery;
using CdAutomation.Simulation.Facts;
using CdAutomation.Simulation.Time;
using CdAutomation.Simulation.World;

namespace CdAutomation.Simulation.Workers;

/// <summary>The worker processes, each replaced by a new one some time after it was killed.</summary>
internal sealed class Fleet
{
    private readonly VirtualClock _clock;
    private readonly Chance _chance;
    private readonly History _history;
    private readonly Func<Life, Worker> _start;
    private readonly List<Worker> _up = [];
    private int _lives;

    public Fleet(VirtualClock clock, Chance chance, History history, int count, Func<Life, Worker> start)
    {
        (_clock, _chance, _history, _start) = (clock, chance, history, start);
        for (var number = 0; number < count; number++)
            Start();
    }

    /// <summary>A worker picks up a piece of work.</summary>
    /// <param name="work">What it does.</param>
    /// <param name="ended">Told whether it ended well; never told when the worker was killed.</param>
    public void Do(Func<Worker, Task> work, Action<bool> ended)
    {
        if (_up.Count == 0)
        {
            // Whoever calls is answered 503 by the platform.
            _clock.After(TimeSpan.FromSeconds(1), () => ended(false));
            return;
        }

        _ = RunAsync(_chance.Of(_up), work, ended);
    }

    private async Task RunAsync(Worker worker, Func<Worker, Task> work, Action<bool> ended)
    {
        Work.Begin(_clock.Now);
        var well = false;
        try
        {
            await work(worker);
            well = true;
        }
        catch (Exception fault) when (fault is JournalUnavailableException or StateMovedException)
        {
            // What the host answers with 5xx.
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            _history.Add(new Fact.Threw(_clock.Now, fault));
        }

        ended(well);
    }

    private void Start() => _up.Add(_start(new Life(++_lives, Ended)));

    private void Ended(Life life)
    {
        _history.Add(new Fact.Killed(_clock.Now, life.Number));
        _up.RemoveAll(worker => worker.Life == life);
        _clock.After(_chance.Between(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(40)), Start);
    }
}
