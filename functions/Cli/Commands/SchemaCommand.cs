using System.CommandLine;
using CdAutomation.Cli.Output;
using CdAutomation.PolicyFiles;

namespace CdAutomation.Cli.Commands;

/// <summary><c>cdctl schema</c></summary>
internal static class SchemaCommand
{
    public static Command Create()
    {
        var command = new Command("schema", "Prints the JSON Schema of the policy language, from which editors complete and explain what is typed.");
        command.SetAction(arguments =>
        {
            Screen.For(arguments).Raw(PolicySchema.Write().TrimEnd('\n'));
            return Exit.Ok;
        });
        return command;
    }
}
