namespace CdAutomation.EndToEnd.Stage;

/// <summary>The programs inside containers, as this machine's kernel knows them: an engine that lost one could not tell of it.</summary>
internal static class Containers
{
    /// <summary>The process ids of the programs whose images came from a registry.</summary>
    /// <param name="registry"><c>host:port</c>, which is one running <c>up</c>'s alone.</param>
    public static int[] Of(string registry)
    {
        // The engine's command line names the image and the port; the program inside has the port in its environment, and nobody else's.
        var ports = Ids().Select(id => Texts(id, "cmdline"))
            .Where(arguments => arguments.Any(argument => argument.StartsWith($"{registry}/", StringComparison.Ordinal)))
            .SelectMany(arguments => arguments.Where(argument => argument.StartsWith("PORT=", StringComparison.Ordinal)))
            .ToHashSet();
        return [.. Ids().Where(id => Texts(id, "environ") is var variables && IsInContainer(variables) && variables.Any(ports.Contains))];
    }

    /// <summary>Those of them that are still there.</summary>
    public static int[] StillRunning(int[] ids) => [.. ids.Where(id => IsInContainer(Texts(id, "environ")))];

    // Cloud Run's container contract.
    private static bool IsInContainer(string[] variables) =>
        variables.Any(variable => variable.StartsWith("K_REVISION=", StringComparison.Ordinal));

    private static IEnumerable<int> Ids() => Directory.EnumerateDirectories("/proc")
        .Select(folder => int.TryParse(Path.GetFileName(folder), out var id) ? id : 0)
        .Where(id => id > 0);

    private static string[] Texts(int id, string file)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/{file}").Split('\0');
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
