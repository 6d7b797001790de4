using System.Collections.Immutable;
using CdAutomation.Delivery;
using LibGit2Sharp;

namespace CdAutomation.Cli.Up;

/// <summary>The git repository that policies are read from: only what is committed counts.</summary>
internal sealed class PolicyRepository : IDisposable
{
    private const int FilesAtMost = 2_000;
    private const long BytesAtMost = 16 * 1024 * 1024;

    private readonly Repository _repository;
    private readonly string _folder;
    private readonly string _prefix;

    private PolicyRepository(Repository repository, string folder)
    {
        (_repository, _folder) = (repository, folder);
        var relative = Path.GetRelativePath(Path.GetFullPath(repository.Info.WorkingDirectory), folder).Replace('\\', '/');
        _prefix = relative == "." ? "" : relative + "/";
    }

    /// <summary>The folder that is watched.</summary>
    public string Folder => _folder;

    /// <summary>The commit that is checked out, or null in a repository without one.</summary>
    public string? Head => _repository.Head.Tip?.Sha;

    /// <summary>Opens the folder's repository. A folder without one becomes one; an empty folder is given the sample, and all of it is committed.</summary>
    /// <exception cref="UpException">The folder cannot be used.</exception>
    public static PolicyRepository Open(string folder, DateTimeOffset now)
    {
        folder = Path.GetFullPath(folder);
        try
        {
            Directory.CreateDirectory(folder);
            if (Repository.Discover(folder) is { } found)
            {
                var repository = new Repository(found);
                if (repository.Info.IsBare)
                    throw new UpException($"{folder} is a bare repository; name a checkout, where policies can be edited");
                if (repository.Head.Tip is null)
                    Commit(repository, folder, now);
                return new(repository, folder);
            }

            if (!Directory.EnumerateFiles(folder, "*.y*ml", SearchOption.AllDirectories).Any())
                Sample.WriteTo(folder);
            var made = new Repository(Repository.Init(folder));
            Commit(made, folder, now);
            return new(made, folder);
        }
        catch (Exception fault) when (fault is LibGit2SharpException or IOException or UnauthorizedAccessException)
        {
            throw new UpException($"the policy folder {folder} cannot be used: {fault.Message}");
        }
    }

    /// <summary>Every YAML file of the checked-out commit below the folder; null before the first commit.</summary>
    public PolicyBundle? Read(DateTimeOffset now)
    {
        if (_repository.Head.Tip is not { } tip)
            return null;

        var files = ImmutableArray.CreateBuilder<PolicyText>();
        var bytes = 0L;
        foreach (var (path, blob) in Blobs(tip))
        {
            bytes += blob.Size;
            if (files.Count == FilesAtMost || bytes > BytesAtMost)
                throw new UpException($"the policies of {tip.Sha} are more than {FilesAtMost} files or {BytesAtMost / 1024 / 1024} MiB");
            files.Add(new(path, blob.GetContentText()));
        }

        return new(tip.Sha, _folder, now, files.ToImmutable());
    }

    /// <summary>Whether there are edits that are not committed, and so have no effect.</summary>
    public bool HasUncommittedEdits() => _repository.RetrieveStatus(new StatusOptions { PathSpec = _prefix.Length == 0 ? [] : [_prefix] })
        .Any(entry => entry.State is not (FileStatus.Ignored or FileStatus.Unaltered) && IsPolicy(entry.FilePath));

    public void Dispose() => _repository.Dispose();

    private IEnumerable<(string Path, Blob Blob)> Blobs(Commit tip)
    {
        var root = _prefix.Length == 0 ? tip.Tree : tip[_prefix.TrimEnd('/')]?.Target as Tree;
        var open = new Stack<(string Path, Tree Tree)>();
        if (root is not null)
            open.Push(("", root));
        while (open.TryPop(out var next))
        {
            foreach (var entry in next.Tree.OrderBy(entry => entry.Name, StringComparer.Ordinal))
            {
                if (entry.Target is Tree tree)
                    open.Push(($"{next.Path}{entry.Name}/", tree));
                else if (entry.Target is Blob blob && IsPolicy(entry.Name))
                    yield return ($"{next.Path}{entry.Name}", blob);
            }
        }
    }

    private static bool IsPolicy(string path) =>
        path.EndsWith(".yaml", StringComparison.Ordinal) || path.EndsWith(".yml", StringComparison.Ordinal);

    private static void Commit(Repository repository, string folder, DateTimeOffset now)
    {
        LibGit2Sharp.Commands.Stage(repository, Path.Combine(folder, "*"));
        var who = repository.Config.BuildSignature(now) ?? new Signature("cdctl", "cdctl@localhost", now);
        repository.Commit("Policies as they are when cdctl up first sees them", who, who, new CommitOptions { AllowEmptyCommit = true });
    }
}
