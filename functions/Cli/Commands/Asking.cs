using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using CdAutomation.Cli.Output;
using CdAutomation.Triggers.Requests;

namespace CdAutomation.Cli.Commands;

/// <summary>What the commands that ask the API have in common: one way to fail, one way to print for machines.</summary>
internal static class Asking
{
    public static Option<bool> JsonOption() => new("--json") { Description = "Print the API's JSON instead of text." };

    /// <summary>Asks, and prints the answer or why there is none.</summary>
    public static async Task<int> RunAsync<T>(
        ParseResult arguments,
        Option<bool> json,
        Func<Connection, Task<(T? Value, Problem? Problem)>> ask,
        JsonTypeInfo<T> type,
        Func<T, Screen, int> show)
        where T : class
    {
        var screen = Screen.For(arguments);
        try
        {
            using var connection = Connection.Open(arguments);
            var (value, problem) = await ask(connection);
            if (value is null)
            {
                screen.Error($"{problem!.Title}: {problem.Detail}. {Sentence(problem.Mend)}");
                return Exit.Failed;
            }

            if (!arguments.GetValue(json))
                return show(value, screen);
            screen.Raw(JsonSerializer.Serialize(value, type));
            return show(value, Screen.Silent);
        }
        catch (ConnectionException fault)
        {
            screen.Error(fault.Message);
            return Exit.Unusable;
        }
    }

    private static string Sentence(string text) => text.Length == 0 ? "" : char.ToUpperInvariant(text[0]) + text[1..] + ".";
}
