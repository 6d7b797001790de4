using System.Collections.Concurrent;
using Google.Cloud.Run.V2;
using Task = System.Threading.Tasks.Task;

namespace CdAutomation.LocalCloud.Run;

/// <summary>Brings new revisions up: finds their images, starts an instance, and writes down how it went, once.</summary>
internal sealed class RevisionStarts(
    RunStore store, ImageFinder images, IInstances instances, WriteStamps stamps, LocalRunOptions options, CancellationToken stopping)
{
    private readonly ConcurrentDictionary<string, Lazy<Task>> _going = new();

    /// <summary>Starts a pending revision, or joins its start; ends when its readiness is written.</summary>
    public Task Ensure(StoredRevision revision) =>
        _going.GetOrAdd(revision.Body.Name, _ => new(() => RunAsync(revision))).Value;

    private async Task RunAsync(StoredRevision revision)
    {
        await Task.Yield();
        try
        {
            // Whoever asks may have read "pending" a moment before an earlier start was written down.
            if (store.Read(tables => tables.FindRevision(revision.Body.Name)) is not { Readiness: Readiness.Pending }) return;
            var (result, digest) = await StartAsync(revision.Body);
            if (!Write(revision.Body, result, digest)) await instances.StopAsync(revision.Body.Name, stopping);
        }
        finally
        {
            _going.TryRemove(revision.Body.Name, out _);
        }
    }

    /// <summary>False when the revision was deleted meanwhile.</summary>
    private bool Write(Revision started, StartResult result, string digest) => store.Write(tables =>
    {
        if (tables.FindRevision(started.Name) is not { } revision || revision.Body.Uid != started.Uid) return false;
        if (result is StartResult.Failed failure)
            RevisionOutcome.Failed(revision, failure, options.Faults.InternalInPlaceOfFailedPrecondition, stamps);
        else RevisionOutcome.Serves(revision, digest, stamps);
        tables.Save(revision);
        return true;
    });

    private async Task<(StartResult Result, string Digest)> StartAsync(Revision revision)
    {
        var ingress = TemplateDefaults.Ingress(revision.Containers);
        var (found, problem) = await images.FindAsync(revision.Containers, ingress);
        if (found is null) return (problem!, "");
        var runnable = new RunnableRevision(revision, found.Digest, found.Labels);
        return (await instances.StartAsync(runnable, stopping), found.Digest);
    }
}
