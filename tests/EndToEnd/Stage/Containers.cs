using System.Diagnostics;

namespace CdAutomation.EndToEnd.Stage;

/// <summary>The programs inside containers, as this machine's kernel knows them: an engine that lost one could not tell of it.</summary>
internal static class Containers
{
    /// <summary>The process ids of the programs that a running <c>up</c> has in containers.</summary>
    /// <param name="up">Its own process id.</param>
    public static int[] Of(int up)
    {
        // The engine's command line has the process that called it in the container's name, and the port; the program inside has the
        // port in its environment, and no other program has.
        var ports = Ids().Select(id => Texts(id, "cmdline"))
            .Where(arguments => arguments.Any(argument => IsNameOf(argument, up)))
            .SelectMany(arguments => arguments.Where(argument => argument.StartsWith("PORT=", StringComparison.Ordinal)))
            .ToHashSet();
        return [.. Ids().Where(id => Texts(id, "environ") is var variables && IsInContainer(variables) && variables.Any(ports.Contains))];
    }

    /// <summary>Those of them that are still there.</summary>
    public static int[] StillRunning(int[] ids) => [.. ids.Where(id => IsInContainer(Texts(id, "environ")))];

    /// <summary>Ends what a test that failed would leave behind; the engine then removes what was around it.</summary>
    public static void Kill(int[] ids)
    {
        foreach (var id in StillRunning(ids))
        {
            using var program = Process.GetProcessById(id);
            program.Kill();
        }
    }

    private static bool IsNameOf(string argument, int up) =>
        argument.StartsWith("cdautomation-", StringComparison.Ordinal) && argument.Contains($"-{up}-", StringComparison.Ordinal);

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
