namespace CdAutomation.EndToEnd.Stage;

/// <summary>The real <c>cdctl</c>, as it was built beside the tests.</summary>
internal static class Cdctl
{
    public static string Program { get; } = Path.Combine(AppContext.BaseDirectory, "CdAutomation.Cli.dll");

    /// <param name="folder">Whose user data folder it has.</param>
    /// <param name="arguments">The command line.</param>
    /// <param name="token">What the API wants to see, or null.</param>
    public static Task<Command> RunAsync(UpFolder folder, IReadOnlyList<string> arguments, string? token = null) => Command.RunAsync(
        "dotnet", [Program, .. arguments], new Dictionary<string, string?>(folder.Environment) { ["CDAUTOMATION_TOKEN"] = token });
}
