using System.Collections.Immutable;
using CdAutomation.Domain.Policies;
using CdAutomation.PolicyFiles;
using LibGit2Sharp;

namespace CdAutomation.Cli.Up;

/// <summary>The policy files of one commit.</summary>
/// <param name="Edition">Which they are.</param>
/// <param name="Files">Policies, and the keys that they name; paths are relative to the folder, with forward slashes.</param>
/// <param name="Problem">Why they are not all there, or null.</param>
internal sealed record PolicyCommit(PolicyEdition Edition, ImmutableArray<PolicyFile> Files, Domain.Reason? Problem);

/// <summary>The git repository that policies are read from: only what is committed counts.</summary>
internal sealed class PolicyRepository : IDisposable
{
    private readonly Repository _repository;
    private readonly string _folder;
    private readonly string _prefix;

    // Cloud Build checks out as root, and the image of cdctl runs as nobody. Whose files they are protects those who run a repository's
    // hooks and filters; here its objects are read, and nothing of it is run.
    static PolicyRepository() => GlobalSettings.SetOwnerValidation(false);

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

    /// <summary>Where the repository was cloned from, without a password that may stand in the address; null where it was not.</summary>
    public string? Origin => _repository.Network.Remotes["origin"]?.Url is { } url ? WithoutSecret(url) : null;

    /// <summary>Opens the folder's repository. A folder without one becomes one; an empty folder is given the sample, and all of it is committed.</summary>
    /// <exception cref="UpException">The folder cannot be used.</exception>
    public static PolicyRepository Open(string folder, Sample sample, DateTimeOffset now)
    {
        folder = Path.GetFullPath(folder);
        try
        {
            Directory.CreateDirectory(folder);
            if (Find(folder) is { } found)
            {
                if (found._repository.Head.Tip is null)
                    Commit(found._repository, folder, now);
                return found;
            }

            if (!Directory.EnumerateFiles(folder, "*.y*ml", SearchOption.AllDirectories).Any())
                sample.WriteTo(folder);
            var made = new Repository(Repository.Init(folder));
            Commit(made, folder, now);
            return new(made, folder);
        }
        catch (Exception fault) when (fault is LibGit2SharpException or IOException or UnauthorizedAccessException)
        {
            throw new UpException($"the policy folder {folder} cannot be used: {fault.Message}");
        }
    }

    /// <summary>Opens the repository that a folder stands in, as it is; null where there is none.</summary>
    /// <exception cref="UpException">It has no checkout.</exception>
    public static PolicyRepository? Find(string folder)
    {
        folder = Path.GetFullPath(folder);
        if (Repository.Discover(folder) is not { } found)
            return null;

        var repository = new Repository(found);
        if (!repository.Info.IsBare)
            return new(repository, folder);
        repository.Dispose();
        throw new UpException($"{folder} is a bare repository; name a checkout, where policies can be edited");
    }

    /// <summary>The files of the checked-out commit below the folder; null before the first commit.</summary>
    public PolicyCommit? Read() => _repository.Head.Tip is { } tip ? Read(tip) : null;

    /// <summary>The files of a commit below the folder; null where the repository does not have it.</summary>
    /// <param name="commit">40 hexadecimal digits.</param>
    public PolicyCommit? Read(string commit) => _repository.Lookup<Commit>(commit) is { } found ? Read(found) : null;

    /// <summary>Files with edits that are not committed, and so have no effect; by path, ordinal.</summary>
    public ImmutableArray<string> UncommittedEdits()
    {
        // A repository of its own: this one is used by whoever watches for commits.
        using var repository = new Repository(_repository.Info.Path);
        return
        [
            .. repository.RetrieveStatus(new StatusOptions { PathSpec = _prefix.Length == 0 ? [] : [_prefix] })
                .Where(entry => entry.State is not (FileStatus.Ignored or FileStatus.Unaltered))
                .Select(entry => entry.FilePath)
                .Where(path => path.StartsWith(_prefix, StringComparison.Ordinal) && PolicyPaths.Counts(path))
                .Select(path => path[_prefix.Length..])
                .Order(StringComparer.Ordinal),
        ];
    }

    public void Dispose() => _repository.Dispose();

    private PolicyCommit Read(Commit commit)
    {
        var edition = new PolicyEdition(commit.Sha, commit.Committer.When.ToUniversalTime(), Origin ?? _folder);
        var files = ImmutableArray.CreateBuilder<PolicyFile>();
        var bytes = 0L;
        foreach (var (path, blob) in Blobs(commit))
        {
            bytes += blob.Size;
            if (CommitFiles.Excess(files.Count + 1, bytes) is { } excess)
                return new(edition, [], excess);
            files.Add(blob.Size > CommitFiles.FileBytesMax
                ? new(path, "") { Unreadable = new("policy.size", $"the file is larger than {CommitFiles.FileBytesMax} bytes") }
                : new(path, blob.GetContentText()));
        }

        return new(edition, files.ToImmutable(), null);
    }

    private IEnumerable<(string Path, Blob Blob)> Blobs(Commit commit)
    {
        var root = _prefix.Length == 0 ? commit.Tree : commit[_prefix.TrimEnd('/')]?.Target as Tree;
        var open = new Stack<(string Path, Tree Tree)>();
        if (root is not null)
            open.Push(("", root));
        while (open.TryPop(out var next))
        {
            foreach (var entry in next.Tree.OrderBy(entry => entry.Name, StringComparer.Ordinal))
            {
                if (entry.Target is Tree tree)
                    open.Push(($"{next.Path}{entry.Name}/", tree));
                else if (entry.Mode is not Mode.SymbolicLink && entry.Target is Blob blob && PolicyPaths.Counts(entry.Name))
                    yield return ($"{next.Path}{entry.Name}", blob);
            }
        }
    }

    private static string WithoutSecret(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.UserInfo.Length > 0
            ? new UriBuilder(uri) { UserName = "", Password = "" }.Uri.ToString()
            : url;

    private static void Commit(Repository repository, string folder, DateTimeOffset now)
    {
        LibGit2Sharp.Commands.Stage(repository, Path.Combine(folder, "*"));
        var who = repository.Config.BuildSignature(now) ?? new Signature("cdctl", "cdctl@localhost", now);
        repository.Commit("Policies as they are when cdctl up first sees them", who, who, new CommitOptions { AllowEmptyCommit = true });
    }
}
