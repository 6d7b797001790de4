namespace CdAutomation.LocalCloud.Registry;

/// <summary>Blobs as files named by their digest, and uploads on the same file system, so that finishing one is a rename.</summary>
internal sealed class BlobFiles
{
    private readonly string _blobs;
    private readonly string _uploads;

    public BlobFiles(string directory)
    {
        _blobs = Directory.CreateDirectory(Path.Combine(directory, "blobs", "sha256")).FullName;
        _uploads = Directory.CreateDirectory(Path.Combine(directory, "uploads")).FullName;
    }

    public string Upload(Guid id) => Path.Combine(_uploads, id.ToString("N"));

    public bool Has(Digest digest) => File.Exists(Name(digest));

    public FileStream? Open(Digest digest) =>
        Has(digest) ? new(Name(digest), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1, useAsync: true) : null;

    public void Adopt(string file, Digest digest)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Name(digest))!);
        File.Move(file, Name(digest), overwrite: true);
    }

    public void Delete(Digest digest) => File.Delete(Name(digest));

    public void ClearUploads()
    {
        foreach (var file in Directory.GetFiles(_uploads))
            File.Delete(file);
    }

    // Two letters a folder: a folder of many thousands of files is slow to list for people and tools.
    private string Name(Digest digest) => Path.Combine(_blobs, digest.Hex[..2], digest.Hex);
}
