using System.Reflection;

namespace CdAutomation.LocalCloud.Tests;

/// <summary>
/// The test assembly run as a program of its own, for tests that must kill a host: the first argument is the full name of a type
/// with <c>public static Task RunAsync(string[] args)</c>, the rest is handed to it.
/// </summary>
internal static class Program
{
    private static async Task<int> Main(string[] args)
    {
        const BindingFlags Reachable = BindingFlags.Public | BindingFlags.Static;
        if (args is not [var typeName, .. var rest]
            || Assembly.GetExecutingAssembly().GetType(typeName)?.GetMethod("RunAsync", Reachable) is not { } run)
        {
            await Console.Error.WriteLineAsync("Name a type of this assembly that has a public static RunAsync(string[]).");
            return 2;
        }

        await (Task)run.Invoke(null, [rest])!;
        return 0;
    }
}
