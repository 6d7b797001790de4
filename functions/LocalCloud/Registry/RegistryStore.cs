using CdAutomation.LocalCloud.PubSub;
using Microsoft.Data.Sqlite;

namespace CdAutomation.LocalCloud.Registry;

/// <summary>Which repository has what: blobs (as files, kept once for all repositories), manifests, tags, and the announcements owed
/// (in one SQLite file).
/// A manifest, its tag and its announcement are one commit. A call that returned survives a kill of the process. Safe for several
/// threads.</summary>
internal sealed class RegistryStore : IDisposable
{
    private const int Version = 1;

    private const string Schema = """
        CREATE TABLE blob (digest TEXT NOT NULL, repository TEXT NOT NULL, PRIMARY KEY (digest, repository)) WITHOUT ROWID;
        CREATE TABLE manifest (
          repository TEXT NOT NULL, digest TEXT NOT NULL, media_type TEXT NOT NULL, subject TEXT, body BLOB NOT NULL,
          PRIMARY KEY (repository, digest));
        CREATE INDEX manifest_subject ON manifest (repository, subject);
        CREATE TABLE tag (repository TEXT NOT NULL, name TEXT NOT NULL, digest TEXT NOT NULL, PRIMARY KEY (repository, name)) WITHOUT ROWID;
        CREATE TABLE outbox (id INTEGER PRIMARY KEY AUTOINCREMENT, body BLOB NOT NULL);
        """;

    // Beside the schema, for files that were made before it was there have it too; what is older than it has no time.
    private const string Uploads = """
        CREATE TABLE IF NOT EXISTS upload (
          repository TEXT NOT NULL, digest TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (repository, digest)) WITHOUT ROWID
        """;

    private readonly Lock _gate = new();
    private readonly TimeProvider _clock;
    private readonly BlobFiles _blobs;
    private readonly SqliteFile _file;

    /// <exception cref="IOException">The folder belongs to another running registry or to a newer version.</exception>
    public RegistryStore(string directory, TimeProvider clock)
    {
        _clock = clock;
        _blobs = new(directory);
        _file = new(Path.Combine(directory, "registry.sqlite"), Version, Schema);
        _file.Run(Uploads);
        // Uploads under way when an earlier process ended; only now is it sure that no other process has the folder.
        _blobs.ClearUploads();
    }

    public string UploadFile(Guid id) => _blobs.Upload(id);

    public bool KnowsRepository(string repository)
    {
        lock (_gate)
            return _file.Read(
                "SELECT 1 WHERE EXISTS (SELECT 1 FROM manifest WHERE repository = $a) OR EXISTS (SELECT 1 FROM blob WHERE repository = $a)",
                _ => true, repository).Count > 0;
    }

    /// <summary>The blob's content, readable also while it is deleted; null when the repository has it not.</summary>
    public FileStream? OpenBlob(string repository, Digest digest)
    {
        lock (_gate)
            return IsLinked(repository, digest) ? _blobs.Open(digest) : null;
    }

    /// <summary>Takes over a finished, flushed upload file.</summary>
    public void KeepBlob(string repository, Digest digest, string file)
    {
        lock (_gate)
        {
            _blobs.Adopt(file, digest);
            Link(repository, digest);
        }
    }

    /// <summary>False when the other repository has it not.</summary>
    public bool Mount(string repository, string from, Digest digest)
    {
        lock (_gate)
        {
            if (!HasBlob(from, digest))
                return false;
            Link(repository, digest);
            return true;
        }
    }

    /// <summary>False when the repository had it not. The file goes with its last repository.</summary>
    public bool DropBlob(string repository, Digest digest)
    {
        lock (_gate)
        {
            if (!IsLinked(repository, digest))
                return false;
            _file.Run("DELETE FROM blob WHERE digest = $a AND repository = $b", digest.Hex, repository);
            if (_file.Read("SELECT 1 FROM blob WHERE digest = $a LIMIT 1", _ => true, digest.Hex).Count == 0)
                _blobs.Delete(digest);
            return true;
        }
    }

    /// <exception cref="RegistryRefusal">MANIFEST_BLOB_UNKNOWN, one error for each part that is missing.</exception>
    public void KeepManifest(
        string repository, StoredManifest manifest, ManifestDocument document, string? tag, IReadOnlyList<string> hosts)
    {
        lock (_gate)
        {
            RequireParts(repository, document);
            _file.Together(() =>
            {
                _file.Run("INSERT INTO manifest VALUES ($a, $b, $c, $d, $e) ON CONFLICT DO UPDATE SET media_type = excluded.media_type",
                    repository, manifest.Digest.Hex, manifest.MediaType, document.Subject?.Hex, manifest.Body);
                _file.Run("INSERT INTO upload VALUES ($a, $b, $c) ON CONFLICT DO NOTHING",
                    repository, manifest.Digest.Hex, _clock.GetUtcNow().ToUnixTimeMilliseconds());
                if (tag is not null)
                    _file.Run(
                        "INSERT INTO tag VALUES ($a, $b, $c) ON CONFLICT DO UPDATE SET digest = excluded.digest",
                        repository, tag, manifest.Digest.Hex);
                Owe(hosts.Select(host => AnnouncementText.Insert(host, repository, manifest.Digest, tag)));
            });
        }
    }

    public StoredManifest? Manifest(string repository, ManifestReference reference)
    {
        lock (_gate)
        {
            var hex = Resolve(repository, reference);
            return hex is null ? null : _file.Read(
                "SELECT digest, media_type, body FROM manifest WHERE repository = $a AND digest = $b",
                Stored, repository, hex).FirstOrDefault();
        }
    }

