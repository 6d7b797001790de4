using System.Collections.Concurrent;
using System.Globalization;

namespace CdAutomation.LocalCloud.Run;

/// <summary>
/// Revisions without containers: each is ready after a while, and the proxy answers for it. An image whose configuration carries the
/// label <c>cdautomation.simulate=fails-to-start</c> fails as a container would that does not listen; as a task it exits with 1.
/// With <c>fails-one-in-5</c> one in five of its requests is answered 500, until the host is restarted.
/// </summary>
internal sealed class SimulatedInstances(TimeSpan start, TimeProvider clock) : IInstances
{
    public const string Label = "cdautomation.simulate";
    public const string FailsToStart = "fails-to-start";
    public const string FailsOneIn = "fails-one-in-";

    private readonly ConcurrentDictionary<string, StartResult.Serving> _running = new();

    public async Task<StartResult> StartAsync(RunnableRevision revision, CancellationToken cancellation)
    {
        if (_running.TryGetValue(revision.Body.Name, out var running)) return running;
        await Task.Delay(start, clock, cancellation);
        if (revision.Labels.GetValueOrDefault(Label) == FailsToStart)
            return revision.IsWorker
                ? StartResult.Failed.ToStay("")
                : StartResult.Failed.ToListen(TemplateDefaults.Ingress(revision.Body.Containers).Ports[0].ContainerPort_, "");
        return _running.GetOrAdd(revision.Body.Name, new StartResult.Serving(null) { FailsOneIn = Failing(revision.Labels.GetValueOrDefault(Label)) });
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

    private static int Failing(string? label) =>
        label?.StartsWith(FailsOneIn, StringComparison.Ordinal) == true
        && int.TryParse(label.AsSpan(FailsOneIn.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            ? count
            : 0;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
