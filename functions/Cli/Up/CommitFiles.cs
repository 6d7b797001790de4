using CdAutomation.Domain;

namespace CdAutomation.Cli.Up;

/// <summary>How much of a commit is read: as much as of a folder on disk.</summary>
internal static class CommitFiles
{
    private const int FilesAtMost = 50_000;
    private const long BytesAtMost = 64L << 20;

    /// <summary>The largest file that is read, in bytes.</summary>
    public const int FileBytesMax = 1 << 20;

    /// <summary>Why so much is not read, or null.</summary>
    public static Reason? Excess(int files, long bytes) => files > FilesAtMost || bytes > BytesAtMost
        ? new("policy.size", $"the policies are more than {FilesAtMost} files or {BytesAtMost >> 20} MiB")
        : null;
}
