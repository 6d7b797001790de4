using System.Collections.Concurrent;

namespace CdAutomation.LocalCloud.Run;

/// <summary>
/// Revisions without containers: each is ready after a while, and the proxy answers for it. An image whose configuration carries the
/// label <c>cdautomation.simulate=fails-to-start</c> fails as a container would that does not listen; as a task it exits with 1.
/// </summary>
internal sealed class SimulatedInstances(TimeSpan start, TimeProvider clock) : IInstances
{
    public const string Label = "cdautomation.simulate";
    public const string FailsToStart = "fails-to-start";

    private readonly ConcurrentDictionary<string, bool> _running = new();

    public async Task<StartResult> StartAsync(RunnableRevision revision, CancellationToken cancellation)
    {
        if (_running.ContainsKey(revision.Body.Name)) return new StartResult.Serving(null);
        await Task.Delay(start, clock, cancellation);
        if (revision.Labels.GetValueOrDefault(Label) == FailsToStart)
            return revision.IsWorker
                ? StartResult.Failed.ToStay("")
                : StartResult.Failed.ToListen(TemplateDefaults.Ingress(revision.Body.Containers).Ports[0].ContainerPort_, "");
        _running[revision.Body.Name] = true;
        return new StartResult.Serving(null);
    }

    public Task StopAsync(string revision, CancellationToken cancellation)
    {
        _running.TryRemove(revision, out _);
        return Task.CompletedTask;
    }

    /// <summary>Takes as long as a start; the image with the label exits with 1, every other with 0.</summary>
    public async Task<AttemptEnd> RunAsync(TaskAttempt attempt, CancellationToken cancellation)
    {
        var timeout = attempt.Body.Timeout.ToTimeSpan();
        await Task.Delay(start < timeout ? start : timeout, clock, cancellation);
        return start >= timeout
            ? new AttemptEnd.TimedOut()
            : new AttemptEnd.Exited(attempt.Image.Labels.GetValueOrDefault(Label) == FailsToStart ? 1 : 0);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
