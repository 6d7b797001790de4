using System.Security.Cryptography;

namespace CdAutomation.LocalCloud.Registry;

/// <summary>One upload under way. It takes one request at a time; a second one waits for the first.</summary>
internal sealed class Upload : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly FileStream _file;
    private readonly long _largest;
    private bool _torn;

    public Upload(Guid id, string repository, string file, long largest, DateTimeOffset now)
    {
        (Id, Repository, _largest, LastUsed) = (id, repository, largest, now);
        _file = new(file, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, useAsync: true);
    }

    public Guid Id { get; }

    public string Repository { get; }

    public string File => _file.Name;

    public long Received { get; private set; }

    public DateTimeOffset LastUsed { get; set; }

    /// <summary>A request is writing to it, or about to.</summary>
    public bool IsBusy => _turn.CurrentCount == 0;

    public bool IsOver { get; private set; }

    public UploadPosition Position => new($"/v2/{Repository}/blobs/uploads/{Id:N}", Received);

    /// <summary>Runs alone on this upload.</summary>
    /// <exception cref="RegistryRefusal">BLOB_UPLOAD_UNKNOWN when it ended while this request waited.</exception>
    public async Task<T> InTurnAsync<T>(Func<Task<T>> work, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            return IsOver ? throw RegistryRefusal.UploadUnknown() : await work();
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Appends all of the body, never holding more than a buffer of it.</summary>
    /// <exception cref="RegistryRefusal">SIZE_INVALID when the blob grows too large; the upload must be abandoned then.</exception>
    public async Task AppendAsync(Stream body, CancellationToken cancellation)
    {
        var buffer = new byte[81_920];
        for (int read; (read = await body.ReadAsync(buffer, cancellation)) > 0;)
        {
            if (Received + read > _largest)
                throw RegistryRefusal.TooLarge($"a blob may have at most {_largest} bytes");
            // Torn while it is written: if the disk fails here, file and hash no longer agree and the upload can not be finished.
            _torn = true;
            await _file.WriteAsync(buffer.AsMemory(0, read), CancellationToken.None);
            _hash.AppendData(buffer, 0, read);
            Received += read;
            _torn = false;
        }
    }

    /// <summary>Brings the file to the disk and ends the upload; the file is the caller's to take over when the digest is as
    /// expected.</summary>
    /// <exception cref="RegistryRefusal">DIGEST_INVALID: other bytes have arrived than were announced.</exception>
    public void Finish(Digest expected)
    {
        if (_torn)
            throw RegistryRefusal.UploadInvalid("an earlier write failed; begin a new upload");
        if (Digest.FromHash(_hash.GetCurrentHash()) != expected)
            throw RegistryRefusal.DigestInvalid("the content that was received has another digest");
        _file.Flush(flushToDisk: true);
        IsOver = true;
        _file.Dispose();
    }

    public void Abandon()
    {
        IsOver = true;
        _file.Dispose();
        System.IO.File.Delete(File);
    }

    public void Dispose()
    {
        _file.Dispose();
        _hash.Dispose();
        _turn.Dispose();
    }
}
