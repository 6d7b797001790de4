using System.Collections.Concurrent;
using Google.Cloud.Run.V2;
using Grpc.Core;
using Task = System.Threading.Tasks.Task;

namespace CdAutomation.LocalCloud.Run;

/// <summary>Brings new revisions up: finds their images, starts an instance, and writes down how it went, once.</summary>
internal sealed class RevisionStarts(
    RunStore store, IImages images, IInstances instances, WriteStamps stamps, LocalRunOptions options, CancellationToken stopping)
{
    private static readonly TimeSpan BetweenLookups = TimeSpan.FromSeconds(1);

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
        ImageLookup.Found? found = null;
        foreach (var container in revision.Containers)
        {
            switch (await FindAsync(container.Image))
            {
                case ImageLookup.Found image: found = container == ingress ? image : found; break;
                case var other: return (Refused(container.Image, other), "");
            }
        }

        var runnable = new RunnableRevision(revision, found!.Digest, found.Labels);
        return (await instances.StartAsync(runnable, stopping), found.Digest);
    }

    private async Task<ImageLookup> FindAsync(string reference)
    {
        var deadline = options.Clock.GetUtcNow() + options.StartTimeout;
        while (true)
        {
            var lookup = await images.FindAsync(reference, stopping);
            if (lookup is not ImageLookup.Unreachable || options.Clock.GetUtcNow() >= deadline) return lookup;
            await Task.Delay(BetweenLookups, options.Clock, stopping);
        }
    }

    // The first three texts are word for word those of real answers that users reported.
    private static StartResult.Failed Refused(string image, ImageLookup lookup) => lookup switch
    {
        ImageLookup.Missing => StartResult.Failed.ToImport(
            StatusCode.NotFound, Condition.Types.CommonReason.ContainerMissing, $"Image '{image}' not found."),
        ImageLookup.Denied => StartResult.Failed.ToImport(
            StatusCode.PermissionDenied,
            Condition.Types.CommonReason.ContainerPermissionDenied,
            $"Google Cloud Run Service Agent must have permission to read the image, {image}. Ensure that the provided container "
            + "image URL is correct and that the above account has permission to access the image."),
        ImageLookup.WrongPlatform wrong => StartResult.Failed.ToImport(
            StatusCode.InvalidArgument,
            Condition.Types.CommonReason.RevisionFailed,
            $"Cloud Run does not support image '{image}': Container manifest type '{Refusal.Shown(wrong.MediaType)}' "
            + "must support amd64/linux."),
        ImageLookup.Malformed bad => StartResult.Failed.ToImport(
            StatusCode.InvalidArgument,
            Condition.Types.CommonReason.RevisionFailed,
            $"Container import failed: '{image}' cannot be read, {Refusal.Shown(bad.Problem)}."),
        ImageLookup.Unreachable lost => StartResult.Failed.ToImport(
            StatusCode.Internal,
            Condition.Types.CommonReason.Internal,
            $"Container import failed: {Refusal.Shown(lost.Problem)}."),
        _ => throw new InvalidOperationException($"A look-up that nobody named: {lookup.GetType().Name}"),
    };
}
