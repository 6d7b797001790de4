using System.Collections.Concurrent;

namespace CdAutomation.LocalCloud.Registry;

/// <summary>The uploads under way. They do not survive a restart: a client then begins anew.</summary>
internal sealed class Uploads(RegistryStore store, long largestBlob, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan Forgotten = TimeSpan.FromHours(1);
    private readonly ConcurrentDictionary<Guid, Upload> _all = new();

    public Upload Begin(string repository)
    {
        var now = clock.GetUtcNow();
        foreach (var (id, idle) in _all)
            if (now - idle.LastUsed > Forgotten && !idle.IsBusy && _all.TryRemove(id, out _))
                idle.Abandon();

        var fresh = Guid.NewGuid();
        var upload = new Upload(fresh, repository, store.UploadFile(fresh), largestBlob, now);
        _all[upload.Id] = upload;
        return upload;
    }

    /// <exception cref="RegistryRefusal">BLOB_UPLOAD_UNKNOWN, also for an upload of another repository.</exception>
    public Upload Find(string repository, Guid id)
    {
        if (!_all.TryGetValue(id, out var upload) || upload.Repository != repository)
            throw RegistryRefusal.UploadUnknown();
        upload.LastUsed = clock.GetUtcNow();
        return upload;
    }

    public void Abandon(Upload upload)
    {
        if (_all.TryRemove(upload.Id, out _))
            upload.Abandon();
    }

    /// <exception cref="RegistryRefusal">DIGEST_INVALID; the upload is gone then.</exception>
    public void Finish(Upload upload, Digest digest)
    {
        try
        {
            upload.Finish(digest);
            store.KeepBlob(upload.Repository, digest, upload.File);
            _all.TryRemove(upload.Id, out _);
        }
        catch (RegistryRefusal)
        {
            Abandon(upload);
            throw;
        }
    }

    public void Dispose()
    {
        foreach (var upload in _all.Values)
            upload.Dispose();
    }
}
