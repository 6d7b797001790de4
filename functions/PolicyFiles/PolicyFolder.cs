using System.Buffers;
using System.Text;
using CdAutomation.Domain;

namespace CdAutomation.PolicyFiles;

/// <summary>
/// A folder of policies on disk. However large or strange it is, reading it costs a bounded amount of memory: links are not followed,
/// hidden folders are left out, and a file that is too large is not read but told as a problem of itself.
/// </summary>
public static class PolicyFolder
{
    private const int FileBytesMax = 1 << 20;
    private const long FolderBytesMax = 64L << 20;
    private const int FilesMax = 50_000;
    private const int FoldersMax = 10_000;

    // What is no UTF-8 is an error at its file, and not a text with holes.
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>
    /// The policies of the folder with the public keys beside them (<see cref="PolicyPaths"/>), in ordinal order of their paths; of a
    /// single file, that one with the keys of its folder.
    /// </summary>
    /// <param name="path">A folder or file that exists; the paths of the files begin with it.</param>
    /// <exception cref="IOException">There is no such folder or file.</exception>
    public static IReadOnlyList<PolicyFile> Read(string path)
    {
        if (!File.Exists(path) && !Directory.Exists(path))
            throw new DirectoryNotFoundException($"there is no folder or file {path}");

        var found = new SortedDictionary<string, Reason?>(StringComparer.Ordinal);
        if (Directory.Exists(path))
            Walk(path, PolicyPaths.Counts, found);
        else
        {
            Walk(Path.GetDirectoryName(path) is { Length: > 0 } folder ? folder : ".", PolicyPaths.IsKey, found);
            found[path] = null;
        }
        return [.. ReadAll(found)];
    }

    private static void Walk(string root, Func<string, bool> counts, SortedDictionary<string, Reason?> found)
    {
        var open = new Stack<string>([root]);
        for (var folders = 0; open.TryPop(out var folder); folders++)
        {
            if (folders == FoldersMax || found.Count > FilesMax)
            {
                found[folder] = new("policy.size", $"there are more than {FilesMax} files or {FoldersMax} folders; what comes after this one is not read");
                return;
            }
            try
            {
                foreach (var entry in new DirectoryInfo(folder).EnumerateFileSystemInfos())
                    Look(folder, entry, counts, open, found);
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                found[folder] = new("policy.unreadable", "the folder cannot be read");
            }
        }
    }

    private static void Look(string folder, FileSystemInfo entry, Func<string, bool> counts, Stack<string> open, SortedDictionary<string, Reason?> found)
    {
        var path = folder is "." ? entry.Name : Path.Join(folder, entry.Name);
        if (entry.LinkTarget is not null || entry.Name.StartsWith('.'))
            return;
        if (entry is DirectoryInfo)
            open.Push(path);
        else if (counts(entry.Name))
            found[path] = null;
    }

    private static IEnumerable<PolicyFile> ReadAll(SortedDictionary<string, Reason?> found)
    {
        var bytes = 0L;
        foreach (var (path, fault) in found)
        {
            var file = fault is null ? ReadOne(path) : new PolicyFile(path, "") { Unreadable = fault };
            bytes += file.Text.Length;
            if (bytes > FolderBytesMax)
                file = new PolicyFile(path, "")
                {
                    Unreadable = new("policy.size", $"with this file there are more than {FolderBytesMax} characters of policies; what follows is not read"),
                };
            yield return file with { Path = path.Replace('\\', '/') };
            if (bytes > FolderBytesMax)
                yield break;
        }
    }

    private static PolicyFile ReadOne(string path)
    {
        var file = new PolicyFile(path, "");
        try
        {
            // A pipe or device has no length, and opening one could wait for ever.
            var length = new FileInfo(path).Length;
            if (length == 0)
                return file;
            if (length <= FileBytesMax && Bounded(path) is { } text)
                return file with { Text = text };
            return file with { Unreadable = new("policy.size", $"the file is larger than {FileBytesMax} bytes") };
        }
        catch (DecoderFallbackException)
        {
            return file with { Unreadable = new("policy.encoding", "the file is no UTF-8 text") };
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return file with { Unreadable = new("policy.unreadable", "the file cannot be read") };
        }
    }

    /// <summary>The text, or null where the file has grown beyond what is possible.</summary>
    private static string? Bounded(string path)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(FileBytesMax + 1);
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
            var count = stream.ReadAtLeast(buffer.AsSpan(0, FileBytesMax + 1), FileBytesMax + 1, throwOnEndOfStream: false);
            return count > FileBytesMax ? null : Strict.GetString(buffer, 0, count);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
