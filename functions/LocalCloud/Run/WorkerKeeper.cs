namespace CdAutomation.LocalCloud.Run;

/// <summary>
/// Keeps the containers of worker pools running: no request would start them again after they ended or the host did. One instance runs
/// for each revision that has a share, whatever the pool's scaling says; a pool that is scaled to none has none.
/// </summary>
internal sealed class WorkerKeeper : IAsyncDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private readonly RunStore _store;
    private readonly IInstances _instances;
    private readonly LocalRunOptions _options;
    private readonly CancellationToken _stopping;
    private readonly Task _running;

    public WorkerKeeper(RunStore store, IInstances instances, LocalRunOptions options, CancellationToken stopping)
    {
        (_store, _instances, _options, _stopping) = (store, instances, options, stopping);
        // A pretence needs no keeping.
        _running = options.Engine is null ? Task.CompletedTask : Task.Run(RunAsync, CancellationToken.None);
    }

    public async ValueTask DisposeAsync() => await _running;

    private async Task RunAsync()
    {
        try
        {
            while (true)
            {
                await Task.WhenAll(_store.Read(Kept).Select(KeepAsync));
                await Task.Delay(Period, _options.Clock, _stopping);
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The host is going, and takes all instances with it.
        }
    }

    private async Task KeepAsync(StoredRevision revision)
    {
        await _instances.StartAsync(new(revision.Body, revision.Digest, new Dictionary<string, string>()), _stopping);
        // It may have lost its share, or its pool, while it was being started: whoever stops such a one had nothing to stop then.
        if (_store.Read(Kept).All(it => it.Body.Name != revision.Body.Name)) await _instances.StopAsync(revision.Body.Name, _stopping);
    }

    private static List<StoredRevision> Kept(RunTables tables) =>
    [
        .. tables.WorkloadNames.Where(WorkerPoolPath.Collects).SelectMany(name => Kept(tables, tables.FindWorkload(name)!)),
    ];

    private static IEnumerable<StoredRevision> Kept(RunTables tables, StoredWorkload pool)
    {
        if (pool.Body is not WorkerPoolWorkload { Pool: { DeleteTime: null, Scaling.ManualInstanceCount: > 0 } }) yield break;
        foreach (var share in pool.Body.InForce.Where(it => it.Percent > 0))
        {
            var name = share.IsLatest ? pool.Body.LatestReadyRevision : $"{pool.Body.Name}/revisions/{share.Revision}";
            if (tables.FindRevision(name) is { Readiness: Readiness.Ready } revision) yield return revision;
        }
    }
}
