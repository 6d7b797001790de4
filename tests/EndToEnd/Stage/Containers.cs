namespace CdAutomation.EndToEnd.Stage;

/// <summary>The containers of this machine, as its kernel knows them.</summary>
internal static class Containers
{
    /// <summary>
    /// The processes that watch over containers started with a data folder: podman's monitor, conmon, names it on its command line.
    /// </summary>
    public static string[] Of(UpFolder folder) =>
    [
        .. Directory.EnumerateDirectories("/proc").Where(process =>
            CommandLine(process) is var line
            && line.Contains("conmon", StringComparison.Ordinal)
            && line.Contains(folder.Data, StringComparison.Ordinal)),
    ];

    private static string CommandLine(string process)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "cmdline"));
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
