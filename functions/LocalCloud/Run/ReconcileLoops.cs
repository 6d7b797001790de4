using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace CdAutomation.LocalCloud.Run;

/// <summary>
/// One loop for each thing that is brought to what is written of it. A loop keeps nothing: it asks what is next, does it, and asks
/// again, so a newer write supersedes an older one, and a kill at any moment is healed by the next start.
/// </summary>
internal abstract partial class ReconcileLoops(
    OperationBook operations, TimeProvider clock, ILogger logger, CancellationToken stopping) : IAsyncDisposable
{
    private static readonly TimeSpan AfterFault = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, Lazy<Loop>> _loops = new();

    /// <summary>The host is going.</summary>
    protected CancellationToken Stopping => stopping;

    /// <summary>Something was written of a thing.</summary>
    public void Wake(string name)
    {
        var loop = _loops.GetOrAdd(name, it => new(() => new Loop(signal => RunAsync(it, signal)))).Value;
        loop.Signal.Writer.TryWrite(true);
    }

    /// <summary>Waits for the loops to notice that the host is stopping, which must have been said before.</summary>
    public virtual async ValueTask DisposeAsync() => await Task.WhenAll(_loops.Values.Select(it => it.Value.Running));

    /// <summary>Does the next thing; false when there is nothing until the next signal.</summary>
    protected abstract Task<bool> StepAsync(string name, ChannelReader<bool> signal);

    /// <summary>Waits while a fault holds the operation back; true when that happened, and all may be different now.</summary>
    protected async Task<bool> IsHeldAsync(string operation, ChannelReader<bool> signal)
    {
        if (operations.HeldUntil(operation) is not { } until || until <= clock.GetUtcNow()) return false;
        var wait = until == DateTimeOffset.MaxValue ? Timeout.InfiniteTimeSpan : until - clock.GetUtcNow();
        await WaitAsync([], wait, signal);
        return true;
    }

    /// <summary>Ends with the first of some tasks, the time, or a signal, which is then taken.</summary>
    protected async Task WaitAsync(IEnumerable<Task> tasks, TimeSpan limit, ChannelReader<bool> signal)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        await Task.WhenAny([.. tasks, Task.Delay(limit, clock, over.Token), signal.WaitToReadAsync(over.Token).AsTask()]);
        await over.CancelAsync();
        signal.TryRead(out _);
        stopping.ThrowIfCancellationRequested();
    }

    protected async Task WakeAfterAsync(Task start, string name)
    {
        await start.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (start.IsCompletedSuccessfully) Wake(name);
    }

    protected async Task TryAgainAsync(string name, Exception problem)
    {
        Log.LoopFailed(logger, name, problem);
        await Task.Delay(AfterFault, clock, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Wake(name);
    }

    private async Task RunAsync(string name, ChannelReader<bool> signal)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await signal.ReadAsync(stopping);
                while (await StepAsync(name, signal)) { }
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception problem)
            {
                // The boundary of a background host: one thing's fault must not silence its loop for ever, nor the others.
                await TryAgainAsync(name, problem);
            }
        }
    }

    private sealed class Loop
    {
        public Loop(Func<ChannelReader<bool>, Task> run) => Running = Task.Run(() => run(Signal.Reader));

        public Channel<bool> Signal { get; } = Channel.CreateBounded<bool>(
            new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

        public Task Running { get; }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Reconciling {Name} failed; it is tried again")]
        public static partial void LoopFailed(ILogger logger, string name, Exception problem);
    }
}
