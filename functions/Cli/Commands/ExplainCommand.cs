using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Json;
using CdAutomation.Cli.Output;
using CdAutomation.PolicyFiles.Explain;

namespace CdAutomation.Cli.Commands;

/// <summary>A policy in words, for machines that show it.</summary>
/// <param name="Pipeline">Name of the pipeline.</param>
/// <param name="Lines">Sentences without full stops, the one about the pipeline itself first.</param>
internal sealed record PipelineWords(string Pipeline, ImmutableArray<string> Lines);

/// <summary><c>cdctl explain</c></summary>
internal static class ExplainCommand
{
    public static Command Create()
    {
        var pipeline = new Option<string?>("--pipeline") { Description = "Only this pipeline; otherwise all of them." };
        var json = new Option<bool>("--json") { Description = "Print one JSON object a pipeline." };
        var folder = Reading.FolderArgument();
        var command = new Command("explain", "Says in words what the policies let go where and when.") { folder, pipeline, json };
        command.SetAction(arguments => Reading.RunValid(arguments, folder, arguments.GetValue(pipeline), (reading, screen) =>
        {
            var policies = reading.ToSet(Reading.NoCommit);
            var names = policies.Pipelines.Keys.Where(name => arguments.GetValue(pipeline) is not { } only || name == only);
            foreach (var words in names.Select(name => new PipelineWords(name, PolicyWords.Of(policies, name))))
            {
                if (arguments.GetValue(json))
                    screen.Raw(JsonSerializer.Serialize(words, CliJson.Default.PipelineWords));
                else
                    Tell(words, screen);
            }

            return Exit.Ok;
        }));
        return command;
    }

    /// <summary>The pipeline first, and what belongs to it below.</summary>
    private static void Tell(PipelineWords words, Screen screen)
    {
        foreach (var (index, line) in words.Lines.Index())
            screen.Raw(index == 0 ? line : $"  {line}");
    }
}
