using System.CommandLine;
using CdAutomation.Cli.Output;
using CdAutomation.PolicyFiles.Explain;

namespace CdAutomation.Cli.Commands;

/// <summary><c>cdctl explain</c></summary>
internal static class ExplainCommand
{
    public static Command Create()
    {
        var pipeline = new Option<string?>("--pipeline") { Description = "Only this pipeline; otherwise all of them." };
        var folder = new Argument<string>("folder") { Description = "A folder of policies, or one file." };
        var command = new Command("explain", "Says in words what the policies let go where and when.") { folder, pipeline };
        command.SetAction(arguments => PolicyFolder.Read(arguments, folder, (reading, screen) =>
        {
            if (!reading.Valid)
            {
                PolicyFolder.Tell(reading, json: false, screen);
                return Exit.Failed;
            }

            var policies = reading.ToSet(PolicyFolder.NoCommit);
            var only = arguments.GetValue(pipeline);
            if (only is not null && !policies.Pipelines.ContainsKey(only))
            {
                screen.Error($"there is no pipeline {only}; there are {string.Join(", ", policies.Pipelines.Keys)}");
                return Exit.Unusable;
            }

            foreach (var name in policies.Pipelines.Keys.Where(name => only is null || name == only))
            {
                foreach (var line in PolicyWords.Of(policies, name))
                    screen.Raw(line);
                screen.Line();
            }

            return Exit.Ok;
        }));
        return command;
    }
}
