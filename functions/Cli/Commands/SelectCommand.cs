using System.CommandLine;
using CdAutomation.Cli.Output;
using CdAutomation.PolicyFiles;

namespace CdAutomation.Cli.Commands;

/// <summary><c>cdctl select</c></summary>
internal static class SelectCommand
{
    public static Command Create()
    {
        var cases = new Option<string>("--cases") { Description = "A file of JSON Lines, or - for standard input.", Required = true };
        var command = new Command(
            "select", "Which tag would the rules choose? Reads one case a line, {\"spec\": {…}, \"tags\": […], \"current\": \"…\"}, and prints one answer a line.") { cases };
        command.SetAction(async (arguments, cancellation) =>
        {
            var screen = Screen.For(arguments);
            try
            {
                var path = arguments.GetRequiredValue(cases);
                using var reader = path == "-" ? Console.In : new StreamReader(path);
                while (await reader.ReadLineAsync(cancellation) is { } line)
                {
                    if (!string.IsNullOrWhiteSpace(line))
                        screen.Raw(SelectCases.Answer(line));
                }

                return Exit.Ok;
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                screen.Error($"the cases cannot be read: {fault.Message}");
                return Exit.Unusable;
            }
        });
        return command;
    }
}
