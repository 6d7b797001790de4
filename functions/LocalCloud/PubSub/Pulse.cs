namespace CdAutomation.LocalCloud.PubSub;

/// <summary>Tells all who wait that something changed. Take <see cref="Next"/> before looking, so that a change while looking is not
/// missed.</summary>
internal sealed class Pulse
{
    private TaskCompletionSource _next = Fresh();

    public Task Next => Volatile.Read(ref _next).Task;

    public void Signal() => Interlocked.Exchange(ref _next, Fresh()).TrySetResult();

    /// <summary>Returns when <paramref name="next"/> is signalled or after <paramref name="atMost"/>, whichever is first.</summary>
    public static async Task WaitAsync(Task next, TimeSpan? atMost, TimeProvider clock, CancellationToken cancellation)
    {
        if (atMost is not { } span)
        {
            await next.WaitAsync(cancellation);
            return;
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        // Timers end at 49 days; waking once an hour for nothing costs nothing.
        var wait = TimeSpan.FromTicks(Math.Clamp(span.Ticks, 0, TimeSpan.TicksPerHour));
        await Task.WhenAny(next, Task.Delay(wait, clock, either.Token));
        await either.CancelAsync();
        cancellation.ThrowIfCancellationRequested();
    }

    private static TaskCompletionSource Fresh() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
