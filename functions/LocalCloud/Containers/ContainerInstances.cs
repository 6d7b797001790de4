using CdAutomation.LocalCloud.Run;

namespace CdAutomation.LocalCloud.Containers;

/// <summary>
/// One container for each revision that is wanted, and for each attempt of a task. Only the container that gets the requests is run,
/// without its side-cars, volumes and limits of cpu and memory; it shares the host's network and must listen on $PORT, which is here
/// another port for each revision.
/// </summary>
internal sealed class ContainerInstances : IInstances
{
    public const string Label = "cdautomation.local-run";

    private readonly Dictionary<string, ContainerInstance> _instances = [];
    private readonly Lock _gate = new();
    private readonly ContainerLauncher _launcher;
    private readonly TaskLauncher _tasks;
    private readonly CancellationToken _stopping;

    private ContainerInstances(ContainerLauncher launcher, TaskLauncher tasks, CancellationToken stopping) =>
        (_launcher, _tasks, _stopping) = (launcher, tasks, stopping);

    /// <summary>Begins with an empty stage: what a killed host of the same data directory left running is removed.</summary>
    public static async Task<ContainerInstances> CreateAsync(
        ContainerEngine engine, LocalRunOptions options, string owner, CancellationToken stopping, CancellationToken cancellation)
    {
        var launcher = new ContainerLauncher(engine, options, owner);
        await launcher.RemoveAllAsync(cancellation);
        return new(launcher, new(launcher, engine, options, owner), stopping);
    }

    public async Task<StartResult> StartAsync(RunnableRevision revision, CancellationToken cancellation)
    {
        ContainerInstance? instance;
        lock (_gate)
        {
            if (!_instances.TryGetValue(revision.Body.Name, out instance) || instance.IsOver)
                _instances[revision.Body.Name] = instance = new(_launcher, revision, _stopping);
        }

        return await instance.Started.WaitAsync(cancellation);
    }

    public Task<AttemptEnd> RunAsync(TaskAttempt attempt, CancellationToken cancellation) => _tasks.RunAsync(attempt, cancellation);

    public async Task StopAsync(string revision, CancellationToken cancellation)
    {
        ContainerInstance? instance;
        lock (_gate) _instances.Remove(revision, out instance);
        if (instance is not null) await instance.StopAsync(cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        await _launcher.RemoveAllAsync(CancellationToken.None);
        ContainerInstance[] left;
        lock (_gate) left = [.. _instances.Values];
        await Task.WhenAll(left.Select(it => it.Ended));
        // Once more for a container that was only being made when the first sweep went by.
        await _launcher.RemoveAllAsync(CancellationToken.None);
    }
}