    /// <summary>False when there is no such tag. The manifest stays.</summary>
    public bool DropTag(string repository, string tag, IReadOnlyList<string> hosts)
    {
        lock (_gate)
        {
            if (Resolve(repository, new ManifestReference.ByTag(tag)) is null)
                return false;
            _file.Together(() =>
            {
                _file.Run("DELETE FROM tag WHERE repository = $a AND name = $b", repository, tag);
                Owe(hosts.Select(host => AnnouncementText.DeleteTag(host, repository, tag)));
            });
            return true;
        }
    }

    /// <summary>False when there is no such manifest. Its tags go with it, and each is announced before the digest.</summary>
    public bool DropManifest(string repository, Digest digest, IReadOnlyList<string> hosts)
    {
        lock (_gate)
        {
            if (_file.Read("SELECT 1 FROM manifest WHERE repository = $a AND digest = $b", _ => true, repository, digest.Hex).Count == 0)
                return false;
            _file.Together(() =>
            {
                foreach (var tag in _file.Read(
                    "SELECT name FROM tag WHERE repository = $a AND digest = $b", row => row.GetString(0), repository, digest.Hex))
                    Owe(hosts.Select(host => AnnouncementText.DeleteTag(host, repository, tag)));
                _file.Run("DELETE FROM tag WHERE repository = $a AND digest = $b", repository, digest.Hex);
                _file.Run("DELETE FROM manifest WHERE repository = $a AND digest = $b", repository, digest.Hex);
                _file.Run("DELETE FROM upload WHERE repository = $a AND digest = $b", repository, digest.Hex);
                Owe(hosts.Select(host => AnnouncementText.DeleteDigest(host, repository, digest)));
            });
            return true;
        }
    }

    /// <summary>Up to <paramref name="most"/> tags that sort after <paramref name="last"/>, in ASCII order.</summary>
    public IReadOnlyList<string> Tags(string repository, string last, int most)
    {
        lock (_gate)
            return _file.Read(
                "SELECT name FROM tag WHERE repository = $a AND name > $b ORDER BY name LIMIT $c",
                row => row.GetString(0), repository, last, most);
    }

    /// <summary>Every manifest whose time of upload is known, with its tags; oldest first.</summary>
    public IReadOnlyList<Uploaded> UploadsOf(string repository)
    {
        lock (_gate)
        {
            var tags = _file.Read("SELECT digest, name FROM tag WHERE repository = $a ORDER BY name", row => (Hex: row.GetString(0), Tag: row.GetString(1)), repository)
                .ToLookup(it => it.Hex, it => it.Tag);
            return _file.Read(
                "SELECT digest, media_type, at FROM upload JOIN manifest USING (repository, digest) WHERE repository = $a ORDER BY at, digest",
                row => new Uploaded(Digest.Parse("sha256:" + row.GetString(0)), row.GetString(1), [.. tags[row.GetString(0)]], row.GetInt64(2)), repository);
        }
    }

    public IReadOnlyList<StoredManifest> Referrers(string repository, Digest subject)
    {
        lock (_gate)
            return _file.Read(
                "SELECT digest, media_type, body FROM manifest WHERE repository = $a AND subject = $b ORDER BY rowid",
                Stored, repository, subject.Hex);
    }

    public IReadOnlyList<(long Id, byte[] Body)> Owed(int most)
    {
        lock (_gate)
            return _file.Read(
                "SELECT id, body FROM outbox ORDER BY id LIMIT $a", row => (row.GetInt64(0), row.GetFieldValue<byte[]>(1)), most);
    }

    public void Paid(long id)
    {
        lock (_gate)
            _file.Run("DELETE FROM outbox WHERE id = $a", id);
    }

    public void Dispose()
    {
        lock (_gate)
            _file.Dispose();
    }

    private static StoredManifest Stored(SqliteDataReader row) =>
        new(Digest.Parse("sha256:" + row.GetString(0)), row.GetString(1), row.GetFieldValue<byte[]>(2));

    private void RequireParts(string repository, ManifestDocument document)
    {
        var missing = document.Blobs.Distinct().Where(blob => !HasBlob(repository, blob))
            .Concat(document.Children.Distinct().Where(child => Resolve(repository, new ManifestReference.ByDigest(child)) is null))
            .Take(100).Select(digest => digest.ToString()).ToList();
        if (missing.Count > 0)
            throw new RegistryRefusal(
                400, "MANIFEST_BLOB_UNKNOWN", "the manifest refers to something that is not in this repository", missing);
    }

    private string? Resolve(string repository, ManifestReference reference) => reference switch
    {
        ManifestReference.ByTag(var tag) => _file.Read(
            "SELECT digest FROM tag WHERE repository = $a AND name = $b", row => row.GetString(0), repository, tag).FirstOrDefault(),
        ManifestReference.ByDigest(var digest) => _file.Read(
            "SELECT digest FROM manifest WHERE repository = $a AND digest = $b",
            row => row.GetString(0), repository, digest.Hex).FirstOrDefault(),
        _ => throw new InvalidOperationException("a reference is a tag or a digest"),
    };

    private bool IsLinked(string repository, Digest digest) =>
        _file.Read("SELECT 1 FROM blob WHERE digest = $a AND repository = $b", _ => true, digest.Hex, repository).Count > 0;

    // The file too: after a loss of power the row may have outlived it, and the client must be told to push again.
    private bool HasBlob(string repository, Digest digest) => IsLinked(repository, digest) && _blobs.Has(digest);

    private void Link(string repository, Digest digest) =>
        _file.Run("INSERT INTO blob VALUES ($a, $b) ON CONFLICT DO NOTHING", digest.Hex, repository);

    private void Owe(IEnumerable<byte[]> announcements)
    {
        foreach (var body in announcements)
            _file.Run("INSERT INTO outbox (body) VALUES ($a)", body);
    }
}
