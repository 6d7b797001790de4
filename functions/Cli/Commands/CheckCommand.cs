using System.CommandLine;
using System.Text.Json;
using CdAutomation.Cli.Output;
using CdAutomation.PolicyFiles;

namespace CdAutomation.Cli.Commands;

/// <summary><c>cdctl check</c></summary>
internal static class CheckCommand
{
    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "Print one JSON object a problem." };
        var folder = new Argument<string>("folder") { Description = "A folder of policies, or one file." };
        var command = new Command("check", "Reads policies as they are on disk and names every problem: file:line:column: level: code: sentence.") { folder, json };
        command.SetAction(arguments =>
        {
            var screen = Screen.For(arguments);
            try
            {
                var reading = PolicyReader.Read(PolicyFolder.Read(arguments.GetRequiredValue(folder)));
                foreach (var problem in reading.Problems)
                    screen.Raw(arguments.GetValue(json) ? JsonSerializer.Serialize(problem, CliJson.Default.PolicyProblem) : problem.ToString());
                return reading.Valid ? Exit.Ok : Exit.Failed;
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                screen.Error($"the policies cannot be read: {fault.Message}");
                return Exit.Unusable;
            }
        });
        return command;
    }
}
