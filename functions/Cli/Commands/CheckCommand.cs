using System.CommandLine;

namespace CdAutomation.Cli.Commands;

/// <summary><c>cdctl check</c></summary>
internal static class CheckCommand
{
    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "Print one JSON object a problem." };
        var folder = Reading.FolderArgument();
        var command = new Command("check", "Reads policies as they are on disk and names every problem: file:line:column: level: code: sentence.") { folder, json };
        command.SetAction(arguments => Reading.Run(arguments, folder, (reading, screen) =>
        {
            Reading.Tell(reading, arguments.GetValue(json), screen);
            return reading.Valid ? Exit.Ok : Exit.Failed;
        }));
        return command;
    }
}
