using System.Diagnostics;

namespace CdAutomation.LocalCloud.Containers;

/// <summary>What a container says on its standard streams, kept in a file of its revision; read to the end in any case.</summary>
internal static class ContainerOutput
{
    private const long MostBytes = 10 << 20;

    /// <returns>Null when nothing is kept.</returns>
    public static string? FileOf(string? directory, string revision) =>
        directory is null ? null : Path.GetFullPath(Path.Combine(directory, "logs", revision + ".log"));

    public static async Task KeepAsync(Process process, string? directory, string revision)
    {
        if (FileOf(directory, revision) is not { } file)
        {
            await Task.WhenAll(CopyAsync(process.StandardOutput.BaseStream, null), CopyAsync(process.StandardError.BaseStream, null));
            return;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        // Appended to: after a cold start the earlier output is the interesting one.
        await using var log = new FileStream(file, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
        await Task.WhenAll(CopyAsync(process.StandardOutput.BaseStream, log), CopyAsync(process.StandardError.BaseStream, log));
    }

    private static async Task CopyAsync(Stream source, FileStream? log)
    {
        var buffer = new byte[4096];
        while (await source.ReadAsync(buffer) is > 0 and var length)
        {
            if (log is null) continue;
            lock (log)
            {
                if (log.Length + length > MostBytes) continue;
                log.Write(buffer, 0, length);
                log.Flush();
            }
        }
    }
}
