using System.CommandLine;
using CdAutomation.PolicyFiles.Explain;

namespace CdAutomation.Cli.Commands;

/// <summary><c>cdctl explain</c></summary>
internal static class ExplainCommand
{
    public static Command Create()
    {
        var pipeline = new Option<string?>("--pipeline") { Description = "Only this pipeline; otherwise all of them." };
        var folder = Reading.FolderArgument();
        var command = new Command("explain", "Says in words what the policies let go where and when.") { folder, pipeline };
        command.SetAction(arguments => Reading.RunValid(arguments, folder, arguments.GetValue(pipeline), (reading, screen) =>
        {
            var policies = reading.ToSet(Reading.NoCommit);
            var names = policies.Pipelines.Keys.Where(name => arguments.GetValue(pipeline) is not { } only || name == only);
            foreach (var line in names.SelectMany(name => PolicyWords.Of(policies, name).Select((line, index) => index == 0 ? line : $"  {line}")))
                screen.Raw(line);
            return Exit.Ok;
        }));
        return command;
    }
}
