using CdAutomation.Delivery;
using CdAutomation.Simulation.Time;
using Grpc.Core;

namespace CdAutomation.Simulation.World;

/// <summary>The life of one worker process. What it had begun when it was killed, nobody will ever go on with.</summary>
internal sealed class Life(int number, Action<Life> killed)
{
    public int Number => number;

    public bool IsOver { get; private set; }

    public void End()
    {
        if (IsOver)
            return;
        IsOver = true;
        killed(this);
    }
}

/// <summary>
/// What lies between a worker and everything it calls. A call takes effect on its arrival and is answered later; at either end the worker
/// may be killed, so every await of the production code is one at which it may never go on.
/// </summary>
internal sealed class Wire(VirtualClock clock, Chance chance, Weather weather)
{
    private const double Deadly = 0.002;

    /// <summary>A call whose effect is had at one instant.</summary>
    public Task<T> CallAsync<T>(Life life, Func<T> effect)
    {
        var reply = new TaskCompletionSource<T>();
        Send(life, () =>
        {
            try
            {
                var value = effect();
                Answer(life, () => reply.TrySetResult(value));
            }
            catch (Exception fault) when (fault is JournalUnavailableException or StateMovedException or RpcException)
            {
                Answer(life, () => reply.TrySetException(fault));
            }
        });
        return reply.Task;
    }

    /// <summary>A call that goes out; it arrives even if the worker is killed meanwhile.</summary>
    public void Send(Life life, Action arrives)
    {
        if (!IsKilled(life))
            clock.After(Latency(), arrives);
    }

    /// <summary>An answer that comes back, to nobody when the worker is no more.</summary>
    public void Answer(Life life, Action goesOn) => clock.After(Latency(), () =>
    {
        if (!IsKilled(life))
            goesOn();
    });

    private bool IsKilled(Life life)
    {
        if (!life.IsOver && weather.Strikes(Fault.WorkerKilled, Deadly))
            life.End();
        return life.IsOver;
    }

    private TimeSpan Latency() => TimeSpan.FromMilliseconds(chance.Is(0.05) ? chance.Between(20, 3000) : chance.Between(1, 20));
}
